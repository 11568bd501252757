"""Who a container's name belongs to."""

from bluegreen.model.container import Container, Label
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import ContainerSpec


def check_claim(existing: Container, spec: ContainerSpec) -> None:
    """Accept `existing` as the container that `spec` describes, or raise EngineError saying whose name it is."""
    if not existing.ours:
        raise EngineError(
            f"the name {spec.name} is taken by a container that is not this project's"
            f" ({existing.id[:12]}, image {existing.image}, {existing.state})",
            f"look at it: docker inspect {spec.name}; then rename or remove it: docker rename {spec.name} NEW-NAME",
        )
    if existing.release != spec.labels.get(Label.RELEASE, ""):
        raise EngineError(
            f"the name {spec.name} is taken by release {existing.release or 'none'}"
            f" (deployment {existing.deployment or 'none'}, {existing.state})",
            "another run left it: run the command again, it finishes or undoes what was left",
        )
