"""The JSON Schema of services.yaml, for editors."""

from pydantic.fields import FieldInfo

from bluegreen.config.docstrings import description, descriptions
from bluegreen.config.examples import EXAMPLES
from bluegreen.config.keys import keys_of
from bluegreen.config.overlay import Differing, differing
from bluegreen.config.schema_forms import FORMS, Schema, with_variables
from bluegreen.model import hooks, notify, project, service
from bluegreen.model.project import Project
from bluegreen.model.spec import Spec

_ROOT: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "services.yaml",
    "description": "The services of a project, and what differs between its environments.",
}
_VARIABLE: Schema = {"type": "string", "pattern": r"\$", "description": "A text with a variable, such as ${NAME}."}
_ANY_SERVICE = "*"


def json_schema() -> Schema:
    """Return the JSON Schema (2020-12) of services.yaml: every form that is accepted, with what it means."""
    raw = Project.model_json_schema(by_alias=True)
    definitions: Schema = {name: _definition(name, definition) for name, definition in raw.pop("$defs").items()}
    root = _definition("Project", raw)
    root["properties"]["environments"] = {
        "description": "What differs in each environment. Names, versions, topology and code can't.",
        "type": "object",
        "additionalProperties": {"anyOf": [_overlay(differing([_ANY_SERVICE])), {"type": "null"}]},
    }
    root["patternProperties"] = {"^x-": {}}
    return {**root, **_ROOT, "$defs": {**definitions, "Variable": _VARIABLE}}


def _definition(name: str, raw: Schema) -> Schema:
    model = {**vars(hooks), **vars(notify), **vars(service), **vars(project)}[name]
    raw = {key: value for key, value in raw.items() if key != "title"}
    if not issubclass(model, Spec):
        return with_variables(raw) | {"description": raw["description"]}
    texts = descriptions()
    keys = keys_of(model)
    properties = {key: _property(model, key, keys[key], raw["properties"][key], texts) for key in keys}
    required = [key for key in raw.get("required", ()) if key in keys]
    return {**raw, "properties": properties, "required": required}


def _property(model: type[Spec], key: str, info: FieldInfo, raw: Schema, texts: dict[tuple[str, str], str]) -> Schema:
    form = FORMS.get((model.__name__, key))
    schema = form(_tidy(raw)) if form else _tidy(raw)
    field = next(name for name, each in model.model_fields.items() if each is info)
    about: Schema = {"description": description(texts, model, field)}
    if key in (known := defaults(model)):
        about["default"] = known[key]
    if key in EXAMPLES and info.annotation is str:
        about["examples"] = [EXAMPLES[key]]
    return {**about, **with_variables(schema)}


def defaults(model: type[Spec]) -> Schema:
    """Return the defaults of a mapping by key, as they would be written."""
    bare: Spec = model.model_construct()
    written = bare.model_dump(mode="json", by_alias=True, warnings=False)
    return {key: value for key, value in written.items() if value not in (None, [], {}) and not isinstance(value, dict)}


def _tidy(raw: Schema) -> Schema:
    """Take away what is said better elsewhere, and allow no keys but those of the pattern."""
    schema = {key: value for key, value in raw.items() if key not in {"title", "default"}}
    if "anyOf" in schema:
        members = [_tidy(each) for each in schema["anyOf"] if each != {"type": "null"}]
        return members[0] if len(members) == 1 else {"anyOf": members}
    for pattern, value in schema.pop("patternProperties", {}).items():
        schema["additionalProperties"] = value
        schema["propertyNames"] = {**schema.get("propertyNames", {}), "pattern": pattern}
    return schema


def _overlay(allowed: Differing) -> Schema:
    below = {key: _overlay(each) for key, each in allowed.below.items()}
    if allowed.model is None:
        return {"type": "object", "additionalProperties": below[_ANY_SERVICE]}
    base = "#" if allowed.model is Project else f"#/$defs/{allowed.model.__name__}"
    same = {key: {"$ref": f"{base}/properties/{key}"} for key in sorted(allowed.keys)}
    return {"type": "object", "additionalProperties": False, "properties": {**same, **below}}
