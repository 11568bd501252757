"""The pipelines of examples/ci under the linters of their trade, and under rules of our own."""

import subprocess
from pathlib import Path
from sysconfig import get_path
from typing import Any

import pytest
import yaml

from tests.ci.commands import GITHUB, GITLAB, scripts

SCHEMAS = {
    GITLAB: ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    **{file: ["vendor.github-workflows"] for file in GITHUB},
}
CALLED_OFF = ("set +e", "|| true", "continue-on-error")
"""What would have a job go on after a failure."""


def lint(tool: str, *words: str, given: str | None = None) -> None:
    """Run a linter; it must find nothing."""
    command = [str(Path(get_path("scripts"), tool)), *words]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{given or ''}"


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    parsed = yaml.safe_load(file.read_text())
    return {
        name: job
        for name, job in parsed.get("jobs", parsed).items()
        if isinstance(job, dict) and {"steps", "script"} & job.keys()
    }


def names(*files: Path) -> list[Any]:
    return [pytest.param(file, id=file.name) for file in files]


@pytest.mark.parametrize("file", names(*GITHUB, GITLAB))
def test_it_is_what_the_ci_reads(file: Path) -> None:
    lint("check-jsonschema", "--builtin-schema", *SCHEMAS[file], str(file))


@pytest.mark.parametrize("file", names(*GITHUB))
def test_its_permissions_credentials_and_expressions_are_safe(file: Path) -> None:
    lint("zizmor", "--offline", "--no-progress", "--no-config", str(file))


@pytest.mark.parametrize("file", names(*GITHUB, GITLAB))
def test_its_scripts_are_sound(file: Path) -> None:
    for script in scripts(file):
        lint("shellcheck", "--norc", "--shell=bash", "-", given=script)


@pytest.mark.parametrize("file", names(*GITHUB, GITLAB))
def test_a_failure_ends_its_job_and_so_does_time(file: Path) -> None:
    text = file.read_text()
    assert [words for words in CALLED_OFF if words in text] == []
    assert [name for name, job in jobs(file).items() if not {"timeout", "timeout-minutes"} & job.keys()] == []


@pytest.mark.parametrize("file", names(*GITHUB, GITLAB))
def test_no_password_is_on_a_command_line(file: Path) -> None:
    logins = [line for script in scripts(file) for line in script.splitlines() if "docker login" in line]
    assert logins
    assert all(" --password-stdin <<< " in line for line in logins)


@pytest.mark.parametrize("file", names(*GITHUB))
def test_it_cancels_no_deployment_and_may_write_packages_alone(file: Path) -> None:
    found = jobs(file)
    assert found["deploy"]["concurrency"] == {"group": "production", "cancel-in-progress": False}
    assert "cancel-in-progress: true" not in file.read_text()
    writes = {name for name, job in found.items() if "write" in job.get("permissions", {}).values()}
    assert writes == {"build"}


def test_gitlab_interrupts_no_deployment() -> None:
    found = jobs(GITLAB)
    assert found["deploy"]["resource_group"] == "production"
    assert [found[name]["interruptible"] for name in ("deploy", "rollback")] == [False, False]
