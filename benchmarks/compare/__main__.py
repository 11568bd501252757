"""Compare bluegreen with what people use now, on this machine, in this run: `bin/bench compare`."""

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.compare.measure import Case, Measured, measured
from benchmarks.compare.pictures import overhead, timelines
from benchmarks.compare.summary import HEADINGS, Summary, summary
from benchmarks.compare.tool import NAMES, App, Tool
from benchmarks.compare.trouble import Trouble, killed, never_healthy
from benchmarks.figures import images
from benchmarks.load.table import aligned

CASES = "graceful:32x400"
KILL_AFTER = (1.0, 3.0)
"""Seconds: while the new container starts, and shortly after the traffic has moved."""


def main() -> int:
    """Measure, print and write; 1 when bluegreen lost anything."""
    options = arguments()
    images()
    print("\n".join(versions(options.tools, options.binaries)), flush=True)
    compared = [measured_case(case, options, number) for number, case in enumerate(options.cases)]
    troubles = [trouble for each in compared for trouble in each.troubles]
    print("\n".join(map(told, troubles)))
    write(options.out, compared)
    return int(any(each.lost for case in compared for each in case.summaries if each.tool == "bluegreen"))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("bin/bench compare", description=__doc__)
    parser.add_argument(
        "--tools", type=lambda text: text.split(","), default=NAMES, metavar="NAME,…", help=f"of {','.join(NAMES)}"
    )
    parser.add_argument("--deployments", type=int, default=12, metavar="N", help="with each tool in each case")
    parser.add_argument("--ready-delay", type=float, default=2.0, help="seconds until the application answers")
    parser.add_argument(
        "--cases", default=CASES, metavar="SIGTERM:CONNECTIONSxRATE,…",
        help="what the application makes of SIGTERM (graceful, abrupt, ignore), and the load; troubles are looked for "
        f"in the first; by default {CASES}",
    )  # fmt: skip
    parser.add_argument("--no-trouble", dest="trouble", action="store_false", help="neither sick releases nor kills")
    parser.add_argument(
        "--binaries", type=lambda text: Path(text).resolve(), default=".peers/bin", help="where caddy and traefik are"
    )
    parser.add_argument("--out", type=Path, help="a folder for the JSON and the pictures")
    options = parser.parse_args()
    try:
        options.cases = [Case.parse(text, options.ready_delay) for text in options.cases.split(",")]
        options.tools = [known(name) for name in options.tools]
    except ValueError as error:
        parser.error(str(error))
    return options


def known(name: str) -> str:
    """Pass a tool's name on. Raises ValueError for any other."""
    if name not in NAMES:
        raise ValueError(f"no tool {name!r}; there are {', '.join(NAMES)}")
    return name


@dataclass(frozen=True)
class Compared:
    """All tools in one case."""

    case: Case
    found: Sequence[Measured]
    summaries: Sequence[Summary]
    troubles: Sequence[Trouble]


def measured_case(case: Case, options: argparse.Namespace, number: int) -> Compared:
    """Measure all tools in turn; print a table."""
    with ExitStack() as stack:
        tools = [stack.enter_context(serving(Tool(name, options.binaries), case.app)) for name in options.tools]
        found = [each for turn in range(options.deployments) for each in one_round(tools, case, turn)]
        summaries = [summary([each for each in found if each.tool == tool.name]) for tool in tools]
        print("\n".join(["", str(case), "", *aligned([HEADINGS, *(each.row for each in summaries)]), ""]), flush=True)
        look = options.trouble and number == 0
        troubles = [each for tool in tools for each in troubled(tool, case.app)] if look else []
    return Compared(case, found, summaries, troubles)


@contextmanager
def serving(tool: Tool, app: App) -> Iterator[Tool]:
    """Have a tool serve the first release; remove everything afterwards."""
    try:
        tool.run(app, "up", "v1")
        yield tool
    finally:
        tool.down()


def one_round(tools: Sequence[Tool], case: Case, turn: int) -> Iterator[Measured]:
    """One deployment with each tool, in turn."""
    for tool in tools:
        result = measured(tool, case.app, case.shape.plan(lasting=turn % 4 > 1), f"v{2 - turn % 2}")
        lost = result.report.counts().lost
        print(f"{turn + 1:3} {tool.name}: lost {lost}, whole {result.whole:.2f} s", file=sys.stderr, flush=True)
        yield result


def troubled(tool: Tool, app: App) -> Iterator[Trouble]:
    """A sick release, and a kill at each moment; what serves in between decides which release is next."""
    yield never_healthy(tool, app, other(tool))
    tool.run(app, "down")
    for after in KILL_AFTER:
        tool.run(app, "up", "v1")
        yield from killed(tool, app, "v2", after)
        tool.run(app, "down")
    tool.run(app, "up", "v1")


def other(tool: Tool) -> str:
    """The release that does not run."""
    return "v2" if any(" v1 " in line for line in tool.containers()) else "v1"


def versions(tools: Sequence[str], binaries: Path) -> Iterator[str]:
    """What was compared, and on what."""
    yield f"{platform.platform()}, {platform.processor() or platform.machine()}"
    for command in (
        ("docker", "version", "--format", "docker {{.Client.Version}}, engine {{.Server.Version}}"),
        ("docker", "run", "--rm", "--entrypoint", "nginx", "nginx:1.30", "-v"),
        *((str(binaries / name), "version") for name in ("caddy", "traefik") if name in tools),
    ):
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        yield f"{Path(command[0]).name}: {(ran.stdout + ran.stderr).splitlines()[0]}"


def told(trouble: Trouble) -> str:
    """One line."""
    ended = "no end" if trouble.status is None else f"status {trouble.status}"
    left = "; ".join(trouble.left)
    seen = f"lost {trouble.lost} of {trouble.sent}, {trouble.serves} serves, left: {left}"
    return f"{trouble.tool:13} {trouble.what}: {ended} after {trouble.seconds:.1f} s, {seen}"


def write(folder: Path | None, compared: Sequence[Compared]) -> None:
    """Write the JSON, and the pictures of the first case."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    content = [
        {
            "case": str(each.case),
            "summaries": [asdict(one) for one in each.summaries],
            "troubles": [asdict(one) for one in each.troubles],
            "deployments": [one.to_json() for one in each.found],
        }
        for each in compared
    ]
    (folder / "compare.json").write_text(json.dumps(content, indent=1))
    (folder / "timelines.svg").write_text(timelines(compared[0].found))
    (folder / "overhead.svg").write_text(overhead(compared[0].summaries))


if __name__ == "__main__":
    sys.exit(main())
