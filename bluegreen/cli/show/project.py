"""A configuration that is right, in a line."""

from collections.abc import Sequence

from bluegreen.cli.words import counted
from bluegreen.model.project import Project
from bluegreen.model.service import Kind


def project_text(file: str, project: Project) -> str:
    """Say that a file is right, and what is in it."""
    environment = f" ({project.environment})" if project.environment else ""
    kinds = ((kind, [service.name for service in project.of_kind(kind)]) for kind in Kind)
    services = "; ".join(f"{len(names)} {kind}: {', '.join(names)}" for kind, names in kinds if names)
    return f"{file} is right. {project.project}{environment}: {services}"


def project_json(project: Project) -> dict[str, object]:
    """Return what is in a file as a JSON object."""
    services = [{"service": s.name, "kind": str(s.kind)} for s in project.services.values()]
    return {"project": project.project, "environment": project.environment or "", "services": services}


def compared_text(environments: Sequence[str], waived: int) -> str:
    """Say which Compose files say the same."""
    if not environments:
        return ""
    names = " and ".join(name or "all environments" for name in environments)
    return f"\nThe Compose files of {names} fit" + (f", {counted(waived, 'violation')} waived" if waived else "")
