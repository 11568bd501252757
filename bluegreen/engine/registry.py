"""What registries answer, asked through the engine, with the credentials that `docker login` stored."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from requests.exceptions import ReadTimeout

from bluegreen.engine.busy import retry_after
from bluegreen.engine.reference import parse
from bluegreen.model.errors import EngineError, EngineGone, NoSuchImage, RegistryUnavailable

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

LONGEST_PAUSE = 60.0
"""Seconds: a registry that wants to be left alone for longer is not waited for."""

_DENIED = re.compile(
    r"no basic auth|unauthorized|authentication required|denied|forbidden|incorrect username|http 40[13]"
)
_ABSENT = re.compile(r"not found|manifest unknown|name unknown|no matching manifest|http 404")
_BUSY = re.compile(r"toomanyrequests|too many requests|\b429\b")
_NAMED = re.compile(r"\S*/\S*")
"""Addresses, repositories and platforms."""
_ATTEMPTS = 4
_FIRST_PAUSE = 0.25
_PATIENCE = 120.0


def patiently(ref: str, call: Callable[[], T]) -> T:
    """Ask a registry for `ref`, again when it is busy or the connection breaks.

    Raises RegistryUnavailable when that does not help; NoSuchImage or EngineError at once when the registry says no.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay  # noqa: PLC0415

    attempts = Retrying(
        retry=retry_if_exception(lambda e: isinstance(e, RegistryUnavailable) and e.pause <= LONGEST_PAUSE),
        stop=stop_after_attempt(_ATTEMPTS) | stop_before_delay(_PATIENCE),
        wait=_wait,
        reraise=True,
    )
    answer: T = attempts(_understood, ref, call)
    return answer


def _wait(state: "RetryCallState") -> float:
    error = state.outcome.exception() if state.outcome else None
    pause = error.pause if isinstance(error, RegistryUnavailable) else 0.0
    return max(pause, _FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))


def _understood(ref: str, call: Callable[[], T]) -> T:
    try:
        return call()
    except EngineError as error:
        if isinstance(error, EngineGone) or isinstance(error.__cause__, ReadTimeout):
            raise
        raise _meaning(ref, error) from error


def _meaning(ref: str, error: EngineError) -> EngineError:
    """The engine answers 500 to nearly everything that a registry says; only the words tell."""
    # a tag such as build-429 is no answer
    registry, words = parse(ref).registry, _NAMED.sub("", error.message.replace(ref, "")).lower()
    if _BUSY.search(words):
        return _busy(ref, error)
    if _ABSENT.search(words):
        return NoSuchImage(
            error.message, f"is the tag right? docker pull {ref}; a private image: docker login {registry}"
        )
    if _DENIED.search(words):
        return EngineError(error.message, f"docker login {registry}")
    return RegistryUnavailable(error.message, f"is {registry} up, and reachable from here?")


def _busy(ref: str, error: EngineError) -> RegistryUnavailable:
    """The engine does not pass on how long the registry wants to be left alone: that is asked of the registry."""
    reference = parse(ref)
    pause = retry_after(reference)
    asked = f" (it asks to wait {pause:g} s)" if pause else ""
    busy = RegistryUnavailable(f"{error.message}{asked}", f"docker login {reference.registry} may raise the limit")
    busy.pause = pause
    return busy
