"""Where things are inside the proxy's container."""

MOUNT = "/etc/nginx/bluegreen"
"""The state's `nginx` directory, read-only."""
CONFIGURATION = f"{MOUNT}/current/nginx.conf"
LIVE = f"{MOUNT}/live"
"""The directory of flags; which one is chosen by a link."""

HTTP = 80
HTTPS = 443
CONTROL = 8421
"""Never published. A service may have the same port: servers are told apart by name."""
CONTROL_NAME = "_control"
"""No service and no host can be called this."""


def generation_dir(number: int) -> str:
    """Where a generation lies, below the mount."""
    return f"generations/{number:06d}"


def slots_dir(number: int) -> str:
    """Where a set of flags lies, below the mount."""
    return f"slots/{number:06d}"
