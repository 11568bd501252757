"""Containers of a test's own project, described."""

from typing import Any

from bluegreen.model.container import Label, Role
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.service import Service

IMAGE = "bluegreen-python:3"
IDLE = ("sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.02; done")
"""Runs until SIGTERM, which it obeys at once."""


def service(name: str = "web", **options: Any) -> Service:
    """Describe a service as services.yaml would."""
    return Service.model_validate({"name": name, "image": IMAGE, **options})


def spec(
    project: str,
    *command: str,
    name: str = "web-blue",
    release: str = "R1",
    role: Role = Role.APP,
    image: str = IMAGE,
    **options: Any,
) -> ContainerSpec:
    """Describe a container on the network that is named after the project; IDLE unless a command is given."""
    labels = {Label.PROJECT: project, Label.SERVICE: "web", Label.COLOR: "blue", Label.RELEASE: release}
    options = {"command": command or IDLE, **options}
    return ContainerSpec(f"{project}-{name}", image, role, labels, service(**options), project, (name,))
