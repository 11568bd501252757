"""What can go wrong, as one tree; the leaf decides the exit status.

BluegreenError
 ├─ ConfigError            2   usage or configuration: nothing was touched
 ├─ DeploymentFailed       1   before the cutover: the old release serves
 ├─ NeedsHuman             5   what serves is said, and the commands to choose from
 │   └─ LedgerUnusable         the ledger's file is damaged, or a newer version's
 ├─ LockHeld              75   another command works on the project
 ├─ Interrupted          130   left in a state that the next command finishes or undoes
 └─ AdapterError           1   a part outside refused or did not answer
     ├─ EngineError            the container engine
     │   ├─ NoSuchImage        the registry, or the engine, has no such image
     │   └─ EngineGone             nobody answers there: it may be restarting
     ├─ CommandError           a program of this host, git among them
     ├─ ProxyError             nginx
     ├─ LedgerError            the ledger file
     └─ StateError             the disk
"""

from typing import ClassVar


class BluegreenError(Exception):
    """An expected failure: a sentence for the user, and what to type next.

    `message` says what happened, with the number; `hint` what to do about it, or "".
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(BluegreenError):
    """Usage or configuration is wrong; nothing was touched."""

    exit_status = 2


class DeploymentFailed(BluegreenError):
    """The deployment ended before its cutover; the old release serves, nothing changed."""


class NeedsHuman(BluegreenError):
    """Going on could harm what serves; a person chooses."""

    exit_status = 5


class LedgerUnusable(NeedsHuman):
    """The ledger's file is damaged, or a newer version wrote it; nothing was touched."""

    def __init__(self, message: str, hint: str = "", *, newer: bool = False) -> None:
        super().__init__(message, hint)
        self.newer = newer


class LockHeld(BluegreenError):
    """Another command works on the project right now."""

    exit_status = 75


class Interrupted(BluegreenError):
    """Stopped by a signal; the next command finishes or undoes the work."""

    exit_status = 130


class AdapterError(BluegreenError):
    """A part outside this program refused, or did not answer in time."""


class EngineError(AdapterError):
    """The container engine refused a call or did not answer."""


class NoSuchImage(EngineError):
    """Whoever was asked for the image answered that there is none."""


class RegistryUnavailable(EngineError):
    """A registry could not be reached, or was too busy to answer."""

    pause: float = 0.0
    """Seconds that it asks to wait."""


class EngineGone(EngineError):
    """Nobody answers where the container engine should be: it may be restarting."""


class CommandError(AdapterError):
    """A program of this host could not be run, did not end in time, or had no answer."""


class StateError(AdapterError):
    """The disk, or whoever owns what lies on it, refuses a change to our files."""


class ProxyError(AdapterError):
    """nginx refused a configuration, did not reload, or does not answer."""


class LedgerError(AdapterError):
    """The ledger can't be read or written."""
