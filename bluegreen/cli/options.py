"""Arguments and options, each defined once for every verb that takes it."""

from pathlib import Path
from typing import Annotated

import typer

from bluegreen.cli import completion
from bluegreen.cli.moment import since

SERVICES_FILE = Path("services.yaml")
FILE_VARIABLE = "BLUEGREEN_FILE"
ENV_VARIABLE = "BLUEGREEN_ENV"


def duration(text: str) -> float:
    """Read `30s`, `500ms`, `1m30s` in seconds."""
    from bluegreen.model.units import seconds

    try:
        return seconds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _summary(ctx: typer.Context, value: Path | None) -> None:
    ctx.obj.summary = value


def most(limit: int | None, since: float | None) -> int:
    """Return how many to show: what was asked for, else 20, or all since then."""
    return limit or (20 if since is None else -1)


File = Annotated[
    Path,
    typer.Option("-f", "--file", envvar=FILE_VARIABLE, metavar="FILE", help="The project's services.yaml."),
]
Env = Annotated[
    str | None,
    typer.Option(
        envvar=ENV_VARIABLE, metavar="NAME", help="The environment to apply.", autocompletion=completion.environments
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Summary = Annotated[
    Path | None,
    typer.Option(
        "--summary",
        envvar="GITHUB_STEP_SUMMARY",
        callback=_summary,
        metavar="FILE",
        help="Append what was done, in Markdown, to this file.",
    ),
]

Services = Annotated[
    list[str] | None,
    typer.Argument(metavar="SERVICE", help="All but databases when none is named.", autocompletion=completion.movable),
]
RolledBack = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SERVICE",
        help="Those of the last deployment when none is named.",
        autocompletion=completion.movable,
    ),
]
Chosen = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SERVICE", help="Which deployment, where several are held.", autocompletion=completion.movable
    ),
]
Service = Annotated[str, typer.Argument(metavar="SERVICE", autocompletion=completion.services, show_default=False)]

OfService = Annotated[
    str | None,
    typer.Option("--service", metavar="SERVICE", help="Only of this one.", autocompletion=completion.services),
]
Since = Annotated[
    float | None,
    typer.Option(parser=since, metavar="TIME", help="Not before this: 7d or 12h ago, 2026-11-01."),
]
Limit = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="How many at most; 20 without --since.", show_default=False)
]

Images = Annotated[
    list[str] | None,
    typer.Option("--image", metavar="SERVICE=REF", help="Take this image for the service. May be repeated."),
]
Tag = Annotated[str, typer.Option(metavar="TAG", help="Take this tag for every service deployed.", show_default=False)]
Ref = Annotated[
    str,
    typer.Option(metavar="REF", help="What it is for: refs/tags/v1.4.2, refs/heads/main.", show_default=False),
]
Commit = Annotated[str, typer.Option(metavar="HASH", help="The commit that is deployed.", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="Deploy what is unchanged, too; go on though memory is short.")]
Bake = Annotated[
    float | None,
    typer.Option(parser=duration, metavar="DURATION", help="Watch the new release this long, such as 30s."),
]
Timings = Annotated[bool, typer.Option("--timings", help="Say where the time went, and what ran side by side.")]
WaitLock = Annotated[
    float | None,
    typer.Option(parser=duration, metavar="DURATION", help="Wait this long for another command to end, such as 5m."),
]
