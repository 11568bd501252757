"""Env files, in Compose's syntax: `NAME=value` lines with quotes, comments, `export` and variables."""

import re
from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path

from bluegreen.config.problem import Report
from bluegreen.config.read import read_text
from bluegreen.config.variables import NoValue, Variables

_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*")
_QUOTED = {
    "'": re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL),
    '"': re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL),
}
_BARE = re.compile(r"(?:[^\n#]|(?<![ \t])#)*")
_REST = re.compile(r"[^\n]*\n?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "$": "$$"}


def read_env_file(path: Path, name: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Read one env file, called `name` in errors; `variables` are the caller's, stronger than the file's own.

    Raises InvalidConfig, which holds no value.
    """
    report = Report(name)
    text = read_text(path, report, re.compile("\0"))
    lines = _Lines(text, variables, report)
    while lines.more():
        lines.take()
    if report.problems:
        report.stop()
    return lines.values


class _Lines:
    def __init__(self, text: str, variables: Mapping[str, str], report: Report) -> None:
        self.values: dict[str, str] = {}
        self._text = text
        self._variables = Variables(ChainMap(dict(variables), self.values))
        self._report = report
        self._at = 0
        self._start = 0

    def more(self) -> bool:
        """Whether anything is left to read."""
        return self._at < len(self._text) and not self._report.full

    def take(self) -> None:
        """Read a line, or several where a quoted value goes on."""
        self._start = self._at
        if blank := _BLANK.match(self._text, self._at):
            self._at = blank.end()
            return
        try:
            name = self._name()
            self.values[name] = self._value()
        except NoValue as error:
            self._report.add((self._text.count("\n", 0, self._start) + 1, 1), "", str(error))
            if self._at == self._start or self._text[self._at - 1] != "\n":
                self._skip(_REST)

    def _name(self) -> str:
        name = self._skip(_NAME)
        if not name:
            raise NoValue("should be NAME=value")
        return name[1]

    def _value(self) -> str:
        quote = self._text[self._at : self._at + 1]
        value = self._skip(_QUOTED.get(quote, _BARE))
        if value and quote not in _QUOTED:
            return self._variables.expand(value[0].strip())
        if not value:
            raise NoValue("has a quote without its partner")
        if not self._skip(_BLANK):
            raise NoValue("has more after the closing quote")
        if quote == "'":
            return value[1].replace("\\'", "'")
        return self._variables.expand(_ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), value[1]))

    def _skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return match
