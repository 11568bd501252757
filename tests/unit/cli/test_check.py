"""check, completion, and the commands that are suggested."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bluegreen.cli.app import app
from tests.unit.cli.shop import Shop

TEXT = """\
project: shop
network: shop-network
services:
  shop-db: {kind: database, engine: postgres, version: 17}
  shop-server: &server {image: acme/server, port: 3000}
  shop-admin: {<<: *server, port: 3001}
  shop-worker: {kind: worker, image: acme/server}
environments:
  production:
  prod-sim:
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a services.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "services.yaml").write_text(TEXT)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_configuration_that_is_right_is_one_line(shop: Shop) -> None:
    ran = shop.run("check", "--env", "production")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "services.yaml is right. shop (production): "
        "2 web: shop-server, shop-admin; 1 worker: shop-worker; 1 database: shop-db\n"
    )
    assert not shop.opened


@pytest.mark.usefixtures("folder")
def test_a_program_gets_the_services(shop: Shop) -> None:
    assert shop.run("check", "--json").json == {
        "version": 1,
        "project": "shop",
        "environment": "",
        "services": [
            {"service": "shop-db", "kind": "database"},
            {"service": "shop-server", "kind": "web"},
            {"service": "shop-admin", "kind": "web"},
            {"service": "shop-worker", "kind": "worker"},
        ],
        "findings": [],
        "waived": 0,
        "compared": [],
    }


def test_all_that_is_wrong_is_said_at_once_each_on_a_line_that_begins_with_its_place(shop: Shop, folder: Path) -> None:
    (folder / "wrong.yaml").write_text(TEXT.replace("project:", "projekt:").replace("version: 17", "version: x"))
    ran = shop.run("check", "-f", "wrong.yaml")
    assert (ran.status, ran.out) == (2, "")
    first, *problems = ran.err.splitlines()
    assert first == "error:"
    assert [problem.split(": ")[0] for problem in problems] == ["wrong.yaml:1:1", "wrong.yaml:1:1", "wrong.yaml:4:47"]


@pytest.fixture
def compared(folder: Path) -> Path:
    """A Compose file that differs: a database of another version, and a service too many."""
    (folder / "services.yaml").write_text(
        TEXT.replace("  production:\n", "  production:\n  local: {compose: compose.yaml}\n")
    )
    names = ("shop-server", "shop-admin", "shop-worker", "mail")
    services = "".join(f"  {name}: {{image: acme}}\n" for name in names)
    text = f"services:\n  shop-db: {{image: 'postgres:16'}}\n{services}networks: {{default: {{name: shop-network}}}}\n"
    (folder / "compose.yaml").write_text(text)
    return folder


@pytest.mark.usefixtures("compared")
def test_what_differs_in_a_compose_file_is_told_with_place_reason_and_fix(shop: Shop) -> None:
    ran = shop.run("check")
    assert ran.status == 2
    version, unknown = (line for line in ran.out.splitlines() if not line.startswith(" "))
    said = "the image postgres:16 of shop-db is PostgreSQL 16, and services.yaml says 17 (local)"
    assert version == f"compose.yaml:2:20: error BG108: {said}"
    assert unknown.startswith(
        "compose.yaml:6:3: warning BG102: there is no service mail: there are shop-db, shop-server,"
    )
    assert "    fix: image: postgres:17\n" in ran.out
    assert ran.err.startswith("error: 1 error and 1 warning in services.yaml and what it is compared with\n")
    assert shop.run("check", "--env", "production").status == 0


@pytest.mark.usefixtures("compared")
def test_programs_get_the_findings_beside_the_error(shop: Shop) -> None:
    ran = shop.run("check", "--json")
    assert (ran.status, ran.json["error"]["exit_status"], ran.json["compared"]) == (2, 2, ["local"])
    assert [(each["rule"], each["file"], each["line"]) for each in ran.json["findings"]] == [
        ("BG108", "compose.yaml", 2),
        ("BG102", "compose.yaml", 6),
    ]


def test_warnings_alone_fail_nothing(shop: Shop, compared: Path) -> None:
    (compared / "compose.yaml").write_text(
        (compared / "compose.yaml").read_text().replace("postgres:16", "postgres:17")
    )
    ran = shop.run("check")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("shop-db\nThe Compose files of local fit\n")


def test_a_pull_request_is_annotated(shop: Shop, compared: Path) -> None:
    ran = shop.run("check", "--format", "github")
    assert (ran.status, ran.err) == (2, "")
    assert ran.out.splitlines()[0] == (
        "::error file=compose.yaml,line=2,col=20,title=BG108 the database has the same major version everywhere::"
        "the image postgres:16 of shop-db is PostgreSQL 16, and services.yaml says 17%0Afix: image: postgres:17"
    )
    (compared / "services.yaml").write_text("projekt: x")
    refused = shop.run("check", "--format", "github")
    assert refused.status == 2
    assert "::error file=services.yaml,line=1,col=1,title=BG001 " in refused.out


@pytest.mark.usefixtures("compared")
def test_code_scanning_gets_sarif(shop: Shop) -> None:
    ran = shop.run("check", "--format", "sarif")
    assert ran.status == 2
    (run,) = ran.json["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["BG108", "BG102"]
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert (location["artifactLocation"]["uri"], location["region"]["startLine"]) == ("compose.yaml", 2)


def test_the_environment_names_file_and_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEGREEN_FILE", "shop.yaml")
    monkeypatch.setenv("BLUEGREEN_ENV", "prod-sim")
    shop.run("status")
    shop.run("status", "--env", "production", "-f", "other.yaml")
    assert shop.opened == [
        (Path("shop.yaml"), "prod-sim", "bluegreen status"),
        (Path("other.yaml"), "production", "bluegreen status --env production -f other.yaml"),
    ]


def test_a_suggested_command_is_for_the_same_file_and_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("deploy", "--tag", "1")
    monkeypatch.setenv("BLUEGREEN_ENV", "production")
    assert shop.run("deploy", "--tag", "2").out.endswith("\nTo go back: bluegreen rollback\n")
    ran = shop.run("deploy", "--tag", "1", "--env", "prod-sim", "-f", "my shop.yaml")
    assert ran.out.endswith("\nTo go back: bluegreen rollback -f 'my shop.yaml' --env prod-sim\n")


def test_a_dry_run_is_a_plan(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    planned = shop.run("plan", "server", "--tag", "2")
    assert planned == shop.run("deploy", "server", "--tag", "2", "--dry-run")
    assert planned.out.endswith("\n\n1 service would be deployed; nothing was touched.\n")
    assert shop.run("deploy", "--tag", "1").out.endswith(" ms).\n")


def test_abort_without_a_deployment_says_how_to_go_back(shop: Shop) -> None:
    ran = shop.run("abort")
    assert ran.status == 2
    assert ran.err == "error: no deployment is under way\n\nto go back to the previous release: bluegreen rollback\n"


def test_rollback_goes_to_the_release_that_history_shows(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    release = shop.run("status", "--json").json["services"][0]["release"]
    for tag in ("2", "1", "2"):
        shop.run("deploy", "server", "--tag", tag)
    ran = shop.run("rollback", "--to", release[-6:], "--json")
    assert (ran.status, ran.json["outcome"], ran.json["services"][0]["new_image"]) == (0, "deployed", "acme/server:1")


def completed(typed: str) -> list[str]:
    """What the shell would offer after what is typed."""
    words = typed.split(" ")
    environment = {"_BLUEGREEN_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    return CliRunner().invoke(app, [], prog_name="bluegreen", env=environment).output.split()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bluegreen deploy shop-", ["shop-server", "shop-admin", "shop-worker"]),
        ("bluegreen deploy shop-server shop-", ["shop-admin", "shop-worker"]),
        ("bluegreen logs shop-d", ["shop-db"]),
        ("bluegreen history --service shop-a", ["shop-admin"]),
        ("bluegreen status --env prod-", ["prod-sim"]),
        ("bluegreen deploy -f nothing.yaml shop-", []),
        ("bluegreen roll", ["rollback"]),
    ],
)
def test_the_shell_completes_names_from_services_yaml(typed: str, expected: list[str]) -> None:
    assert completed(typed) == expected


def test_a_file_that_is_wrong_completes_nothing(folder: Path) -> None:
    for text in (
        "services: [a",
        "services: 3",
        "- a",
        "services: {b\x00",
        "\x80",
        "a: " + "[" * 9000,
        'services: {"\\e[31m": {}}',
        "services: {'$(reboot)': {}}",
    ):
        (folder / "services.yaml").write_text(text, encoding="latin-1")
        assert completed("bluegreen deploy ") == []
