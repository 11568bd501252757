"""What the fields of the model mean, from the texts that stand below them in its source."""

import ast
from collections.abc import Iterator
from inspect import getsource
from textwrap import dedent

from bluegreen.model import hooks, notify, project, service


def descriptions() -> dict[tuple[str, str], str]:
    """Return the meaning of every field by class and field; read from the source, so that nothing is paid at start."""
    trees = (ast.parse(getsource(module)) for module in (project, service, hooks, notify))
    classes = (each for tree in trees for each in tree.body if isinstance(each, ast.ClassDef))
    return {(cls.name, field): text for cls in classes for field, text in _fields(cls)}


def meanings(cls: type) -> dict[str, str]:
    """Return the meaning of the fields of one class, by field."""
    (tree,) = ast.parse(dedent(getsource(cls))).body
    return dict(_fields(tree)) if isinstance(tree, ast.ClassDef) else {}


def _fields(cls: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, below in zip(cls.body, cls.body[1:], strict=False):
        if (field := _field(statement)) and (text := _text(below)):
            yield field, text


def description(texts: dict[tuple[str, str], str], model: type, field: str) -> str:
    """Return a field's meaning, from the class that declares it."""
    return next((texts[cls.__name__, field] for cls in model.__mro__ if (cls.__name__, field) in texts), "")


def _field(statement: ast.stmt) -> str:
    target = statement.target if isinstance(statement, ast.AnnAssign) else None
    return target.id if isinstance(target, ast.Name) else ""


def _text(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split())
    return ""
