"""GitLab pipelines, run as its runner with the shell executor runs them."""

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import yaml

from tests.ci.place import Place, checkout

OF_THE_FILE = ("workflow", "stages", "variables", "default")
_RULE = re.compile(r"\$(\w+) (=~|==) (?:/(.*)/|\$(\w+))")


@dataclass(frozen=True)
class Job:
    """A job that is over."""

    status: int
    output: str
    files: Mapping[str, str]
    """The artifacts that people may read."""


@dataclass
class GitLab:
    """A repository there, its .gitlab-ci.yml, and the runners."""

    file: str
    origin: Path
    folder: Path
    place: Callable[[str], Place]
    """The runner that has this tag."""
    variables: Mapping[str, str]

    def run(self, sha: str, *, branch: str = "", tag: str = "", manual: str = "") -> Mapping[str, Job]:
        """Run a pipeline until a job fails; each job that ran, by its name. `manual`: this one alone, by hand."""
        parsed = yaml.safe_load(self.file)
        given = dict(self.variables) | {
            "CI": "true", "GITLAB_CI": "true", "CI_COMMIT_SHA": sha, "CI_DEFAULT_BRANCH": "main",
            "GITLAB_USER_LOGIN": "bob", "CI_JOB_URL": "https://gitlab.example/acme/shop/-/jobs/7",
            **({"CI_COMMIT_TAG": tag} if tag else {"CI_COMMIT_BRANCH": branch}),
        }  # fmt: skip
        jobs = {name: job for name, job in parsed.items() if name not in OF_THE_FILE}
        done: dict[str, Job] = {}
        assert _when(parsed["workflow"]["rules"], given) != "never"
        for name, job in sorted(jobs.items(), key=lambda each: parsed["stages"].index(each[1]["stage"])):
            when = _when(job["rules"], given) if "rules" in job else "on_success"
            if name == manual if manual else when == "on_success":
                done[name], handed_on = self._job(parsed["variables"], job, given)
                given |= handed_on
                if done[name].status:
                    break
        return done

    def _job(
        self, common: Mapping[str, str], job: Mapping[str, Any], given: Mapping[str, str]
    ) -> tuple[Job, Mapping[str, str]]:
        home = Path(tempfile.mkdtemp(dir=self.folder))
        work = home / "shop"
        for folder in (work, home / "shop.tmp"):
            folder.mkdir()
        ref = f"refs/tags/{tag}" if (tag := given.get("CI_COMMIT_TAG")) else f"refs/heads/{given['CI_COMMIT_BRANCH']}"
        checkout(self.origin, work, ref, depth=int(common["GIT_DEPTH"]))
        known = {**given, "HOME": str(home), "CI_PROJECT_DIR": str(work)}
        here = {
            name: Template(text).safe_substitute(known) for name, text in {**common, **job.get("variables", {})}.items()
        }
        place = self.place(job["tags"][0])
        status, output = place.bash("\n".join(job["script"]), work, known | here)
        place.bash("\n".join(job.get("after_script", ["true"])), work, known | here)
        artifacts = job.get("artifacts", {})
        kept = {path: (work / path).read_text() for path in artifacts.get("paths", ()) if (work / path).exists()}
        report = work / artifacts.get("reports", {}).get("dotenv", "none")
        lines = report.read_text().splitlines() if report.exists() else ()
        handed_on = {name: text for name, _, text in (line.partition("=") for line in lines)}
        return Job(status, output, kept), handed_on


def _when(rules: list[Mapping[str, Any]], given: Mapping[str, str]) -> str:
    for rule in rules:
        found = _RULE.fullmatch(rule["if"])
        assert found, f"{rule['if']} is no rule that the examples use"
        said = given.get(found[1], "")
        if re.search(found[3], said) if found[2] == "=~" else said == given.get(found[4]):
            return str(rule.get("when", "on_success"))
    return "never"
