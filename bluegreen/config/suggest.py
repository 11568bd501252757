"""Sentences about a key that isn't known."""

from collections.abc import Collection

HINTS = {
    "build": "images are built before; name one with image",
    "container_name": "a container's name is the service's name and its color",
    "deploy": "use replicas, cpus and mem_limit",
    "devices": "devices can't be shared by two colors",
    "dns": "set it for the engine",
    "expose": "use port",
    "extends": "use an anchor and a merge key (<<: *default)",
    "healthcheck": "use health",
    "hostname": "a container's name is the service's name and its color",
    "links": "every service reaches the others by their names",
    "network_mode": "use networks",
    "ports": "two colors can't publish the same port; use routes",
    "privileged": "use cap_add",
    "profiles": "name the services to deploy",
    "scale": "use replicas",
    "secrets": "use env_file or volumes",
    "version": "Compose has no need of it any more; leave it out",
    "volumes": "named volumes need no declaration",
    "networks": "all services share one network",
    "configs": "use volumes",
}
"""What to use in place of keys that people know from Compose."""


def unknown(key: str, valid: Collection[str]) -> str:
    """Say that a key isn't known, and which was probably meant."""
    if hint := HINTS.get(key):
        return f"is no key here: {hint}"
    return f"is no key here{_instead(key, valid)}"


def unknown_name(what: str, key: str, valid: Collection[str]) -> str:
    """Say that nothing has this name, and which was probably meant."""
    return f"there is no {what} {key}{_instead(key, valid)}"


def _instead(key: str, valid: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    # Comparing takes time in the length of both.
    near = get_close_matches(key, valid, 1) if len(key) <= 64 else []
    if near:
        return f": did you mean {near[0]}?"
    return f": there are {enumerated(valid)}" if len(valid) <= 12 else ""


def enumerated(words: Collection[str], last: str = "and") -> str:
    """Write `a, b and c`."""
    *most, final = words or ["none"]
    return f"{', '.join(most)} {last} {final}" if most else final
