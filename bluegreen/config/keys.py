"""Which keys there are in a mapping of services.yaml."""

from typing import Any, get_args

from pydantic.fields import FieldInfo

from bluegreen.model.project import Project
from bluegreen.model.service import Service
from bluegreen.model.spec import Spec

_INNER = {(Project, "environment"), (Service, "name")}
"""Fields that are no keys: what they hold is known from elsewhere."""


def keys_of(model: type[Spec]) -> dict[str, FieldInfo]:
    """Return the keys of a mapping, as they are written, with their fields."""
    return {info.alias or name: info for name, info in model.model_fields.items() if (model, name) not in _INNER}


def model_of(annotation: Any) -> type[Spec] | None:  # noqa: ANN401 - any annotation
    """Find the mapping that a field holds, itself or in a list or a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return annotation
    return next((model for part in get_args(annotation) if (model := model_of(part))), None)


def model_at(model: type[Spec], path: tuple[str | int, ...]) -> type[Spec]:
    """Follow a path of keys and indexes from one mapping to the one below."""
    for step in path:
        info = keys_of(model).get(step) if isinstance(step, str) else None
        model = (model_of(info.annotation) if info else None) or model
    return model
