"""Sentences about values that don't fit, in place of pydantic's own; never a value that may be secret."""

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from bluegreen.config.examples import EXAMPLES
from bluegreen.config.keys import keys_of, model_at
from bluegreen.config.node import Entries, Items, Node, Places, Scalar, kind_of
from bluegreen.config.problem import SECRET, KeyPath
from bluegreen.config.scalars import value_of
from bluegreen.config.suggest import enumerated, instead, unknown
from bluegreen.model.names import LIMITS
from bluegreen.model.service import Service
from bluegreen.model.spec import Spec

WHY = {
    ("restart", "always"): "with always the engine starts a stopped color again when it restarts, and both would run",
    ("restart", "on-failure"): "after a restart of the engine a release would be missing",
    ("condition", "service_completed_successfully"): "for a command that runs to its end use release_command",
    ("kind", "db"): "a database is written database",
}
"""What else to say about values that people know from Compose."""


class Explanation:
    """Turns the errors of one validation into problems."""

    def __init__(self, model: type[Spec], prefix: KeyPath, places: Places) -> None:
        self._model = model
        self._prefix = prefix
        self._places = places

    def add(self, error: ValidationError) -> None:
        """Report every error at its place."""
        for each in error.errors(include_url=False, include_input=False):
            if not self._places.report.full:
                self._explain(each["type"], each["loc"], each.get("ctx", {}))

    def _explain(self, kind: str, loc: KeyPath, context: dict[str, Any]) -> None:
        # A service's name is its key.
        path = self._prefix if loc == ("name",) and self._model is Service else (*self._prefix, *loc)
        match kind:
            case "missing":
                self._missing(path)
            case "extra_forbidden":
                keys = tuple(keys_of(model_at(self._model, loc[:-1])))
                self._places.add(path, unknown(str(loc[-1]), keys))
            case _ if loc[-1:] == ("[key]",):
                self._key(path[:-1], _no_limit(loc) or _sentence(kind, context, None))
            case _:
                self._value(path, kind, context)

    def _value(self, path: KeyPath, kind: str, context: dict[str, Any]) -> None:
        node = self._places.find(path)[2]
        reported = isinstance(node, Scalar) and (node.null or node.failed)
        counted = kind == "too_short" and isinstance(node, Items) and node.nodes
        if not reported and not counted:
            self._places.add(path, _sentence(kind, context, node) + _got(kind, path, node))

    def _key(self, path: KeyPath, sentence: str) -> None:
        at, written, _ = self._places.find(path)
        shown = written[:-1] if SECRET & set(written[2:-1]) else written
        self._places.report.add(at, shown, sentence)

    def _missing(self, path: KeyPath) -> None:
        *parent, key = path
        holder = self._places.find(tuple(parent))[2]
        if not (isinstance(holder, Entries) and key in holder.nodes):
            self._places.add(tuple(parent), f"needs {key}, such as {key}: {EXAMPLES[str(key)]}")


def _got(kind: str, path: KeyPath, node: Node | None) -> str:
    if not isinstance(node, Scalar) or node.foreign or kind not in _SHOWN or SECRET & set(path[2:]):
        return ""
    if not node.text.isprintable() or len(node.text) > 60:
        return ""
    why = WHY.get((str(path[-1]), node.text), "write it without quotes" if _quoted(kind, node) else "")
    return f' (got "{node.text}")' + (f": {why}" if why else "")


def _quoted(kind: str, node: Scalar) -> bool:
    """Whether a text in quotes would be what is wanted without them."""
    wanted = {"int_type": int, "bool_type": bool}.get(kind)
    return not node.plain and type(value_of(replace(node, plain=True))) is wanted


def _no_limit(loc: KeyPath) -> str:
    """Name the limit that was probably meant, if one is near."""
    near = instead(str(loc[-2]), LIMITS) if loc[-3:-2] == ("ulimits",) else ""
    return f"is no limit{near}" if near else ""


_SHOWN = frozenset(
    {"value_error", "literal_error", "enum", "int_type", "bool_type", "greater_than_equal", "less_than_equal"}
)
"""Errors of values that are of a narrow type; a free text, which may be secret, fails only by not being a text."""

_SHAPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def _sentence(kind: str, context: dict[str, Any], node: Node | None) -> str:
    match kind:
        case "value_error":
            message = str(context["error"])
        case "literal_error" | "enum":
            words = [word.strip("' ") for part in str(context["expected"]).split(" or ") for word in part.split(",")]
            message = f"should be {enumerated(words, 'or')}"
        case "greater_than_equal":
            message = f"should be at least {context['ge']}"
        case "less_than_equal":
            message = f"should be at most {context['le']}"
        case "too_short":
            message = "should not be empty"
        case "string_type" if isinstance(node, Scalar):
            message = "should be a text: put it in quotes"
        case _:
            message = f"should be {_SHAPES.get(kind, 'something else')}"
            if node and not (isinstance(node, Scalar) and kind in {"int_type", "bool_type"}):
                message += f", not {kind_of(node)}"
    return message
