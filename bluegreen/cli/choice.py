"""Images and services named on the command line, checked before anything else is done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bluegreen.deploy.candidates import ImageChoice
    from bluegreen.deploy.workspace import Workspace


def refuse_unknown(workspace: "Workspace", service: str | None) -> None:
    """Raise typer.BadParameter for a service that services.yaml has not and never had, as far as the ledger knows."""
    from bluegreen.config.suggest import unknown_name

    known = workspace.project.services
    if service and service not in known and not workspace.ledger.history(1, service):
        raise typer.BadParameter(unknown_name("service", service, tuple(known)), param_hint="--service")


def image_choice(images: Sequence[str], tag: str) -> "ImageChoice":
    """Read `SERVICE=REF`s and a tag. Raises typer.BadParameter."""
    from bluegreen.deploy.candidates import ImageChoice

    if tag and not _valid(f"any/image:{tag}"):
        raise typer.BadParameter(f"{tag} should be a tag such as 1.4.2", param_hint="--tag")
    chosen = {}
    for text in images:
        service, equals, ref = text.partition("=")
        if not (service and equals and _valid(ref)):
            wanted = "SERVICE=REF, such as shop-server=ghcr.io/acme/shop-server:1.4.2"
            raise typer.BadParameter(f"{text} should be {wanted}", param_hint="--image")
        if service in chosen:
            raise typer.BadParameter(f"{service} is named twice", param_hint="--image")
        chosen[service] = ref
    return ImageChoice(tag, chosen)


def _valid(ref: str) -> bool:
    from pydantic import TypeAdapter, ValidationError

    from bluegreen.model.names import ImageRef

    try:
        TypeAdapter(ImageRef).validate_python(ref)
    except ValidationError:
        return False
    return True
