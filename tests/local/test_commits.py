"""The commits between releases, asked of real repositories."""

from pathlib import Path

from bluegreen.deploy.commits import commits
from tests.fakes.history import History


def test_services_that_moved_together_are_asked_about_once(tmp_path: Path) -> None:
    history = History(tmp_path / "shop")
    old, new = history.commit("one"), history.commit("two")
    moved = [("server", old, new), ("worker", old, new), ("store", new, new), ("mail", "", new)]
    together, unknown = commits(history.folder, moved)
    assert (together.services, [each.subject for each in together.way.added]) == (("server", "worker"), ["two"])
    assert (unknown.services, unknown.unknown) == (("mail",), "the old release's commit is not known")


def test_without_a_repository_it_is_said_why_nothing_is_known(tmp_path: Path) -> None:
    (found,) = commits(tmp_path, [("server", "0" * 40, "1" * 40)])
    assert found.unknown.startswith("not a git repository")
