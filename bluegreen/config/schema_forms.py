"""The forms that Compose knows for one value, as JSON Schema."""

from collections.abc import Callable
from typing import Any

from bluegreen.model.hooks import Hook

Schema = dict[str, Any]
Form = Callable[[Schema], Schema]

VARIABLE: Schema = {"$ref": "#/$defs/Variable"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_ID: Schema = {"type": "integer", "minimum": 0}
_WORDS: Schema = {"type": "array", "items": _SCALAR}
_VOLUME: Schema = {
    "type": "object",
    "properties": {
        "type": {"enum": ["volume", "bind"]},
        "source": {"type": "string"},
        "target": {"type": "string"},
        "read_only": {"type": "boolean"},
    },
    "required": ["type", "target"],
    "additionalProperties": False,
}


def _either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def _one_or_many(schema: Schema) -> Schema:
    return _either(schema["items"], schema)


def _command(schema: Schema) -> Schema:
    return _either({"type": "string", "minLength": schema.get("minItems", 0)}, {**schema, **_WORDS})


def _pairs(schema: Schema) -> Schema:
    return _either({**schema, "additionalProperties": _SCALAR}, {"type": "array", "items": {"type": "string"}})


def _variables(schema: Schema) -> Schema:
    scalars = {"type": [*_SCALAR["type"], "null"]}
    return _either({**schema, "additionalProperties": scalars}, {"type": "array", "items": {"type": "string"}})


def _texts(schema: Schema) -> Schema:
    return {**schema, "additionalProperties": _SCALAR}


def _networks(schema: Schema) -> Schema:
    options = {"anyOf": [{"type": "null"}, {"type": "object", "maxProperties": 0}]}
    return _either(schema["items"], schema, {"type": "object", "additionalProperties": options})


def _dependencies(schema: Schema) -> Schema:
    conditions = {"anyOf": [schema["additionalProperties"], {"type": "null"}]}
    return _either(
        {"type": "array", "items": schema["propertyNames"], "uniqueItems": True},
        {**schema, "additionalProperties": conditions},
    )


def _limits(schema: Schema) -> Schema:
    return {
        **schema,
        "additionalProperties": _either(schema["additionalProperties"], {"type": "integer", "minimum": -1}),
    }


def _compose(schema: Schema) -> Schema:
    return _either({"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}, schema)


def _commanded(schema: Schema) -> Schema:
    return _either({"type": "string", "minLength": 1}, _WORDS, schema)


FORMS: dict[tuple[str, str], Form] = {
    ("ComposeFiles", "files"): _one_or_many,
    ("ComposeFiles", "profiles"): _one_or_many,
    ("Project", "compose"): _compose,
    ("Project", "tags"): _one_or_many,
    ("Project", "branches"): _one_or_many,
    ("Project", "verify"): _command,
    ("HttpProbe", "headers"): _texts,
    ("HttpProbe", "expect_status"): _one_or_many,
    ("Health", "http"): _one_or_many,
    ("Health", "command"): _command,
    ("Logging", "options"): _texts,
    ("ReleaseCommand", "command"): _command,
    ("ReleaseCommand", "fail_on_output"): _one_or_many,
    ("Service", "environment"): _variables,
    ("Service", "env_file"): _one_or_many,
    ("Service", "command"): _command,
    ("Service", "entrypoint"): _command,
    ("Service", "user"): lambda schema: _either(schema, _ID),
    ("Service", "group_add"): lambda schema: {**schema, "items": _either(schema["items"], _ID)},
    ("Service", "sysctls"): _pairs,
    ("Service", "volumes"): lambda schema: {**schema, "items": _either({"type": "string"}, _VOLUME)},
    ("Service", "tmpfs"): _one_or_many,
    ("Service", "labels"): _pairs,
    ("Service", "networks"): _networks,
    ("Service", "ulimits"): _limits,
    ("Service", "extra_hosts"): _pairs,
    ("Service", "source"): _one_or_many,
    ("Service", "ignore"): _one_or_many,
    ("Service", "depends_on"): _dependencies,
    ("Service", "release_command"): _commanded,
    ("HookCommand", "command"): _command,
    **{("Hooks", hook.value): _commanded for hook in Hook},
}
"""By definition and key; what isn't here has one form."""


def with_variables(schema: Schema) -> Schema:
    """Let a text with a variable stand wherever a narrow value is expected."""
    if "anyOf" in schema:
        members = [with_variables(each) for each in schema["anyOf"]]
        flat = [part for each in members for part in (each["anyOf"] if set(each) == {"anyOf"} else [each])]
        return {**schema, "anyOf": [part for i, part in enumerate(flat) if part not in flat[:i]]}
    if schema.get("type") == "array":
        return {**schema, "items": with_variables(schema["items"])}
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return {**schema, "additionalProperties": with_variables(schema["additionalProperties"])}
    narrow = schema.get("type") in ("integer", "number", "boolean") or schema.keys() & {"enum", "const", "pattern"}
    return _either(schema, VARIABLE) if narrow else schema
