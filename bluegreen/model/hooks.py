"""Hooks: commands of the user's, at moments of a deployment."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bluegreen.model.spec import Argv, Spec
from bluegreen.model.units import Wait


class Hook(StrEnum):
    """A moment of a deployment."""

    PRE_DEPLOY = "pre_deploy"
    SMOKE = "smoke"
    POST_CUTOVER = "post_cutover"
    POST_DEPLOY = "post_deploy"
    ON_FAILURE = "on_failure"


class HookCommand(Spec):
    """A command on the host that runs bluegreen, in the folder of services.yaml, without a shell."""

    command: Annotated[Argv, Field(min_length=1)]
    """The command and its arguments."""
    timeout: Wait = 60.0
    """The longest that it may take; then it is killed, with all that it started."""


class Hooks(Spec):
    """Commands on this host at moments of a deployment."""

    pre_deploy: HookCommand | None = None
    """Before anything starts; if it fails, nothing does."""
    smoke: HookCommand | None = None
    """With the new releases healthy, before the cutover; if it fails, they are removed."""
    post_cutover: HookCommand | None = None
    """Right after the cutover; if it fails, the traffic goes back."""
    post_deploy: HookCommand | None = None
    """At the end of a deployment that succeeded."""
    on_failure: HookCommand | None = None
    """At the end of one that did not."""

    def of(self, hook: Hook) -> HookCommand | None:
        """Return the command for a moment."""
        command: HookCommand | None = getattr(self, hook)
        return command
