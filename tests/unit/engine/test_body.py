"""What the Engine API is asked for."""

from typing import Any

import pytest

from bluegreen.engine.body import create_body
from bluegreen.model.container import Label, Role
from bluegreen.model.ports import ContainerSpec, Published
from bluegreen.model.service import ContainerOptions

UNSAID = dict.fromkeys((Label.SERVICE, Label.COLOR, Label.DEPLOYMENT, Label.COMMIT), "")
"""Labels that an image can't bring in our place."""


def body(role: Role = Role.APP, published: tuple[Published, ...] = (), **options: Any) -> dict[str, Any]:
    spec = ContainerSpec(
        name="shop-web-blue",
        image="shop@sha256:aa",
        role=role,
        labels={Label.PROJECT: "shop", Label.RELEASE: "R1"},
        options=ContainerOptions.model_validate(options),
        network="shop-network",
        aliases=("shop-web-blue",),
        published=published,
    )
    return create_body(spec)


def test_without_options_only_what_the_design_asks_for_is_there() -> None:
    assert body() == {
        "Image": "shop@sha256:aa",
        "Labels": {**UNSAID, Label.PROJECT: "shop", Label.RELEASE: "R1", Label.ROLE: "app"},
        "StopTimeout": 10,
        "HostConfig": {"NetworkMode": "shop-network", "RestartPolicy": {"Name": "unless-stopped"}},
        "NetworkingConfig": {"EndpointsConfig": {"shop-network": {"Aliases": ["shop-web-blue"]}}},
    }


@pytest.mark.parametrize(
    ("option", "value", "field", "expected"),
    [
        ("command", ["node", "main.js"], "Cmd", ["node", "main.js"]),
        ("entrypoint", ["/init"], "Entrypoint", ["/init"]),
        ("entrypoint", [], "Entrypoint", []),
        ("user", "1000:1000", "User", "1000:1000"),
        ("working_dir", "/srv", "WorkingDir", "/srv"),
        ("environment", {"A": "1", "B": "x=y $z"}, "Env", ["A=1", "B=x=y $z"]),
        ("stop_signal", "SIGINT", "StopSignal", "SIGINT"),
        ("stop_grace_period", "1m30s", "StopTimeout", 90),
        ("stop_grace_period", "500ms", "StopTimeout", 1),
        ("volumes", ["/cache"], "Volumes", {"/cache": {}}),
    ],
)
def test_an_option_of_the_container_itself(option: str, value: Any, field: str, expected: Any) -> None:
    assert body(**{option: value})[field] == expected


@pytest.mark.parametrize(
    ("option", "value", "field", "expected"),
    [
        ("volumes", ["/data:/data:ro", "assets:/assets"], "Binds", ["/data:/data:ro", "assets:/assets"]),
        ("tmpfs", ["/run", "/tmp:size=64m,mode=1777"], "Tmpfs", {"/run": "", "/tmp": "size=64m,mode=1777"}),
        ("mem_limit", "512m", "Memory", 512 * 1024**2),
        ("cpus", 1.5, "NanoCpus", 1_500_000_000),
        ("cpus", 0.1, "NanoCpus", 100_000_000),
        ("shm_size", "1g", "ShmSize", 1024**3),
        ("restart", "no", "RestartPolicy", {"Name": "no"}),
        (
            "logging",
            {"driver": "local", "options": {"max-size": "10m"}},
            "LogConfig",
            {"Type": "local", "Config": {"max-size": "10m"}},
        ),
        (
            "ulimits",
            {"nofile": {"soft": 1024, "hard": 65536}},
            "Ulimits",
            [{"Name": "nofile", "Soft": 1024, "Hard": 65536}],
        ),
        ("cap_add", ["NET_ADMIN"], "CapAdd", ["NET_ADMIN"]),
        ("cap_drop", ["ALL"], "CapDrop", ["ALL"]),
        ("group_add", ["audio", "999"], "GroupAdd", ["audio", "999"]),
        ("pids_limit", 200, "PidsLimit", 200),
        ("pids_limit", -1, "PidsLimit", -1),
        ("security_opt", ["no-new-privileges:true"], "SecurityOpt", ["no-new-privileges:true"]),
        ("sysctls", {"net.core.somaxconn": "1024"}, "Sysctls", {"net.core.somaxconn": "1024"}),
        ("read_only", True, "ReadonlyRootfs", True),
        ("init", True, "Init", True),
        ("extra_hosts", {"mail": "10.0.0.5"}, "ExtraHosts", ["mail:10.0.0.5"]),
    ],
)
def test_an_option_that_the_host_grants(option: str, value: Any, field: str, expected: Any) -> None:
    assert body(**{option: value})["HostConfig"][field] == expected


def test_our_labels_win_over_the_users() -> None:
    labels = body(labels={"team": "shop", Label.PROJECT: "stolen", Label.ROLE: "proxy"})["Labels"]
    assert labels == {**UNSAID, "team": "shop", Label.PROJECT: "shop", Label.RELEASE: "R1", Label.ROLE: "app"}


def test_ports_are_published_where_asked() -> None:
    made = body(published=(Published(80, 8080, "127.0.0.1"), Published(443, 8443), Published(80, 8081)))
    assert made["ExposedPorts"] == {"80/tcp": {}, "443/tcp": {}}
    assert made["HostConfig"]["PortBindings"] == {
        "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}, {"HostIp": "", "HostPort": "8081"}],
        "443/tcp": [{"HostIp": "", "HostPort": "8443"}],
    }


def test_a_release_command_is_never_restarted() -> None:
    assert body(Role.RELEASE_COMMAND, restart="unless-stopped")["HostConfig"]["RestartPolicy"] == {"Name": "no"}
