"""schema: services.yaml for editors."""

import json

from bluegreen.cli import output

EXAMPLES = (
    ("bluegreen schema > services.schema.json", "then in services.yaml, as its first line:"),
    ("# yaml-language-server: $schema=services.schema.json", "editors complete and check it"),
)


def schema() -> int:
    """Print the JSON Schema of services.yaml."""
    from bluegreen.config.schema import json_schema

    output.say(json.dumps(json_schema(), indent=2))
    return 0
