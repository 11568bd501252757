"""What may be deployed."""

import re
from collections.abc import Iterator

from bluegreen.config.problem import KeyPath
from bluegreen.model.project import IMAGE, Project

_PREFIX = re.compile(r"refs/(?:heads/|remotes/origin/)?|origin/")


def check_policy(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find rules that could never refuse anything, and those that would refuse everything."""
    if "tags" in project.model_fields_set and project.release != "tag":
        yield ("tags",), "means nothing without release: tag"
    for index, branch in enumerate(project.branches):
        if prefix := _PREFIX.match(branch):
            yield ("branches", index), f"name the branch alone, such as main, without {prefix[0]}"
    if project.verify and not any(IMAGE in word for word in project.verify[1:]):
        yield ("verify",), f"should name the image: [cosign, verify, --key, cosign.pub, '{IMAGE}']"
