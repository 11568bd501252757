"""schema: services.yaml for editors, and what the verbs print for programs."""

import json
from typing import Annotated

import typer

from bluegreen.cli import output

EXAMPLES = (
    ("bluegreen schema > services.schema.json", "then in services.yaml, as its first line:"),
    ("# yaml-language-server: $schema=services.schema.json", "editors complete and check it"),
    ("bluegreen schema --of deploy", "what `bluegreen deploy --json` prints"),
)


def schema(
    *,
    of: Annotated[
        str, typer.Option(metavar="VERB", help="Of what this verb prints with --json.", show_default=False)
    ] = "",
) -> int:
    """Print the JSON Schema of services.yaml, or of a verb's --json."""
    output.say(json.dumps(_schema(of), indent=2))
    return 0


def _schema(verb: str) -> dict[str, object]:
    if not verb:
        from bluegreen.config.schema import json_schema

        return json_schema()
    from bluegreen.cli.show.documents import DOCUMENTS, document_schema

    if verb not in DOCUMENTS:
        raise typer.BadParameter(f"{verb} prints no JSON; these do: {', '.join(DOCUMENTS)}", param_hint="--of")
    return document_schema(verb)
