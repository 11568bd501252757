"""What `docker run` was told, read back from the engine."""

from typing import Any

from bluegreen.engine.body import create_body
from bluegreen.engine.found import _options
from bluegreen.model.container import Role
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.service import ContainerOptions

OPTIONS: dict[str, Any] = {
    "command": ["serve"],
    "entrypoint": ["/init"],
    "user": "node",
    "working_dir": "/srv",
    "mem_limit": 512 * 1024**2,
    "cpus": 1.5,
    "cap_add": ["NET_RAW"],
    "cap_drop": ["ALL"],
    "group_add": ["audio", "999"],
    "pids_limit": 200,
    "security_opt": ["no-new-privileges:true"],
    "sysctls": {"net.core.somaxconn": "1024"},
    "read_only": True,
    "init": True,
}


def test_what_a_container_was_given_is_what_is_found() -> None:
    options = ContainerOptions.model_validate({**OPTIONS, "cpus": "1.5"})
    body = create_body(ContainerSpec("web", "shop", Role.APP, {}, options, "shop-network", ("web",)))
    assert _options(body, body["HostConfig"], {}) == OPTIONS


def test_what_it_was_not_given_is_not_found() -> None:
    unsaid: dict[str, Any] = {"GroupAdd": None, "PidsLimit": None, "Sysctls": {}, "CapAdd": [], "Memory": 0}
    assert _options({}, unsaid, {}) == {}
