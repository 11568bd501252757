"""up: a whole topology for a while, the database included, by the path of every deployment."""

import time
from functools import partial

from bluegreen.config.environment import resolved
from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, deploy
from bluegreen.deploy.masking import Mask
from bluegreen.deploy.proxying import ensure_network
from bluegreen.deploy.report import Report
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.specs import color_alias
from bluegreen.deploy.storage import named_volumes
from bluegreen.deploy.together import together
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import verify
from bluegreen.model.color import Color
from bluegreen.model.container import Label, Role
from bluegreen.model.errors import ConfigError, DeploymentFailed
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.project import Project
from bluegreen.model.service import Kind, Service

DATABASE_DEADLINE = 120.0
POLL = 0.25
LOG_LINES = 10


def require_disposable(project: Project) -> None:
    """Raise ConfigError for an environment that lasts."""
    if project.disposable:
        return
    which = f"the environment {project.environment}" if project.environment else "the base of services.yaml"
    raise ConfigError(
        f"{which} is not disposable: up makes all of it, the database too, and down removes all of it",
        "name one that is with --env; what makes it one: environments: {prod-sim: {disposable: true}}",
    )


def up(workspace: Workspace, choice: ImageChoice, wait_lock: float, reporter: Reporter) -> Report:
    """Make what is missing, databases first, and deploy. Raises BluegreenError."""
    require_disposable(workspace.project)
    with workspace.locked(wait_lock, reporter):
        work = Work(workspace, reporter)
        with work.step("surroundings"):
            _check_names(workspace)
            _make_surroundings(workspace)
        for service in workspace.project.of_kind(Kind.DATABASE):
            with work.step(f"database {service.name}"):
                _start_database(workspace, service)
    return deploy(workspace, DeployOptions(choice=choice, wait_lock=wait_lock), reporter)


def _check_names(workspace: Workspace) -> None:
    """Names are the engine's: two environments with the same names can't be on one host at the same time."""
    project = workspace.project
    names = [f"{project.project}-proxy"]
    for service in project.services.values():
        names.append(service.name)
        if service.kind is not Kind.DATABASE:
            names += [color_alias(service.name, color) for color in Color]
    for found in together(partial(workspace.engine.find, name) for name in names):
        if found and not found.ours:
            whose = f"the environment {found.disposable}" if found.disposable else "something else on this host"
            raise DeploymentFailed(
                f"the name {found.name} is taken by a container of {whose}: names are the same in every environment,"
                " so only one of them can be on a host at a time",
                f"use another host, or remove it: {_removal(found.name, found.disposable)}",
            )


def _removal(name: str, environment: str) -> str:
    return f"bluegreen down --env {environment}" if environment else f"docker rm -f {name}"


def _make_surroundings(workspace: Workspace) -> None:
    project, machine = workspace.project, workspace.machine
    network = machine.network(project.network)
    if network and not network.ours:
        raise DeploymentFailed(
            f"the network {project.network} is there already and was not made for {project.environment}:"
            " containers on it could answer to the same names",
            f"stop what uses it, then: docker network rm {project.network}",
        )
    made = set(machine.volumes())
    wanted = {name for service in project.services.values() for name in named_volumes(service)}
    for name in sorted(wanted - made):
        if machine.has_volume(name):
            raise DeploymentFailed(
                f"the volume {name} is there already and was not made for {project.environment}: what is in it stays"
                " as it is",
                f"name another one in the environment {project.environment}, or: docker volume rm {name}",
            )
    ensure_network(workspace)
    together(partial(machine.create_volume, name) for name in sorted(wanted - made))


def _start_database(workspace: Workspace, service: Service) -> None:
    ref = service.image or f"{service.engine}:{service.version}"
    image = workspace.images.resolve(ref, "missing", service.platform)
    if not image.present:
        workspace.images.pull(image, service.platform, lambda _line: None)
    labels = {
        Label.PROJECT: workspace.project.project,
        Label.SERVICE: service.name,
        Label.ROLE: str(Role.DATABASE),
    }
    options = resolved(service, workspace.folder)
    spec = ContainerSpec(service.name, image.run, Role.DATABASE, labels, options, workspace.project.network)
    workspace.engine.start(spec)
    _await(workspace, service, Mask([options]))


def _await(workspace: Workspace, service: Service, mask: Mask) -> None:
    """Wait until it is as every deployment asks it to be; one that dies will not be."""
    deadline = time.monotonic() + DATABASE_DEADLINE
    while True:
        try:
            verify(workspace.engine, service)
        except DeploymentFailed as error:
            died = workspace.engine.inspect(service.name).died()
            if died or time.monotonic() > deadline:
                log = "\n".join(workspace.engine.logs(service.name, LOG_LINES))
                what = (
                    f"{service.name} {died}" if died else f"{error.message} ({DATABASE_DEADLINE:g} s after its start)"
                )
                hint = f"docker logs {service.name}" if died else error.hint
                raise DeploymentFailed(mask.text(f"{what}; its last words:\n{log}"), hint) from error
        else:
            return
        time.sleep(POLL)
