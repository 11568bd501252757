"""GitHub workflows, run as GitHub runs them: events, needs, conditions, matrices, steps and their outputs."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.ci.expressions import condition, value
from tests.ci.place import Place, checkout

CHECKOUT = "actions/checkout@"


@dataclass(frozen=True)
class Event:
    """What starts a run: a push of a branch or tag, or a person."""

    ref: str
    sha: str
    name: str = "push"
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Step:
    """A step of a job that ran."""

    name: str
    status: int
    output: str


@dataclass
class Ran:
    """A job that is over: one entry of its matrix, or all of it."""

    result: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    summary: str = ""

    def output(self, step: str) -> str:
        """What one of its steps printed."""
        return "".join(each.output for each in self.steps if each.name == step)


@dataclass
class GitHub:
    """A repository there, its workflow, and the runners."""

    workflow: str
    origin: Path
    folder: Path
    """Where jobs find their empty folders."""
    place: Callable[[Any], Place]
    """The runner that has these labels."""
    actor: str
    token: str
    secrets: Mapping[str, str] = field(default_factory=dict)

    def run(self, event: Event, only: str = "") -> Mapping[str, list[Ran]]:
        """Run all jobs of the event; each that ran, by its name. With `only`, that job, whatever its condition says."""
        parsed = yaml.safe_load(self.workflow)
        done: dict[str, list[Ran]] = {}
        for name, job in parsed["jobs"].items():
            if only not in ("", name):
                continue
            contexts = self._contexts(event, job, done)
            if only or _wanted(job, parsed["jobs"], contexts, done):
                done[name] = [self._job(parsed, job, contexts | {"matrix": each}) for each in _matrix(job, contexts)]
        return done

    def _contexts(self, event: Event, job: Mapping[str, Any], done: Mapping[str, list[Ran]]) -> dict[str, Any]:
        github = {
            "event_name": event.name, "ref": event.ref, "sha": event.sha, "actor": self.actor, "token": self.token,
            "server_url": "https://github.example", "repository": "acme/shop", "run_id": "77",
        }  # fmt: skip
        needs = {name: _answer(done.get(name)) for name in _needs(job)}
        return {"github": github, "needs": needs, "inputs": event.inputs, "secrets": self.secrets, "vars": self.secrets}

    def _job(self, workflow: Mapping[str, Any], job: Mapping[str, Any], contexts: Mapping[str, Any]) -> Ran:
        home = Path(tempfile.mkdtemp(dir=self.folder))
        (home / "work").mkdir()
        outputs: dict[str, Any] = {}
        ran = Ran("success", outputs)
        for step in job["steps"]:
            states = _states(failed=ran.result == "failure")
            if not condition(str(step.get("if", "success()")), contexts, states):
                continue
            if step.get("uses", "").startswith(CHECKOUT):
                depth = step.get("with", {}).get("fetch-depth", 1)
                checkout(self.origin, home / "work", contexts["github"]["ref"], depth=depth)
                continue
            found, said = self._step(workflow, job, step, contexts, home)
            ran.steps.append(found)
            outputs[step.get("id", "")] = {"outputs": said}
            if found.status:
                ran.result = "failure"
        ran.outputs = {name: value(text, {"steps": outputs}) for name, text in job.get("outputs", {}).items()}
        ran.summary = _read(home / "summary")
        return ran

    def _step(
        self,
        workflow: Mapping[str, Any],
        job: Mapping[str, Any],
        step: Mapping[str, Any],
        contexts: Mapping[str, Any],
        home: Path,
    ) -> tuple[Step, Mapping[str, str]]:
        (home / "output").write_text("")
        told = {name: str(text) for name, text in contexts["github"].items() if name != "token"}
        given = {f"GITHUB_{name.upper()}": text for name, text in told.items()} | {
            "CI": "true", "GITHUB_ACTIONS": "true", "HOME": str(home), "GITHUB_OUTPUT": str(home / "output"),
            "GITHUB_STEP_SUMMARY": str(home / "summary"),
        }  # fmt: skip
        for each in (workflow, job, step):
            given |= {name: str(value(text, contexts)) for name, text in each.get("env", {}).items()}
        assert workflow["defaults"]["run"]["shell"] == "bash"
        status, output = self.place(job["runs-on"]).bash(step["run"], home / "work", given)
        lines = (line.partition("=") for line in _read(home / "output").splitlines())
        return Step(step["name"], status, output), {name: text for name, _, text in lines}


def _wanted(
    job: Mapping[str, Any], jobs: Mapping[str, Any], contexts: Mapping[str, Any], done: Mapping[str, list[Ran]]
) -> bool:
    before = [_answer(done.get(name))["result"] for name in _ancestors(job, jobs)]
    states = _states(failed="failure" in before, skipped="skipped" in before)
    return condition(job.get("if", "success()"), contexts, states)


def _ancestors(job: Mapping[str, Any], jobs: Mapping[str, Any]) -> Iterator[str]:
    for name in _needs(job):
        yield name
        yield from _ancestors(jobs[name], jobs)


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def _answer(ran: list[Ran] | None) -> Mapping[str, Any]:
    """What later jobs see of one."""
    if not ran:
        return {"result": "skipped", "outputs": {}}
    return {
        "result": "failure" if any(each.result == "failure" for each in ran) else "success",
        "outputs": ran[-1].outputs,
    }


def _matrix(job: Mapping[str, Any], contexts: Mapping[str, Any]) -> list[Mapping[str, str]]:
    if "strategy" not in job:
        return [{}]
    entries: list[Mapping[str, str]] = value(job["strategy"]["matrix"], contexts)["include"]
    return entries


def _states(*, failed: bool, skipped: bool = False) -> Mapping[str, Callable[[], bool]]:
    return {
        "success": lambda: not (failed or skipped), "failure": lambda: failed, "cancelled": lambda: False,
        "always": lambda: True,
    }  # fmt: skip


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
