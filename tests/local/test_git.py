"""What git is asked, in real repositories."""

import os
from pathlib import Path

import pytest

from bluegreen.git import Repository, Way
from bluegreen.model.errors import CommandError
from tests.fakes.history import History

NOWHERE = "0123456789" * 4


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A repository with nothing in it."""
    return History(tmp_path / "shop")


def clone(history: History, *words: str) -> Repository:
    """What a CI has: a clone that may end early."""
    folder = history.folder.parent / "clone"
    history.git("clone", "-q", *words, f"file://{history.folder}", str(folder))
    return Repository(folder)


def test_files_that_differ_are_named_from_the_top_whatever_folder_is_asked(history: History) -> None:
    one = history.commit("apps/server/main.ts", "docs/index.md")
    history.git("mv", "docs/index.md", "docs/start.md")
    two = history.commit("apps/server/a name with ümlaut\n.ts")
    found = Repository(history.folder / "apps").changed(one, two)
    assert set(found) == {"apps/server/a name with ümlaut\n.ts", "docs/index.md", "docs/start.md"}


def test_a_short_name_of_a_commit_is_enough(history: History) -> None:
    one = history.commit("a")
    history.commit("b")
    assert Repository(history.folder).changed(one[:8], "main") == ("b",)


def test_commits_that_are_no_ancestors_are_compared_by_what_is_in_them(history: History) -> None:
    history.commit("a")
    history.git("checkout", "-q", "-b", "hotfix")
    running = history.commit("fix")
    history.git("checkout", "-q", "main")
    assert Repository(history.folder).changed(running, history.commit("b")) == ("b", "fix")


def test_a_commit_that_rewriting_removed_is_unknown(history: History) -> None:
    head = history.commit("a")
    with pytest.raises(CommandError, match=f"{NOWHERE} is not in this repository: the history was rewritten"):
        Repository(history.folder).changed(NOWHERE, head)


def test_a_commit_before_the_beginning_of_a_shallow_clone_is_unknown(history: History) -> None:
    old = history.commit("a")
    head = history.commit("b")
    with pytest.raises(CommandError, match=f"{old} is not in this clone, which is shallow .*fetch-depth 0"):
        clone(history, "--depth=1").changed(old, head)


@pytest.mark.parametrize("ref", ["--output=x", "-q", "main --all", "main:secret", "\x1b[2J", ""])
def test_what_is_no_name_of_a_commit_never_reaches_git(history: History, ref: str) -> None:
    history.commit("a")
    with pytest.raises(CommandError, match="is no name of a commit"):
        Repository(history.folder).commit(ref)


def test_where_no_repository_is_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(CommandError, match="not a git repository"):
        Repository(tmp_path).commit("HEAD")


def test_without_git_that_is_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="cannot run git: No such file"):
        Repository(tmp_path).commit("HEAD")


def test_a_git_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 30\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("bluegreen.git.DEADLINE", 0.1)
    with pytest.raises(CommandError, match=r"git rev-parse did not end within 0.1 s"):
        Repository(tmp_path).commit("HEAD")


def test_a_branch_contains_its_own_past_and_nothing_else(history: History) -> None:
    past = history.commit("a")
    history.git("checkout", "-q", "-b", "feature")
    other = history.commit("b")
    repository = Repository(history.folder)
    assert repository.contains("main", past)
    assert not repository.contains("main", other)


def test_the_branch_of_origin_counts_where_a_clone_has_none_of_that_name(history: History) -> None:
    commit = history.commit("a")
    history.git("checkout", "-q", "-b", "feature")
    assert clone(history).contains("main", commit)


def test_a_pattern_stands_for_several_branches(history: History) -> None:
    history.commit("a")
    history.git("checkout", "-q", "-b", "release/1")
    one = history.commit("b")
    history.git("checkout", "-q", "-b", "release/2", "main")
    assert Repository(history.folder).contains("release/*", one)
    assert not Repository(history.folder).contains("main*", one)


def test_a_branch_that_was_not_fetched_is_told(history: History) -> None:
    commit = history.commit("a")
    with pytest.raises(CommandError, match="there is no branch stable") as caught:
        Repository(history.folder).contains("stable", commit)
    assert caught.value.hint == "git fetch origin stable"


def test_a_shallow_clone_does_not_deny_what_it_can_not_see(history: History) -> None:
    history.commit("a")
    history.git("tag", "v1")
    history.commit("b")
    history.commit("c")
    shallow = clone(history, "--depth=1", "--no-single-branch")
    with pytest.raises(CommandError, match="the clone is shallow"):
        shallow.contains("main", "v1")


def test_a_checkout_is_at_its_branch_and_at_the_tags_of_its_commit(history: History) -> None:
    history.commit("a")
    history.git("tag", "v1")
    history.git("tag", "-a", "-m", "one", "v1.0")
    repository = Repository(history.folder)
    assert repository.refs() == ("refs/tags/v1", "refs/tags/v1.0", "refs/heads/main")
    history.git("checkout", "-q", "--detach")
    assert repository.refs() == ("refs/tags/v1", "refs/tags/v1.0")


def test_between_two_commits_are_those_that_come_and_those_that_go(history: History) -> None:
    base = history.commit("a")
    old = history.commit("old")
    history.git("checkout", "-q", "-b", "other", base)
    history.commit("one\ttwo")
    new = history.commit("three")
    found = Repository(history.folder).way(old, new, 1)
    assert [each.subject for each in found.added] == ["three"]
    assert [(each.hash, each.subject) for each in found.taken_back] == [(old, "old")]
    assert found.left_out == 1
    assert Repository(history.folder).way(new, new, 1) == Way()


def test_a_history_that_ends_too_early_does_not_tell_what_lies_between(history: History) -> None:
    history.commit("a")
    old = history.commit("old")
    history.git("checkout", "-q", "-b", "other", "HEAD~1")
    new = history.commit("new")
    clone(history, "--depth", "1", "--no-single-branch")
    with pytest.raises(CommandError, match="shallow"):
        Repository(history.folder.parent / "clone").way(old, new, 5)
