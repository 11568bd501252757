"""The summary for the page of a CI's run."""

import os
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from bluegreen.cli.show.failure import Failure, Serving
from bluegreen.cli.show.summary import LINES, Told, summary
from bluegreen.deploy.commits import Commits
from bluegreen.deploy.status import ServiceStatus, Status
from bluegreen.git import Commit, Way
from bluegreen.ledger.lock import locked
from bluegreen.ledger.records import Author
from bluegreen.model.deployment import Outcome
from tests.unit.cli.shop import Shop
from tests.unit.cli.test_report import DEPLOYED, MOVED

OLD, NEW = "0" * 40, "1" * 40
WAY = Way((Commit(NEW, "Pay by card (#7)"),), (Commit(OLD, "<b>Oops</b>"),), 3)
MOVED_ON = replace(DEPLOYED, commits=(Commits(("shop-server", "shop-worker"), OLD, NEW, WAY),))
TOLD = Told("bluegreen deploy --tag 1.4.2", "bluegreen rollback", "shop", "production", "alice@shop1")
LOST = ServiceStatus("shop-server", "web", "serving", "blue", MOVED.old_release, MOVED.old_image, "aaaa", OLD)
SERVING = Serving(Status("shop", "", 3, (LOST,), ("something | else",)))


def test_it_says_what_was_done_why_what_came_with_it_how_long_it_took_and_how_to_go_back() -> None:
    expected = """\
        ## ✅ shop (production): deployed

        - Command: bluegreen deploy --tag 1.4.2
        - By: `alice@shop1`
        - Deployment: `01M8`
        - Took: 13.3 s

        ### Services

        | service | result | color | image | digest | why |
        | --- | --- | --- | --- | --- | --- |
        | `shop-server` | deployed | green | `acme/server:1.4.1` → `acme/server:1.4.2` \
| `aaaaaaaaaaaa` → `bbbbbbbbbbbb` | image aaaaaaaaaaaa → bbbbbbbbbbbb |
        | `shop-worker` | deployed | blue | `acme/server:1.4.2` | `bbbbbbbbbbbb` | first deployment |
        | `shop-storefront` | skipped |  |  |  | unchanged |

        ### Commits

        `shop-server`, `shop-worker`, `0000000000` → `1111111111`:

        - `1111111111` Pay by card (&#35;&#8288;7)
        - taken back: `0000000000` &#60;b&#62;Oops&#60;/b&#62;
        - and 3 more

        ### Checks and notes

        - vendure-db: PostgreSQL 17

        ### How long it took

        - `shop-server`: start 0.40 s, health 1.25 s
        - `shop-worker`: start 0.50 s
        - (all): cutover 1.0 ms, drain 0.75 s

        ### To go back

        ```sh
        bluegreen rollback
        ```

        """
    assert summary(replace(TOLD, report=MOVED_ON)) == dedent(expected)


def test_a_failure_says_what_failed_the_evidence_what_serves_and_what_to_type() -> None:
    log = ("shop-server-green | ```", "shop-server-green | <img src=x>", "\x1b[31mred")
    failure = Failure("failed", "failed before the cutover", 1, "Correct the cause, then: bluegreen deploy", log)
    report = replace(DEPLOYED, outcome=Outcome.FAILED, services=(MOVED,), notes=(), steps=())
    expected = """\
        ### What failed

        ```text
        failed before the cutover
        ```

        ### Evidence

        ````text
        shop-server-green | ```
        shop-server-green | <img src=x>
        red
        ````

        ### What serves now

        | service | state | color | image | digest | commit |
        | --- | --- | --- | --- | --- | --- |
        | `shop-server` | serving | blue | `acme/server:1.4.1` | `aaaa` | `0000000000` |

        - drift: something &#124; else

        ### What to type

        ```text
        Correct the cause, then: bluegreen deploy
        ```

        ### Services
        """
    told = summary(replace(TOLD, report=report, failure=failure, serving=SERVING))
    assert told.startswith("## ❌ shop (production): failed\n")
    assert dedent(expected) in told
    assert "To go back" not in told


def test_only_the_last_lines_of_very_much_evidence_are_kept() -> None:
    failure = Failure("failed", "failed", 1, evidence=tuple(f"line {number}" for number in range(LINES + 5)))
    told = summary(replace(TOLD, failure=failure))
    assert "… 5 lines before\nline 5\n" in told


def test_what_git_can_not_tell_is_said() -> None:
    unknown = Commits(("shop-server",), "", NEW, Way(), "the old release's commit is not known")
    told = summary(replace(TOLD, report=replace(DEPLOYED, commits=(unknown,))))
    assert "`shop-server`, unknown → `1111111111`: the old release&#39;s commit is not known" in told


def written(shop: Shop, *words: str, status: int = 0) -> str:
    """Run a command with --summary; return what it wrote."""
    path = shop.folder / "summary.md"
    path.unlink(missing_ok=True)
    assert shop.run(*words, "--summary", str(path)).status == status
    return path.read_text()


def test_every_end_of_a_command_is_written_down(shop: Shop) -> None:
    assert written(shop, "deploy", "--tag", "1").startswith("## ✅ shop: deployed\n")
    assert written(shop, "deploy", "--tag", "1").startswith("## ⏭ shop: nothing to do\n")
    assert written(shop, "deploy", "--tag", "2", "--dry-run").startswith("## ⏭ shop: only planned\n")
    held = written(shop, "deploy", "--tag", "2", "--hold")
    assert held.startswith("## ⏸ shop: held before the cutover\n")
    assert written(shop, "abort").startswith("## ✅ shop: aborted\n")
    shop.run("deploy", "--tag", "2", "--hold")
    assert written(shop, "promote").startswith("## ✅ shop: promoted\n")
    assert written(shop, "rollback").startswith("## ✅ shop: went back\n")
    assert written(shop, "promote", status=2).startswith("## ❌ shop: ConfigError\n")
    assert "What serves now" not in written(shop, "rollback", "--to", "nothing", status=2)


def test_the_token_of_a_preview_is_not_for_all_who_see_a_run(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    told = written(shop, "deploy", "--tag", "2", "--hold")
    (held,) = shop.run("status", "--json").json["held"]
    assert held["token"]
    assert held["token"] not in told


def test_github_names_the_file_and_its_steps_share_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.folder / "step.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    path.write_text("of another step\n")
    shop.run("deploy", "--tag", "1")
    with locked(shop.folder / "lock", Author("alice@shop1", "terminal", "bluegreen deploy"), 0.0):
        assert shop.run("deploy", "--json").status == 75
    lines = [line for line in path.read_text().splitlines() if line.startswith(("of", "## "))]
    assert lines == ["of another step", "## ✅ shop: deployed", "## ❌ shop: LockHeld"]


@pytest.mark.parametrize("where", ["missing/summary.md", ".", "pipe"])
def test_a_file_that_can_not_be_written_is_a_warning(shop: Shop, where: str) -> None:
    os.mkfifo(shop.folder / "pipe")
    path = Path(shop.folder / where)
    ran = shop.run("deploy", "--tag", "1", "--summary", str(path))
    assert ran.status == 0
    assert f"warning: the summary can't be written to {path}: " in ran.err
