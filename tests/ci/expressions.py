"""The expressions of GitHub workflows, as far as the examples use them."""

import json
import re
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||[!=]=|[!(),]|[A-Za-z_][\w.-]*)")
_EMBEDDED = re.compile(r"\$\{\{\s*((?:(?!\}\}).)*?)\s*\}\}")
_OPERATORS = {"&&": " and ", "||": " or ", "!": " not "}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"startsWith": str.startswith, "fromJSON": json.loads}
_STATES = re.compile(r"\b(success|failure|cancelled|always)\(\)")

Contexts = Mapping[str, Any]
States = Mapping[str, Callable[[], bool]]
"""What `success()`, `failure()`, `cancelled()` and `always()` say."""


def value(text: Any, contexts: Contexts) -> Any:
    """Fill a text in; one that is a single expression becomes what that means."""
    if not isinstance(text, str):
        return text
    if whole := re.fullmatch(_EMBEDDED, text):
        return evaluated(whole[1], contexts, {})
    return _EMBEDDED.sub(lambda found: str(evaluated(found[1], contexts, {})), text)


def condition(text: str, contexts: Contexts, states: States) -> bool:
    """Say whether a job or step runs; unless it asks for a state, all before it must have succeeded."""
    whole = _EMBEDDED.fullmatch(text.strip())
    asked = whole[1] if whole else text
    if not _STATES.search(asked):
        asked = f"success() && {asked}"
    return bool(evaluated(asked, contexts, states))


def evaluated(text: str, contexts: Contexts, states: States) -> Any:
    """Say what an expression means. Raises ValueError where it is none that the examples use."""
    names = {**_FUNCTIONS, **states}
    program, at = "", 0
    while at < len(text.rstrip()):
        if not (found := _TOKEN.match(text, at)):
            raise ValueError(f"{text[at:]!r} is no expression")
        token, at = found[1], found.end()
        if token.startswith("'"):
            program += repr(token[1:-1].replace("''", "'"))
        elif token[0].isalpha() and token not in names:
            program += f"look({token!r})"
        else:
            program += _OPERATORS.get(token, token)
    return eval(program.strip(), {**names, "look": lambda path: _look(path, contexts)})


def _look(path: str, contexts: Contexts) -> Any:
    """What is not there is empty, as GitHub has it; a context must be."""
    first, *rest = path.split(".")
    return reduce(lambda found, key: found.get(key, "") if isinstance(found, Mapping) else "", rest, contexts[first])
