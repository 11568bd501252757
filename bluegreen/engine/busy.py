"""How long a busy registry wants to be left alone: the engine does not pass that on, so the registry is asked."""

import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bluegreen.engine.reference import HUB, Reference
from bluegreen.model.retry_after import pause

_LOCAL = re.compile(r"(?:localhost|127\.[0-9.]+|\[::1\])(?::[0-9]+)?")
_ANSWERS_WITHIN = 5.0
_HUBS_OWN = "registry-1.docker.io"


def retry_after(reference: Reference) -> float:
    """Return the seconds of the registry's Retry-After, 0 where it says none. No credentials are sent."""
    request = Request(_manifest(reference), method="HEAD")  # noqa: S310 - http or https
    try:
        urlopen(request, timeout=_ANSWERS_WITHIN).close()  # noqa: S310
    except HTTPError as error:
        with error:
            return pause(error.headers.get("Retry-After", ""))
    except (OSError, ValueError):
        pass
    return 0.0


def _manifest(reference: Reference) -> str:
    host, path = reference.registry, reference.repository.removeprefix(f"{reference.registry}/")
    if host == HUB:
        host, path = _HUBS_OWN, path if "/" in path else f"library/{path}"
    scheme = "http" if _LOCAL.fullmatch(host) else "https"
    return f"{scheme}://{host}/v2/{path}/manifests/{reference.digest or reference.tag or 'latest'}"
