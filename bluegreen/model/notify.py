"""Notifications: who is told of which moments of a deployment."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bluegreen.model.names import FilePath, NonEmpty, WebAddress
from bluegreen.model.spec import Spec


class Moment(StrEnum):
    """What became of a deployment so far."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    """There was nothing to do."""
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    HELD = "held"


class Notification(Spec):
    """An address that is told, and of what."""

    url: Annotated[WebAddress | None, Field(repr=False)] = None
    """Where to send it; what is secret in it comes from a variable, as in `${SLACK_WEBHOOK}`."""
    url_file: FilePath | None = None
    """A file that holds the address, in place of `url`."""
    format: Literal["json", "slack", "discord"] = "json"
    """What is sent: everything as JSON, or a text for a channel."""
    on: Annotated[tuple[Moment, ...], Field(min_length=1)] = tuple(Moment)
    """The moments that are told of."""
    secret: Annotated[NonEmpty | None, Field(repr=False)] = None
    """The key of the signature, from a variable, as in `${NOTIFY_SECRET}`; without a key nothing is signed."""
    secret_file: FilePath | None = None
    """A file that holds the key, in place of `secret`."""
