"""Whether a release may be deployed: the project's rules against what is known of the occasion."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bluegreen.model.occasion import Occasion
from bluegreen.model.project import Project


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rule that refuses, as services.yaml has it, what was seen, and what to do."""

    rule: str
    seen: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.seen}"


def refusal(project: Project, occasion: Occasion, lacks: Mapping[str, str]) -> Refusal | None:
    """Return what refuses the release, or None.

    `lacks` says of each of the project's branches why it does not contain the commit; "" where it does.
    """
    return _by_tag(project, occasion) or by_branch(project, occasion, lacks)


def _by_tag(project: Project, occasion: Occasion) -> Refusal | None:
    if project.release == "any" or any(_matches(tag, project.tags) for tag in occasion.tags):
        return None
    wanted = ", ".join(project.tags)
    return Refusal(f"release: tag ({wanted})", _seen(occasion), f"push a tag such as {wanted}, and deploy that")


def by_branch(project: Project, occasion: Occasion, lacks: Mapping[str, str]) -> Refusal | None:
    """Return what refuses the commit alone, whatever the tag."""
    on_branch = any(_matches(branch, project.branches) for branch in occasion.branches)
    if not project.branches or on_branch or "" in lacks.values():
        return None
    reasons = "; ".join(lacks.values()) or _seen(occasion)
    return Refusal(f"branches: {', '.join(project.branches)}", reasons, "merge the commit first, then deploy it")


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _seen(occasion: Occasion) -> str:
    at = f" at {occasion.commit[:10]}" if occasion.commit else ""
    if not occasion.refs:
        return f"no tag or branch is known{at} (--ref, or BLUEGREEN_REF)"
    return f"this is {' and '.join(map(_named, occasion.refs))}{at}, says {occasion.told_by}"


def _named(ref: str) -> str:
    kind, _, name = ref.removeprefix("refs/").partition("/")
    neither = f"{ref}, neither refs/tags/… nor refs/heads/…"
    return {"heads": f"the branch {name}", "tags": f"the tag {name}"}.get(kind, neither)
