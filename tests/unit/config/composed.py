"""What Compose files mean, by our reader and by Compose itself, in a form in which both can be compared."""

from pathlib import Path
from typing import Any

from bluegreen.config.composefile.environment import environment
from bluegreen.config.composefile.project import Composed, read_compose

FOLDER = Path(__file__).parent / "composefiles"
PROJECTS = {
    "everything": ("compose.yaml",),
    "overrides": ("compose.yaml", "compose.prod-sim.yaml"),
    "included": ("compose.yaml",),
}


def ours(name: str) -> Any:
    """What our reader makes of a project."""
    return shown(read_compose([FOLDER / name / file for file in PROJECTS[name]], [], {}))


def shown(found: Composed) -> Any:
    """Everything that the rules ask for."""
    return {
        "name": found.name,
        "networks": {key: network.name for key, network in found.networks.items()},
        "services": {
            name: {
                "image": each.text("image"),
                "target": each.text("build", "target"),
                "context": each.text("build", "context").removeprefix(str(FOLDER)),
                "container_name": each.text("container_name"),
                "command": [word.text for word in each.words("command")],
                "entrypoint": [word.text for word in each.words("entrypoint")],
                "environment": {name: found.value for name, found in environment(each, {}).items()},
                "depends_on": each.depends_on(),
                "ports": sorted(port for ports, _ in each.ports() for port in ports),
                "networks": {key: [leaf.text for leaf in aliases] for key, aliases in each.networks().items()},
                "volumes": sorted(
                    [mount.kind, mount.source.removeprefix(str(FOLDER)), mount.target, mount.read_only]
                    for mount in each.mounts()
                ),
            }
            for name, each in found.services.items()
        },
    }


def theirs(said: Any) -> Any:
    """The same of the document that `docker compose config --format json` prints."""
    return {
        "name": said["name"],
        "networks": {key: network["name"] for key, network in said["networks"].items()},
        "services": {
            name: {
                "image": each.get("image", ""),
                "target": each.get("build", {}).get("target", ""),
                "context": each.get("build", {}).get("context", "").removeprefix(str(FOLDER)),
                "container_name": each.get("container_name", ""),
                "command": each["command"] or [],
                "entrypoint": each["entrypoint"] or [],
                "environment": {
                    # it writes a dollar as one that could be read again
                    name: value.replace("$$", "$")
                    for name, value in each.get("environment", {}).items()
                    if value is not None
                },
                "depends_on": {other: how["condition"] for other, how in each.get("depends_on", {}).items()},
                "ports": sorted(port["target"] for port in each.get("ports", ())),
                "networks": {key: (how or {}).get("aliases", []) for key, how in each["networks"].items()},
                "volumes": sorted(
                    [
                        volume["type"],
                        volume["source"].removeprefix(str(FOLDER)),
                        volume["target"],
                        volume.get("read_only", False),
                    ]
                    for volume in each.get("volumes", ())
                ),
            }
            for name, each in said["services"].items()
        },
    }
