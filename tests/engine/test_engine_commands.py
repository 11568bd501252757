"""One-off containers, commands in running ones, and logs, on a real engine."""

import time
from collections.abc import Iterable
from threading import Thread
from typing import Any

import docker
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.container import Role
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import ContainerSpec, Output
from tests.engine.containers import IDLE, IMAGE, spec
from tests.waiting import wait_until

NOISE = (
    "printf '\\033[31mred\\033[0m \\007\\rbell\\n'; printf 'h\\303'; sleep 0.2; printf '\\251llo\\n'; printf 'no end'"
)
HARMLESS = ["red bell", "héllo", "no end"]


@pytest.fixture
def mine(engine: docker.APIClient, project: str) -> DockerEngine:
    DockerMachine(engine, project).create_network(project)
    return DockerEngine(engine, project, project)


def command(project: str, *argv: str, release: str = "R1", **options: Any) -> ContainerSpec:
    return spec(project, *argv, name="migrate", role=Role.RELEASE_COMMAND, release=release, **options)


class Lines(list[str]):
    """Lines as they come."""

    def __call__(self, line: str) -> None:
        self.append(line)

    def take(self, source: Iterable[str]) -> None:
        for line in source:
            self(line)


def test_lines_are_passed_on_as_they_come_and_the_status_is_returned(
    mine: DockerEngine, engine: docker.APIClient, project: str
) -> None:
    lines = Lines()

    def heard(line: str) -> None:
        lines(line)
        if line == "one":
            engine.exec_start(engine.exec_create(mine.containers()[0].id, ["touch", "/tmp/heard"])["Id"])

    script = "echo one; until [ -e /tmp/heard ]; do sleep 0.05; done; echo two >&2; exit 7"
    assert mine.run(command(project, "sh", "-c", script), 20, heard) == 7
    assert lines == ["one", "two"]
    assert mine.containers() == ()


def test_no_output_is_missed_however_short_the_command(mine: DockerEngine, project: str) -> None:
    for number in range(8):
        lines = Lines()
        status = mine.run(command(project, "sh", "-c", f"echo first {number}; echo last >&2"), 20, lines)
        assert (status, sorted(lines)) == (0, [f"first {number}", "last"])


def test_much_output_arrives_whole(mine: DockerEngine, project: str) -> None:
    lines = Lines()
    script = "for n in range(20000): print(n, 'x' * 50)"
    assert mine.run(command(project, "python3", "-c", script), 60, lines) == 0
    assert [line.split()[0] for line in lines] == [str(number) for number in range(20000)]


def test_output_is_made_harmless_and_characters_stay_whole(mine: DockerEngine, project: str) -> None:
    lines = Lines()
    mine.run(command(project, "sh", "-c", NOISE), 20, lines)
    assert lines == HARMLESS


def test_a_command_that_takes_too_long_is_killed(mine: DockerEngine, project: str) -> None:
    lines, begun = Lines(), time.monotonic()
    with pytest.raises(EngineError, match="did not end within 1 s and was killed"):
        mine.run(command(project, "sh", "-c", "echo begun; sleep 60"), 1, lines)
    assert time.monotonic() - begun < 5
    assert lines == ["begun"]
    assert mine.containers() == ()


def test_a_command_that_can_not_start_leaves_nothing(mine: DockerEngine, project: str) -> None:
    with pytest.raises(EngineError, match="executable file not found"):
        mine.run(command(project, "no-such-program"), 20, Lines())
    assert mine.containers() == ()


def test_a_command_that_runs_out_of_memory_says_so(mine: DockerEngine, project: str) -> None:
    lines = Lines()
    hungry = "x = []\nwhile True: x.append(bytearray(10**7))"
    assert mine.run(command(project, "python3", "-c", hungry, mem_limit="32m"), 20, lines) == 137
    assert lines == ["(killed by the kernel: out of memory)"]


def test_a_command_that_an_earlier_run_left_running_is_taken_part_in(
    mine: DockerEngine, engine: docker.APIClient, project: str
) -> None:
    left = command(project, "sh", "-c", "echo begun; sleep 1; echo done; exit 5")
    mine.start(left)
    wait_until(lambda: "begun" in list(mine.logs(left.name)), "it has begun")
    identity = mine.containers()[0].id
    lines = Lines()
    assert mine.run(left, 20, lines) == 5
    assert lines == ["begun", "done"]
    assert identity not in {container["Id"] for container in engine.containers(all=True)}


def test_a_command_that_ended_while_nobody_looked_is_not_run_again(mine: DockerEngine, project: str) -> None:
    left = command(project, "sh", "-c", "echo migrated; exit 6")
    mine.start(left)
    wait_until(lambda: not mine.containers()[0].running, "it has ended")
    lines = Lines()
    assert mine.run(left, 20, lines) == 6
    assert lines == ["migrated"]


def test_another_releases_command_is_never_killed_in_its_middle(mine: DockerEngine, project: str) -> None:
    other = mine.start(command(project, *IDLE, release="R1"))
    with pytest.raises(EngineError, match="is taken by release R1"):
        mine.run(command(project, "true", release="R2"), 20, Lines())
    assert mine.find(other.name) == other


def test_a_command_in_a_container_returns_status_and_output(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    script = "echo out; echo err >&2; printf '\\033[2Jclean\\n'; exit 3"
    output = mine.execute(name, ("sh", "-c", script), 10)
    assert (output.status, sorted(output.text.splitlines())) == (3, ["clean", "err", "out"])
    assert mine.execute(name, ("sh", "-c", "exit 0"), 10) == Output(0, "")


def test_short_commands_lose_no_output(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    for number in range(30):
        assert mine.execute(name, ("echo", str(number)), 10) == Output(0, f"{number}\n")


def test_only_the_end_of_much_output_is_kept(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    output = mine.execute(name, ("python3", "-c", "print('x' * 200_000 + 'end')"), 20)
    assert len(output.text) == 64 * 1024
    assert output.text.endswith("end\n")


def test_a_command_that_hangs_is_ended_and_leaves_no_process(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    begun = time.monotonic()
    with pytest.raises(EngineError, match=f"sleep in container {name} did not end within 0.5 s"):
        mine.execute(name, ("sleep", "77"), 0.5)
    assert time.monotonic() - begun < 3

    def gone() -> bool:
        seen = mine.execute(name, ("sh", "-c", r"cat /proc/[0-9]*/cmdline | tr '\0' ' '"), 5)
        return "sleep 77" not in seen.text

    wait_until(gone, "its process is gone")


def test_no_command_runs_where_nothing_runs(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project, "true", restart="no")).name
    wait_until(lambda: not mine.containers()[0].running, "it has ended")
    with pytest.raises(EngineError, match="is not running"):
        mine.execute(name, ("true",), 5)


def test_a_log_is_read_by_tail_and_time_and_is_harmless(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project, "sh", "-c", NOISE, restart="no")).name
    wait_until(lambda: not mine.containers()[0].running, "it has ended")
    assert list(mine.logs(name)) == HARMLESS
    assert list(mine.logs(name, tail=1)) == HARMLESS[-1:]
    assert list(mine.logs(name, tail=0)) == []
    assert list(mine.logs(name, since=time.time() + 60)) == []
    assert list(mine.logs(name, since=time.time() - 60)) == HARMLESS


def test_a_followed_log_goes_on_until_the_container_ends(mine: DockerEngine, project: str) -> None:
    script = "echo one; while [ ! -e /tmp/go ]; do sleep 0.02; done; echo two"
    name = mine.start(spec(project, "sh", "-c", script, restart="no")).name
    lines = Lines()
    reader = Thread(target=lambda: lines.take(mine.logs(name, follow=True)))
    reader.start()
    wait_until(lambda: lines == ["one"], "the first line")
    mine.execute(name, ("touch", "/tmp/go"), 5)
    reader.join(10)
    assert lines == ["one", "two"]


def test_a_terminals_log_is_readable_too(mine: DockerEngine, engine: docker.APIClient, project: str) -> None:
    name = f"{project}-terminal"
    made = engine.create_container(IMAGE, ["echo", "colorful"], name=name, tty=True)["Id"]
    try:
        engine.start(made)
        engine.wait(made)
        assert list(mine.logs(name)) == ["colorful"]
    finally:
        engine.remove_container(made, force=True)
