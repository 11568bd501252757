"""What may be forgotten: the way back decides which releases are needed, and those which images are."""

from collections.abc import Collection, Mapping, Sequence

from bluegreen.decide.plan import way_back
from bluegreen.model.deployment import Verb
from bluegreen.model.release import StoredImage

Moves = Sequence[tuple[Verb, str]]


def needed_releases(histories: Collection[Moves], keep: int) -> frozenset[str]:
    """Return the release that each service runs by its history, and `keep` beside it to go to from there.

    Those are the ones that rollbacks lead to, and the last ones that served: who has gone back may want to go on again.
    A history holds a service's successful deployments, oldest first, with the release each moved to.
    """
    return frozenset(release for moves in histories if moves for release in (*_back(moves, keep), *_last(moves, keep)))


def _back(moves: Moves, keep: int) -> tuple[str, ...]:
    return way_back(moves, moves[-1][1])[:keep]


def _last(moves: Moves, keep: int) -> tuple[str, ...]:
    """The one that runs, and the `keep` others that were moved to last."""
    return tuple(dict.fromkeys(release for _, release in reversed(moves)))[: keep + 1]


def unneeded_images(
    stored: Collection[StoredImage], deployed: Mapping[str, frozenset[str]], needed: frozenset[str]
) -> tuple[StoredImage, ...]:
    """Return the images that may go: deployed from here, needed by nobody, and known by no other name.

    `deployed` has the names by which each image was asked for, by what it ran as; `needed` has what is to stay.
    """
    return tuple(image for image in stored if not image.used and _may_go(image, deployed, needed))


def _may_go(image: StoredImage, deployed: Mapping[str, frozenset[str]], needed: frozenset[str]) -> bool:
    known_as = image.names | {image.id}
    ours = known_as & deployed.keys()
    asked_for = ours.union(*(deployed[run] for run in ours))
    return bool(ours) and not known_as & needed and image.names <= asked_for
