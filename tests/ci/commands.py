"""The bluegreen commands that stand in scripts and documents."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
GITHUB = sorted((ROOT / "examples/ci/github-actions").glob("*.yml"))
GITLAB = ROOT / "examples/ci/gitlab-ci/.gitlab-ci.yml"

_COMMAND = re.compile(r"(?<![\w/.-])bluegreen ((?:[^\n;|&()<>#`\\]|\\\n)+)")
_FILLED_IN = (
    (re.compile(r"\$\{\w+:\+([^}]*(?:\$\{[^}]*\})?[^}]*)\}"), r"\1"),  # what is there only where a variable is set
    (re.compile(r'"\$\{options\[@\]\}"'), "--image server=acme/server:1"),
    (re.compile(r"\$\{\w+@Q\}|\$\w+"), "value"),
    (re.compile(r"~?[\w/]*running\.json"), "-"),
)


def scripts(file: Path) -> Iterator[str]:
    """Every script of a workflow or a .gitlab-ci.yml."""
    parsed = yaml.safe_load(file.read_text())
    jobs: dict[str, Any] = parsed.get("jobs", parsed)
    for job in (job for job in jobs.values() if isinstance(job, dict)):
        yield from (step["run"] for step in job.get("steps", ()) if "run" in step)
        yield from ("\n".join(job[key]) for key in ("script", "after_script") if key in job)


def documented(file: Path) -> Iterator[str]:
    """Every code block of a document, and every command among its words."""
    text = file.read_text()
    yield from re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`(bluegreen [^`]+)`", text)


def commands(text: str) -> Iterator[list[str]]:
    """Every bluegreen command in a text, as the words behind the program's name; variables have some value."""
    for found in _COMMAND.findall(text):
        for pattern, replacement in _FILLED_IN:
            found = pattern.sub(replacement, found)  # noqa: PLW2901 - one after the other
        yield shlex.split(found.replace("\\\n", " "))
