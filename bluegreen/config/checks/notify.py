"""Who is told."""

from collections.abc import Iterator

from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project


def check_notify(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find addresses and keys that are said nowhere, or twice."""
    for index, each in enumerate(project.notify):
        if each.url is None and each.url_file is None:
            yield ("notify", index), "needs one of url and url_file"
        if each.url is not None and each.url_file is not None:
            yield ("notify", index), "has url and url_file: one is enough"
        if each.secret is not None and each.secret_file is not None:
            yield ("notify", index), "has secret and secret_file: one is enough"
