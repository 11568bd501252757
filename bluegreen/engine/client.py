"""The connection to the engine, and its errors in our words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import CONFLICT

from docker import APIClient
from docker.errors import APIError, DockerException
from docker.utils import kwargs_from_env
from requests import RequestException
from requests.exceptions import ReadTimeout
from urllib3.exceptions import HTTPError

from bluegreen.model.errors import EngineError, EngineGone
from bluegreen.model.text import one_line

DEFAULT_HOST = "unix:///var/run/docker.sock"
INSECURE = "BLUEGREEN_INSECURE_ENGINE"
"""The variable that allows an engine without TLS, or without a look at its certificate."""
TIMEOUT = 60
_CONNECTIONS = 16
"""To one address at a time; the client makes room for so many at every address that it asks."""


def connect(timeout: int = TIMEOUT) -> APIClient:
    """Connect to the engine that DOCKER_HOST names, or the one of this machine; any thread may use the client.

    `timeout`, in seconds, is the longest silence of the engine during one call. Raises EngineError.
    """
    host = os.environ.get("DOCKER_HOST") or DEFAULT_HOST
    if host.startswith("ssh:"):
        raise EngineError(
            f"can't use the Docker engine at {host}: containers are probed at their own addresses",
            "run bluegreen on that host: ssh HOST bluegreen …",
        )
    if not (host.startswith("unix:") or os.environ.get("DOCKER_TLS_VERIFY") or os.environ.get(INSECURE) == "1"):
        raise EngineError(
            f"refuse to use the Docker engine at {host} without TLS: whoever reaches it owns the host",
            "set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or run bluegreen on that host;"
            f" {INSECURE}=1 where nobody else can reach it",
        )
    try:
        client = APIClient(**kwargs_from_env(), version="auto", timeout=timeout, max_pool_size=_CONNECTIONS)
    except (DockerException, RequestException, HTTPError) as error:
        raise EngineError(f"cannot reach the Docker engine at {host}: {_reason(error)}", _advice(error)) from error
    # a socket has no proxies, and looking for them takes longer than many an answer
    client.trust_env = not host.startswith("unix:")
    return client


@contextmanager
def engine_words(what: str) -> Iterator[None]:
    """Raise EngineError, `what` and the engine's own words, for whatever it raises; EngineGone where it is away."""
    try:
        yield
    except APIError as error:
        raise EngineError(f"{what}: {one_line(error.explanation or str(error))}") from error
    except ReadTimeout as error:
        raise EngineError(f"{what}: the Docker engine did not answer in time", "is the host overloaded?") from error
    except DockerException as error:
        raise EngineError(f"{what}: {one_line(str(error))}") from error
    except (RequestException, HTTPError, OSError) as error:
        raise EngineGone(f"{what}: the Docker engine is gone: {_reason(error)}", _advice(error)) from error


def undecided(error: EngineError) -> bool:
    """Whether what was asked for may have happened all the same, or is happening."""
    refusal = error.__cause__
    return not isinstance(refusal, APIError) or refusal.status_code == CONFLICT


def _reason(error: BaseException) -> str:
    cause = _cause(error)
    return one_line(cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause))


def _advice(error: BaseException) -> str:
    if isinstance(_cause(error), PermissionError):
        return "run as root, or as a member of the group docker: usermod -aG docker USER"
    return "is it running? systemctl status docker; DOCKER_HOST names another engine"


def _cause(error: BaseException) -> BaseException:
    """Dig out the operating system's error, which several libraries have wrapped."""
    seen: BaseException | None = error
    while seen:
        if isinstance(seen, OSError) and seen.errno:
            return seen
        seen = seen.__cause__ or seen.__context__
    return error
