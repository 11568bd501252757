"""One message to one address: signed, within a time, again where that may help."""

import hmac
import time
from typing import TYPE_CHECKING

from bluegreen.model.retry_after import pause

if TYPE_CHECKING:
    from httpx import Client
    from tenacity import RetryCallState

ANSWERS_WITHIN = 5.0
PATIENCE = 10.0
"""Seconds for all attempts together; a server that wants to be left alone for longer is not waited for."""
_ATTEMPTS = 4
_FIRST_PAUSE = 0.25


class Undelivered(Exception):
    """Nobody took the message, and why; never holds the address."""

    def __init__(self, why: str, *, again: bool = False, pause: float = 0.0) -> None:
        super().__init__(why)
        self.again = again
        """Whether another attempt may help."""
        self.pause = pause
        """Seconds that the server asks to wait."""


def deliver(url: str, body: bytes, secret: str, identity: str) -> None:
    """Post a message until it is taken. Raises Undelivered."""
    import httpx  # noqa: PLC0415 - only who is told something pays for it
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay  # noqa: PLC0415

    attempts = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, Undelivered) and error.again),
        stop=stop_after_attempt(_ATTEMPTS) | stop_before_delay(PATIENCE),
        wait=_wait,
        reraise=True,
    )
    with httpx.Client(timeout=ANSWERS_WITHIN, follow_redirects=False) as client:
        attempts(_post, client, url, body, secret, identity)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 over time, a dot and body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()


def _post(client: "Client", url: str, body: bytes, secret: str, identity: str) -> None:
    import httpx  # noqa: PLC0415

    now = str(int(time.time()))
    headers = {"Content-Type": "application/json", "User-Agent": "bluegreen", "X-Bluegreen-Delivery": identity}
    headers |= {"X-Bluegreen-Timestamp": now}
    if secret:
        headers["X-Bluegreen-Signature"] = f"sha256={signature(secret, now, body)}"
    try:
        # of the answer only its head is read: it may be as long as it likes
        with client.stream("POST", url, content=body, headers=headers) as answer:
            _judge(answer.status_code, answer.headers.get("Retry-After", ""))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError):
        raise Undelivered("its address can't be used") from None
    except httpx.TimeoutException:
        raise Undelivered(f"no answer within {ANSWERS_WITHIN:g} s", again=True) from None
    except httpx.TransportError as error:
        raise Undelivered(f"no connection, or it broke off ({type(error).__name__})", again=True) from None


def _judge(status: int, retry_after: str) -> None:
    if status == 429 or status >= 500:
        raise Undelivered(f"it answered {status}", again=True, pause=pause(retry_after))
    if 300 <= status < 400:
        raise Undelivered(f"it answered {status}; redirects are not followed")
    if not 200 <= status < 300:
        raise Undelivered(f"it answered {status}")


def _wait(state: "RetryCallState") -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause if isinstance(error, Undelivered) else 0.0
    return max(asked, _FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))
