"""The JSON Schema of what every verb prints with --json, made of the very types that are printed."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DataclassSchema

from bluegreen.cli.output import JSON_VERSION
from bluegreen.cli.show.failure import Failure
from bluegreen.config.docstrings import meanings
from bluegreen.config.draft.write import Written
from bluegreen.decide.doctor.finding import Finding
from bluegreen.deploy.adopt import AdoptedService
from bluegreen.deploy.changed import Changes
from bluegreen.deploy.diff import Difference
from bluegreen.deploy.down import Removed
from bluegreen.deploy.report import Report
from bluegreen.deploy.status import ServiceStatus, Status
from bluegreen.ledger.records import AuditRecord, DeploymentRecord, StepRecord

Document = type[BaseModel]
Texts = tuple[str, ...]


def _like(name: str, source: type, without: Collection[str] = (), **more: object) -> Document:
    """Describe objects that have the fields of a class, some excepted, and `more`."""
    hints, texts = get_type_hints(source), meanings(source)
    own = {each.name: hints[each.name] for each in fields(source) if each.name not in without}
    described = {key: (kind, Field(description=texts.get(key))) for key, kind in (own | more).items()}
    return create_model(name, **described)  # type: ignore[call-overload,no-any-return]


def _object(name: str, **keys: object) -> Document:
    return create_model(name, **{key: (kind, ...) for key, kind in keys.items()})  # type: ignore[call-overload,no-any-return]


_STEP = _like("Step", StepRecord, seconds=float | None)
_MOVING = _like(
    "Report", Report, ("wanted",), steps=tuple[_STEP, ...], exit_status=int, go_back=str | None  # type: ignore[valid-type]
)  # fmt: skip
_DEPLOYMENT = _like("Deployment", DeploymentRecord, steps=tuple[_STEP, ...])  # type: ignore[valid-type]
_FINDING = _like("Finding", Finding, mends=Texts)
_RULE = _object(
    "Violation", rule=str, severity=Literal["error", "warning"], file=str, line=int, column=int, environment=str,
    service=str, message=str, why=str, fix=str,
)  # fmt: skip
_NAMED = _object("Service", service=str, kind=str)

DOCUMENTS: dict[str, Document] = {
    **dict.fromkeys(("deploy", "plan", "rollback", "promote", "abort", "up"), _MOVING),
    "status": _like("Status", Status),
    "history": _object("History", deployments=tuple[_DEPLOYMENT, ...]),  # type: ignore[valid-type]
    "audit": _object("Audit", audit=tuple[AuditRecord, ...]),
    "diff": _like("Difference", Difference),
    "changed": _like("Changes", Changes),
    "doctor": _object("Examination", sound=bool, findings=tuple[_FINDING, ...], plan=Texts, mended=Texts),  # type: ignore[valid-type]
    "check": _object(
        "Checked", project=str, environment=str, services=tuple[_NAMED, ...], compared=Texts, waived=int,  # type: ignore[valid-type]
        findings=tuple[_RULE, ...],  # type: ignore[valid-type]
    ),
    "init": _like("Written", Written),
    "adopt": _object("Adopted", adopted=tuple[AdoptedService, ...]),
    "down": _like("Removed", Removed),
}  # fmt: skip
"""By verb."""

_ERROR = _object("Error", error=Failure, serving=tuple[ServiceStatus, ...] | None)


class _Printed(GenerateJsonSchema):
    """Of dataclasses every field is printed, also one that has its default; and each says what it means."""

    def dataclass_schema(self, schema: DataclassSchema) -> JsonSchemaValue:
        found = super().dataclass_schema(schema)
        texts = meanings(schema["cls"])
        found["required"] = list(found["properties"])
        for key, value in found["properties"].items():
            value.pop("default", None)
            if key in texts:
                value["description"] = texts[key]
        return found

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - a key is title enough
        return False


def document_schema(verb: str) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of the document that a verb prints: its result, an error, or both."""
    result, error = (_schema(model) for model in (DOCUMENTS[verb], _ERROR))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bluegreen {verb} --json",
        "type": "object",
        "properties": {"version": {"const": JSON_VERSION}, **result["properties"], **error["properties"]},
        "required": ["version"],
        "anyOf": [{"required": result["required"]}, {"required": error["required"]}],
        "$defs": {**result.get("$defs", {}), **error["$defs"]},
    }


def _schema(model: Document) -> dict[str, Any]:
    return model.model_json_schema(mode="serialization", schema_generator=_Printed)
