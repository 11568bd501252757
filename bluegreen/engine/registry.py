"""What registries answer, asked through the engine, with the credentials that `docker login` stored."""

import re
from collections.abc import Callable
from typing import TypeVar

from bluegreen.engine.reference import parse
from bluegreen.model.errors import EngineError

T = TypeVar("T")

_DENIED = re.compile(r"no basic auth|unauthorized|authentication required|denied|forbidden|incorrect username")
_ABSENT = re.compile(r"not found|manifest unknown|name unknown|no matching manifest")
_ATTEMPTS = 4
_FIRST_PAUSE = 0.25


class RegistryUnavailable(EngineError):
    """The registry could not be reached, or was too busy to answer."""


def patiently(ref: str, call: Callable[[], T]) -> T:
    """Ask a registry for `ref`, again when it is busy or the connection breaks.

    Raises RegistryUnavailable when that does not help; EngineError at once when the registry says no.
    """
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential  # noqa: PLC0415

    attempts = Retrying(
        retry=retry_if_exception_type(RegistryUnavailable),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_exponential(_FIRST_PAUSE),
        reraise=True,
    )
    answer: T = attempts(_understood, ref, call)
    return answer


def _understood(ref: str, call: Callable[[], T]) -> T:
    try:
        return call()
    except EngineError as error:
        raise _meaning(ref, error) from error


def _meaning(ref: str, error: EngineError) -> EngineError:
    """The engine answers 500 to nearly everything that a registry says; only the words tell."""
    registry, words = parse(ref).registry, error.message.lower()
    if _ABSENT.search(words):
        return EngineError(
            error.message, f"is the tag right? docker pull {ref}; a private image: docker login {registry}"
        )
    if _DENIED.search(words):
        return EngineError(error.message, f"docker login {registry}")
    return RegistryUnavailable(error.message, f"is {registry} up, and reachable from here?")
