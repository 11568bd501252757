"""Sentences about a key that isn't known."""

from collections.abc import Collection, Mapping

HINTS = {
    "annotations": "use labels",
    "attach": "bluegreen logs shows what it prints",
    "blkio_config": "disks have no limits here; leave it out",
    "build": "images are built before; name one with image",
    "configs": "use volumes",
    "container_name": "a container's name is the service's name and its color",
    "deploy": "use replicas, cpus and mem_limit",
    "develop": "what is deployed does not change; leave it out",
    "expose": "use port",
    "extends": "use an anchor and a merge key (<<: *default)",
    "healthcheck": "use health",
    "ipc": "every container has a memory of its own; use shm_size for how much",
    "label_file": "use labels",
    "mac_address": "two colors can't have the same address",
    "network_mode": "use networks",
    "networks": "all services share one network",
    "pid": "every container has processes of its own; use init to reap them",
    "ports": "two colors can't publish the same port; use routes",
    "post_start": "use release_command, or hooks",
    "pre_stop": "use stop_signal and stop_grace_period",
    "privileged": "use cap_add",
    "profiles": "name the services to deploy",
    "scale": "use replicas",
    "secrets": "use env_file or volumes",
    "use_api_socket": "use volumes",
    "version": "Compose has no need of it any more; leave it out",
    "volumes": "named volumes need no declaration",
    "volumes_from": "use volumes",
    **dict.fromkeys(("links", "external_links"), "every service reaches the others by their names"),
    **dict.fromkeys(("hostname", "domainname", "uts"), "a container's name is the service's name and its color"),
    **dict.fromkeys(("devices", "device_cgroup_rules", "gpus"), "devices can't be shared by two colors"),
    **dict.fromkeys(("stdin_open", "tty"), "nobody types into what is deployed; leave it out"),
    **dict.fromkeys(("cpu_count", "cpu_percent", "cpu_period", "cpu_quota", "cpu_shares", "cpuset"), "use cpus"),
    **dict.fromkeys(("cpu_rt_period", "cpu_rt_runtime"), "use cpus"),
    **dict.fromkeys(("mem_reservation", "mem_swappiness", "memswap_limit"), "use mem_limit"),
    **dict.fromkeys(("oom_kill_disable", "oom_score_adj"), "use mem_limit"),
    **dict.fromkeys(("cgroup", "cgroup_parent", "runtime", "storage_opt", "userns_mode"), "set it for the engine"),
    **dict.fromkeys(("dns", "dns_opt", "dns_search"), "set it for the engine"),
    **dict.fromkeys(("credential_spec", "isolation"), "it is for Windows; leave it out"),
    **dict.fromkeys(("models", "provider"), "only containers are deployed; leave it out"),
}
"""What to use in place of keys that people know from Compose."""

TOP_HINTS = {**HINTS, "name": "use project", "include": "one file has all services; leave it out"}
"""The same for the top of a file."""


def unknown(key: str, valid: Collection[str], hints: Mapping[str, str] = HINTS) -> str:
    """Say that a key isn't known, and which was probably meant."""
    if hint := hints.get(key):
        return f"is no key here: {hint}"
    return f"is no key here{instead(key, valid)}"


def unknown_name(what: str, key: str, valid: Collection[str]) -> str:
    """Say that nothing has this name, and which was probably meant."""
    return f"there is no {what} {key}{instead(key, valid)}"


def instead(key: str, valid: Collection[str]) -> str:
    """Name what was probably meant, or all that there is where that is little."""
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
