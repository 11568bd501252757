"""What an HTTP probe expects, compared with what was answered."""

import json
from typing import Any

from bluegreen.model.service import HttpProbe
from bluegreen.model.text import harmless

LONGEST_BODY = 64 * 1024
_SHOWN = 120
_MISSING = object()


def shortfall(probe: HttpProbe, status: int, location: str, body: bytes) -> str | None:
    """Say what an answer lacks, or None where it is as expected; `body` is its first 64 KB."""
    text = body.decode(errors="replace")
    if status not in probe.expect_status:
        return f"{status} to {harmless(location)[:_SHOWN]}" if location else f"{status}: {excerpt(text)}"
    if probe.expect_body is not None and probe.expect_body not in text:
        return f"{status}, but without {json.dumps(probe.expect_body)}: {excerpt(text)}"
    difference = _difference(probe.expect_json, text) if probe.expect_json else None
    return difference and f"{status}, but {difference}"


def excerpt(text: str, longest: int = _SHOWN) -> str:
    """Quote the beginning of a text from outside, on one line."""
    line = " ".join(harmless(text[: 4 * longest]).split())
    return f'"{line[:longest]}{"…" if len(line) > longest else ""}"'


def _difference(expected: dict[str, Any], text: str) -> str | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return f"not JSON: {excerpt(text)}"
    for path, value in expected.items():
        found = _at(document, path)
        if found is _MISSING:
            return f"without {path}: {excerpt(text)}"
        if not _same(found, value):
            return f"{path} is {excerpt(json.dumps(found))}, not {json.dumps(value)}"
    return None


def _at(document: Any, path: str) -> Any:  # noqa: ANN401 - JSON
    for step in path.split("."):
        if isinstance(document, dict):
            document = document.get(step, _MISSING)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return _MISSING
    return document


def _same(found: object, expected: object) -> bool:
    """Python takes True for 1; JSON does not."""
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)
