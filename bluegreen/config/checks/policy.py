"""What may be deployed."""

from collections.abc import Iterator

from bluegreen.config.problem import KeyPath
from bluegreen.model.project import IMAGE, Project


def check_policy(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find rules that could never refuse anything."""
    if "tags" in project.model_fields_set and project.release != "tag":
        yield ("tags",), "means nothing without release: tag"
    if project.verify and not any(IMAGE in word for word in project.verify[1:]):
        yield ("verify",), f"should name the image: [cosign, verify, --key, cosign.pub, '{IMAGE}']"
