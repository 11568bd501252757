"""Writes any value as YAML 1.2, in one line."""

import json
import re


def written(value: object) -> str:
    """Return a flow of the value; texts in double quotes, with nothing that starts a variable."""
    match value:
        case dict():
            return "{" + ", ".join(f"{written(key)}: {written(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case str():
            text = json.dumps(value, ensure_ascii=False)
            return re.sub(r"[\x7f-\U0010ffff]", lambda match: f"\\U{ord(match[0]):08X}", text)
        case _:
            return json.dumps(value)


def escaped(value: object) -> object:
    """Double every dollar in a value, for variables are looked for in each text."""
    match value:
        case dict():
            return {key: escaped(each) for key, each in value.items()}
        case list():
            return [escaped(each) for each in value]
        case str():
            return value.replace("$", "$$")
        case _:
            return value
