"""What a deployment is to move: which services changed, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluegreen.decide.sources import SourceAnswer
from bluegreen.model.color import Color
from bluegreen.model.deployment import Move, Verb
from bluegreen.model.release import Release


@dataclass(frozen=True, slots=True)
class Current:
    """What runs now for one service; `color` is None where nothing was ever deployed."""

    color: Color | None = None
    release: Release | None = None
    running: int = 0
    """Containers of the live color that run."""
    adopted: bool = False
    """Whether they were there before bluegreen."""


@dataclass(frozen=True, slots=True)
class Skip:
    """A service that stays as it is, and why."""

    service: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The moves, each with the reason for it, and what is left alone."""

    moves: tuple[Move, ...]
    why: tuple[str, ...]
    skips: tuple[Skip, ...]


NO_ANSWERS: Mapping[str, SourceAnswer] = {}


def plan(
    wanted: Sequence[Release],
    current: Mapping[str, Current],
    answers: Mapping[str, SourceAnswer] = NO_ANSWERS,
    *,
    force: bool = False,
) -> Plan:
    """Compare what is wanted with what runs; `answers` on the sources of services decide nothing, they give reasons."""
    moves, why, skips = [], [], []
    for release in wanted:
        now = current[release.name]
        reason = _why(release, now, answers.get(release.name)) or ("forced" if force else "")
        if reason:
            moves.append(Move(now.release, release, (now.color or Color.BLUE).other))
            why.append(reason)
        else:
            skips.append(Skip(release.name, _unchanged(answers.get(release.name))))
    return Plan(tuple(moves), tuple(why), tuple(skips))


def _unchanged(answer: SourceAnswer | None) -> str:
    match answer:
        case None:
            return "unchanged"
        case SourceAnswer(changed=True):
            return f"unchanged, although {answer.why}: was its image built?"
        case SourceAnswer(changed=None):
            return f"unchanged; it can't be told whether its source did: {answer.why}"
        case _:
            return f"unchanged: {answer.why}"


def _why(wanted: Release, now: Current, answer: SourceAnswer | None) -> str:
    if now.color is None:
        return "first deployment"
    if now.release is None:
        return "what runs is unknown to the ledger"
    if now.release.image.run != wanted.image.run:
        rebuilt = f", built again: {answer.why}" if answer and answer.changed is False else ""
        return f"image {short(now.release.image.digest)} → {short(wanted.image.digest)}{rebuilt}"
    if now.release.spec_hash != wanted.spec_hash:
        return f"configuration: {', '.join(_changed_keys(now.release, wanted))}"
    if now.running < wanted.service.replicas:
        return f"{now.running} of {wanted.service.replicas} containers run"
    return "its container was adopted" if now.adopted else ""


def _changed_keys(old: Release, new: Release) -> list[str]:
    before, after = dict(old.service), dict(new.service)
    return [key for key in after if key != "image" and before[key] != after[key]] or ["unknown"]


def short(digest: str) -> str:
    """Shorten `sha256:0123…` to what a person can compare."""
    return digest.removeprefix("sha256:")[:12]


def previous(history: Sequence[tuple[Verb, str]], now: str) -> str | None:
    """Return the release that a rollback from release `now` goes to."""
    return next(iter(way_back(history, now)), None)


def way_back(history: Sequence[tuple[Verb, str]], now: str) -> tuple[str, ...]:
    """Return the releases that rollbacks from release `now` go to, one after the other.

    `history` holds a service's successful deployments, oldest first, with the release each moved to: a deployment
    pushes, a rollback pops.
    """
    stack: list[str] = []
    for verb, release in history:
        if verb is Verb.ROLLBACK and release in stack:
            del stack[len(stack) - stack[::-1].index(release) :]
        elif stack[-1:] != [release]:
            stack.append(release)
    if stack[-1:] == [now]:
        stack.pop()
    return tuple(reversed(stack))


def undone(history: Sequence[tuple[Verb, str]], now: str, target: str) -> tuple[str, ...]:
    """Return the releases that a rollback from `now` to `target` takes back; none where it goes anywhere else."""
    behind = way_back(history, now)
    return (now, *behind[: behind.index(target)]) if target in behind else ()
