"""What has to be built: in a real repository, with the engine's word and without."""

import json
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from bluegreen.cli import main
from bluegreen.model.container import Container, Role, State
from bluegreen.model.errors import EngineError
from tests.documents import checked
from tests.fakes.history import History

SERVICES = """
project: shop
network: shop-network
services:
  db: {kind: database, engine: postgres, version: 17}
  server:
    image: acme/server
    source: [apps/server/**, package-lock.json]
    env_file: .env.that.only.the.host.has
    environment: {PASSWORD: "${ONLY_THE_HOST_HAS_IT}"}
    port: 3000
  worker: {kind: worker, image: acme/server, source: apps/server, ignore: "**/*.md"}
  store: {image: "acme/store:latest", source: [apps/store/**], port: 3000}
  cache: {kind: worker, image: "redis:7", source: []}
"""


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """A repository with services.yaml, in which the command is typed."""
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BLUEGREEN_COMMIT", "BLUEGREEN_REF", "BLUEGREEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    history = History(tmp_path / "shop")
    (history.folder / "services.yaml").write_text(SERVICES)
    monkeypatch.chdir(history.folder)
    return history


class Answer:
    """What `bluegreen changed` printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def text(self, *words: str) -> str:
        """Type it; it must end well."""
        assert main(["changed", *words]) == 0
        return self._capsys.readouterr().out

    def why(self, *words: str) -> dict[str, str]:
        """Each service that is to be built, and why."""
        document = checked(("changed",), self.text("--json", *words))
        return {row["service"]: row["why"] for row in document["services"] if row["changed"]}


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Answer:
    """Types the command."""
    return Answer(capsys)


def running(monkeypatch: pytest.MonkeyPatch, *found: tuple[str, str]) -> None:
    """Have the engine say that these services run, at these commits."""
    containers = [Container(name, "1", Role.APP, State.RUNNING, name, commit=commit) for name, commit in found]
    engine = SimpleNamespace(containers=lambda: containers)
    monkeypatch.setitem(sys.modules, "bluegreen.deploy.opening", SimpleNamespace(open_engine=lambda _: engine))


def test_a_service_is_built_when_its_own_files_changed(history: History, answer: Answer) -> None:
    base = history.commit("README.md")
    history.commit("apps/server/main.ts", "apps/server/notes.md", "docs/index.md")
    assert answer.why("--since", base) == {
        "server": f"2 source files changed since {base[:10]}: apps/server/main.ts, apps/server/notes.md",
        "worker": f"1 source file changed since {base[:10]}: apps/server/main.ts",
    }


def test_documentation_alone_builds_nothing(history: History, answer: Answer) -> None:
    base = history.commit("apps/server/main.ts")
    history.commit("docs/index.md")
    assert answer.why("--since", base) == {}
    assert answer.text("--since", base, "--matrix") == '{"include":[]}\n'


def test_the_matrix_is_one_line_with_an_entry_for_each_image_of_this_commit(history: History, answer: Answer) -> None:
    base = history.commit("README.md")
    head = history.commit("package-lock.json", "apps/server/a", "apps/store/a")
    line = answer.text("--since", base, "--matrix")
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "include": [
            {"service": "server", "image": f"acme/server:{head}"},
            {"service": "store", "image": f"acme/store:{head}"},
        ]
    }


def test_each_service_is_compared_with_the_commit_that_runs(
    history: History, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = history.commit("apps/server/a")
    two = history.commit("apps/store/a")
    running(monkeypatch, ("server", one), ("worker", ""), ("store", one), ("store", two))
    assert answer.why() == {
        "worker": "it can't be told what changed: what runs has no commit label",
        "store": f"1 source file changed since {one[:10]}: apps/store/a",
    }


def test_what_does_not_run_is_built(history: History, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    running(monkeypatch, ("server", history.commit("apps/server/a")))
    assert answer.why("server", "store") == {
        "store": "it can't be told what changed: nothing of it runs here (elsewhere: --since REF, or --running FILE)"
    }


def test_without_an_engine_everything_is_built_and_why_is_said(
    history: History, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.commit("apps/server/a")

    def refuse(_: object) -> Sequence[Container]:
        raise EngineError("cannot reach the Docker engine at unix:///none: No such file")

    monkeypatch.setitem(sys.modules, "bluegreen.deploy.opening", SimpleNamespace(open_engine=refuse))
    missing = "cannot reach the Docker engine at unix:///none: No such file"
    reason = f"{missing} (without an engine: --since REF, or --running FILE)"
    assert set(answer.why().values()) == {f"it can't be told what changed: {reason}"}
    assert set(answer.why()) == {"server", "worker", "store"}


@pytest.mark.parametrize("since", ["0123456789" * 4, "no-such-branch", "--force"])
def test_a_commit_that_git_does_not_know_builds_everything(history: History, answer: Answer, since: str) -> None:
    history.commit("apps/server/a")
    why = answer.why(f"--since={since}")
    assert set(why) == {"server", "worker", "store"}
    assert all(since in reason for reason in why.values())


def test_the_commit_of_the_ci_counts_and_not_what_is_checked_out(
    history: History, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = history.commit("README.md")
    monkeypatch.setenv("BLUEGREEN_COMMIT", history.commit("apps/server/a"))
    history.commit("apps/store/a")
    assert set(answer.why("--since", base)) == {"server", "worker"}


def test_outside_a_repository_everything_is_built(
    tmp_path: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = tmp_path / "none"
    folder.mkdir()
    (folder / "services.yaml").write_text(SERVICES)
    why = answer.why("-f", str(folder / "services.yaml"), "--since", "main")
    assert set(why) == {"server", "worker", "store"}
    assert "not a git repository" in why["server"]


def test_a_database_and_a_service_that_is_not_there_are_refused(history: History) -> None:
    history.commit("a")
    assert main(["changed", "db", "--since", "HEAD"]) == 2
    assert main(["changed", "nobody", "--since", "HEAD"]) == 2
    assert main(["changed", "--matrix", "--json"]) == 2
    assert main(["changed", "--matrix", "--images"]) == 2
    assert main(["changed", "--images", "--since", "HEAD"]) == 2


def told(project: str, **services: tuple[str, str]) -> str:
    """What `status --json` prints where these services run, each with its commit and image."""
    rows = [
        {"service": name, "commit": commit, "runs": image, "containers": [f"{name}-blue healthy"]}
        for name, (commit, image) in services.items()
    ]
    away = {"service": "worker", "commit": "", "runs": "", "containers": []}
    return json.dumps({"version": 1, "project": project, "services": [*rows, away]})


def test_what_runs_on_another_machine_is_taken_from_its_status(
    history: History, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = history.commit("apps/server/a")
    head = history.commit("apps/store/a")
    running = told("shop", server=(one, "acme/server@sha256:1"), store=(one, "acme/store@sha256:2"))
    (tmp_path / "running.json").write_text(running)
    words = ("--running", str(tmp_path / "running.json"))
    assert answer.why(*words) == {
        "worker": "it can't be told what changed: nothing of it runs here (elsewhere: --since REF, or --running FILE)",
        "store": f"1 source file changed since {one[:10]}: apps/store/a",
    }
    images = (
        "--image server=acme/server@sha256:1",
        f"--image worker=acme/server:{head}",
        f"--image store=acme/store:{head}",
        "--image cache=redis:7",
    )
    assert answer.text("--images", *words) == f"{' '.join(images)}\n"
    monkeypatch.setattr("sys.stdin", StringIO(running))
    assert answer.text("--images", "--running", "-") == f"{' '.join(images)}\n"


@pytest.mark.parametrize("document", ["", "[]", "null", '{"error": {}}', '{"project": "shop", "services": [{}]}'])
def test_what_is_no_status_is_refused(history: History, tmp_path: Path, document: str) -> None:
    history.commit("a")
    (tmp_path / "running.json").write_text(document)
    assert main(["changed", "--running", str(tmp_path / "running.json")]) == 2


def test_the_status_of_another_project_is_refused(
    history: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history.commit("a")
    (tmp_path / "running.json").write_text(told("other"))
    assert main(["changed", "--running", str(tmp_path / "running.json")]) == 2
    assert "this is the status of the project other, not of shop" in capsys.readouterr().err
