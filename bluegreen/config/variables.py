"""`${VARIABLES}` in texts, as Compose has them."""

import re
from collections.abc import Mapping

LONGEST = 64 * 1024
"""Characters that one text may grow to."""

ROOM = 4 * 1024**2
"""Characters that all texts with variables may have together."""

_DEEPEST = 8
_DOLLAR = re.compile(r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)|)")
_OUTSIDE = re.compile(r"[^$]+")
_INSIDE = re.compile(r"[^$}]+")
_OPERATOR = re.compile(r":?[-?+]|\}")


class NoValue(Exception):
    """A text has no value; says why, without any value."""


class Elsewhere(NoValue):
    """A variable is not set here, and may be on the machine that the text is for."""


class Variables:
    """Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `${NAME:+text}`; `$$` is a dollar.

    Without the colon an empty value counts as one. Unlike in Compose a variable that is not set is an error:
    an empty text in its place is never what was meant. With `elsewhere` that error is of a class of its own.
    """

    def __init__(self, values: Mapping[str, str], *, elsewhere: bool = False) -> None:
        self._values = values
        self._unset = Elsewhere if elsewhere else NoValue
        self._room = ROOM

    def has(self, name: str) -> bool:
        """Whether a variable is set."""
        return name in self._values

    def get(self, name: str) -> str:
        """Return the value of a variable that is set. Raises NoValue."""
        return _checked(self._values[name])

    def expand(self, text: str) -> str:
        """Return `text` with its variables replaced. Raises NoValue."""
        if "$" not in text:
            return text
        expanded = _Expansion(text, self._values, self._unset).run()
        self._room -= len(expanded)
        if self._room < 0:
            raise NoValue(f"is too much: all variables together fill more than {ROOM} characters")
        return _checked(expanded)


def _checked(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NoValue("takes a variable that isn't UTF-8") from None
    return value


class _Expansion:
    def __init__(self, text: str, values: Mapping[str, str], unset: type[NoValue]) -> None:
        self._text = text
        self._values = values
        self._unset = unset
        self._at = 0
        self._size = 0

    def run(self) -> str:
        return self._until_brace(0, wanted=True)

    def _until_brace(self, depth: int, *, wanted: bool) -> str:
        """Read to the end, or inside braces to the one that closes them; nothing is looked up unless wanted."""
        if depth > _DEEPEST:
            raise NoValue(f"nests variables more than {_DEEPEST} deep")
        parts: list[str] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "}" and depth:
                self._at += 1
                return "".join(parts)
            if char == "$":
                parts.append(self._variable(depth, wanted=wanted))
            else:
                parts.append(self._literal(depth))
        if depth:
            raise NoValue("has a ${ without its }")
        return "".join(parts)

    def _literal(self, depth: int) -> str:
        match = (_INSIDE if depth else _OUTSIDE).match(self._text, self._at)
        literal = match[0] if match else ""
        self._at += len(literal)
        return self._sized(literal)

    def _variable(self, depth: int, *, wanted: bool) -> str:
        match = _DOLLAR.match(self._text, self._at)
        self._at = match.end() if match else len(self._text)
        if not match or not match.lastgroup:
            raise NoValue("has a $ that is not followed by a variable: write ${NAME}, or $$ for a dollar")
        if match["dollar"]:
            return self._sized("$")
        if match["name"]:
            return self._braced(match["name"], depth, wanted=wanted)
        if wanted and match["bare"] not in self._values:
            # What follows a lone dollar may be the rest of a password: it is not named.
            raise self._unset("has a $ before what is no set variable: write ${NAME}, or $$ for a dollar")
        return self._sized(self._values[match["bare"]]) if wanted else ""

    def _braced(self, name: str, depth: int, *, wanted: bool) -> str:
        operator = _OPERATOR.match(self._text, self._at)
        if not operator:
            raise NoValue("has a ${…} that can't be read: write ${NAME} or ${NAME:-default}")
        self._at = operator.end()
        if operator[0] != "}":
            return self._operand(name, operator[0], depth, wanted=wanted)
        if wanted and name not in self._values:
            raise self._unset(f"the variable {name} is not set: set it, or write ${{{name}:-default}}")
        return self._sized(self._values[name]) if wanted else ""

    def _operand(self, name: str, operator: str, depth: int, *, wanted: bool) -> str:
        value, start = self._values.get(name), self._at
        given = bool(value) if operator.startswith(":") else value is not None
        chosen = wanted and {"-": not given, "+": given, "?": False}[operator[-1]]
        text = self._until_brace(depth + 1, wanted=chosen)
        if wanted and operator[-1] == "?" and not given:
            reason = self._text[start : self._at - 1].strip() or "set it"
            raise self._unset(f"the variable {name} is {'not set' if value is None else 'empty'}: {reason}")
        if chosen:
            return text
        return self._sized(value or "") if wanted and operator[-1] != "+" else ""

    def _sized(self, text: str) -> str:
        self._size += len(text)
        if self._size > LONGEST:
            raise NoValue(f"is longer than {LONGEST} characters with its variables")
        return text
