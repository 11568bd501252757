"""From a release to the containers that run it."""

from bluegreen.model.color import Color
from bluegreen.model.container import Label, Role
from bluegreen.model.deployment import Move
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.release import Release


def color_alias(service: str, color: Color) -> str:
    """Return the name that all containers of a color answer to on the network."""
    return f"{service}-{color}"


def container_names(service: str, color: Color, replicas: int) -> tuple[str, ...]:
    """Return the names of a color's containers: `vendure-server-blue`, or `…-blue-1` to `…-blue-n`."""
    alias = color_alias(service, color)
    return (alias,) if replicas == 1 else tuple(f"{alias}-{number}" for number in range(1, replicas + 1))


def app_specs(project: str, network: str, deployment: str, move: Move) -> tuple[ContainerSpec, ...]:
    """Describe the containers of a move's new release."""
    alias = color_alias(move.service, move.color)
    carried = labels(project, deployment, move.new, Role.APP) | {Label.COLOR: str(move.color)}
    return tuple(
        ContainerSpec(name, move.new.image.run, Role.APP, carried, move.new.service, network, (alias,))
        for name in container_names(move.service, move.color, move.new.service.replicas)
    )


def command_spec(project: str, network: str, deployment: str, release: Release, argv: tuple[str, ...]) -> ContainerSpec:
    """Describe the one-off container of a release command: the service's own, with another command."""
    options = release.service.model_copy(update={"command": argv, "restart": "no"})
    carried = labels(project, deployment, release, Role.RELEASE_COMMAND)
    return ContainerSpec(
        f"{release.name}-release-command", release.image.run, Role.RELEASE_COMMAND, carried, options, network
    )


def labels(project: str, deployment: str, release: Release, role: Role) -> dict[str, str]:
    """Say of a container what it runs, and for whom."""
    return {
        Label.PROJECT: project,
        Label.SERVICE: release.name,
        Label.RELEASE: release.id,
        Label.DEPLOYMENT: deployment,
        Label.SPEC_HASH: release.spec_hash,
        Label.COMMIT: release.commit,
        Label.ROLE: str(role),
    }
