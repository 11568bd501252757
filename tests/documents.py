"""What verbs print with --json, held to the schema that is published; more strictly: nothing else may be in it."""

import json
from functools import cache
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from bluegreen.cli.show.documents import DOCUMENTS, document_schema


def checked(words: tuple[str, ...], printed: str) -> Any:
    """Return the document that `bluegreen WORDS` printed. Fails where it is not as its schema says."""
    document = json.loads(printed)
    verb = next(word for word in words if not word.startswith("-"))
    if verb in DOCUMENTS:
        found = [f"{error.json_path}: {error.message}" for error in _validator(verb).iter_errors(document)]
        assert found == [], f"bluegreen {' '.join(words)}: {found}\n{printed}"
    return document


@cache
def _validator(verb: str) -> Any:
    schema: dict[str, Any] = document_schema(verb)
    for each in (schema, *schema["$defs"].values()):
        if each.get("type") == "object":
            each["additionalProperties"] = False
    return jsonschema.Draft202012Validator(schema)
