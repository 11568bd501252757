"""What GitHub Actions shows on the page of its run."""

from pathlib import Path

import pytest

from bluegreen.cli import output
from bluegreen.cli.show.annotation import annotation
from tests.unit.cli.shop import Shop


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shop: Shop) -> Shop:
    """A runner that has its checkout here."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    return shop


def commands(err: str) -> list[str]:
    """What the runner finds in what it reads: at the beginning of a line, or, the old form, anywhere."""
    return [line for line in err.splitlines() if line.strip().startswith("::") or "##[" in line]


def test_what_is_wrong_in_a_file_is_shown_at_its_line_named_from_the_top_of_the_checkout(
    runner: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/services.yaml").write_text("project: shop\nnetwork: 7x!\nservices: {}\n")
    monkeypatch.chdir(tmp_path / "deploy")
    ran = runner.run("check", "--json")
    first, second = commands(ran.err)
    assert first.startswith("::error file=deploy/services.yaml,line=2,col=1,title=bluegreen::network: should be ")
    assert second.startswith("::error file=deploy/services.yaml,line=3,col=1,title=bluegreen::services: should ")
    assert commands(ran.out) == []


def test_any_other_error_is_shown_with_what_to_type(runner: Shop) -> None:
    ran = runner.run("promote")
    (told,) = commands(ran.err)
    assert told.startswith("::error title=bluegreen%3A ConfigError::no deployment is held%0Abluegreen status names")
    assert runner.run("deploy", "--tag", "1").err.count("::error") == 0


def test_what_changes_no_outcome_is_a_warning(runner: Shop, tmp_path: Path) -> None:
    ran = runner.run("deploy", "--tag", "1", "--summary", str(tmp_path))
    assert ran.status == 0
    (told,) = commands(ran.err)
    assert told == f"::warning title=bluegreen::the summary can't be written to {tmp_path}: Is a directory"


def test_elsewhere_there_are_none(shop: Shop) -> None:
    assert commands(shop.run("promote").err) == []


def test_a_container_gives_the_runner_no_command(runner: Shop) -> None:
    service = runner.project.services["server"]
    told = {**service.model_dump(by_alias=True, exclude_unset=True), "release_command": {"command": ["migrate"]}}
    runner.project.services["server"] = type(service).model_validate(told)
    faults, name = runner.engine.faults, "server-release-command"
    faults.command_output[name] = ("::set-output name=x::y", "  ::add-mask::1", "a ##[error]b")
    faults.command_status[name] = 1
    for words in ((), ("--json",)):
        ran = runner.run("deploy", "--tag", "1", *words)
        assert "add-mask" in ran.out + ran.err
        assert commands(ran.out) == []
        assert [line for line in commands(ran.err) if not line.startswith("::error title=bluegreen")] == []
    assert ran.json["error"]["evidence"][-1].endswith("a ##[error]b")


@pytest.mark.usefixtures("runner")
def test_no_line_of_any_text_is_a_command() -> None:
    assert commands(output.inert("::error::x\n \t::warning::y\n##[group]z\n##[")) == []


def test_a_message_stays_one_command() -> None:
    told = annotation("error", "a\r\n::error::b 100%", "x:y,z", ("a,b:c.yaml", 0, 0))
    assert told == "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=x%3Ay%2Cz::a%0D%0A::error::b 100%25"
