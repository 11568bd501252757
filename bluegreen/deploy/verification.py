"""What an image has to prove before it is deployed: a digest that its registry names, and a command's consent."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bluegreen.deploy.workspace import Workspace
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.project import IMAGE
from bluegreen.model.release import Image, Release

DEADLINE = 120.0
"""Seconds that the command may take for one image."""
SHOWN = 20
"""Lines of its output that are shown when it refuses."""


def insist_on_digest(image: Image) -> None:
    """Raise DeploymentFailed for an image that no registry names by its digest now."""
    if "@" not in image.run:
        raise DeploymentFailed(
            f"require_digest: no registry has {image.ref}, which was built here", f"docker push {image.ref}"
        )
    if image.note:
        raise DeploymentFailed(f"require_digest: {image.note}", "try again when its registry answers")


def verify(workspace: Workspace, releases: Sequence[Release], tell: Callable[[str, str], None]) -> None:
    """Have the project's command look at every image; `tell` gets service and line of what it prints.

    Raises DeploymentFailed when it refuses one, or does not end in time.
    """
    images = {release.image.run: release.name for release in releases}
    for image, service in images.items():
        _verify(workspace, image, partial(tell, service))


def _verify(workspace: Workspace, image: str, tell: Callable[[str], None]) -> None:
    argv = tuple(word.replace(IMAGE, image) for word in workspace.project.verify)
    name, said = Path(argv[0]).name, deque[str](maxlen=SHOWN)

    def heard(line: str) -> None:
        said.append(f"  {name} | {line}")
        tell(line)

    if failed := workspace.hooks.run(argv, os.environ, DEADLINE, heard, lambda: False):
        message = f"verify: {name} {failed}, for {image}"
        raise DeploymentFailed("\n".join([message, *said]), "nothing was started; is the image signed?")
