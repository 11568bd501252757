"""From a file's bytes to a tree of nodes, within bounds."""

import os
import re
import stat
from pathlib import Path
from typing import NoReturn

import yaml

from bluegreen.config.compose import Composer, Refused
from bluegreen.config.node import Entries
from bluegreen.config.problem import At, Report
from bluegreen.ownership import fault

LARGEST = 1024**2
"""Bytes."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


WANTED = "project, network and services"


def read(path: Path, report: Report, wanted: str = WANTED, tags: dict[At, str] | None = None) -> Entries:
    """Read a YAML file whose root is a mapping; `wanted` is what belongs into it.

    Compose's own tags are taken down in `tags` where that is given, and refused where not. Raises InvalidConfig when
    it is no such file.
    """
    text = read_text(path, report, _FORBIDDEN)
    try:
        events = yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        root = Composer(events, report, tags).document(wanted)
    except Refused as error:
        report.refuse(error.at, error.message)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(error, text, report)
    if not isinstance(root, Entries):
        report.refuse(root.at, f"should be a mapping: {wanted.replace(' and ', ', ')}")
    return root


def read_text(path: Path, report: Report, forbidden: re.Pattern[str]) -> str:
    """Read a text file in UTF-8 of 1 MB at most, without `forbidden` characters. Raises InvalidConfig."""
    try:
        if wrong := fault(path, file=True):
            report.refuse((0, 0), str(wrong))
        data = _beginning(path)
    except OSError as error:
        report.refuse((0, 0), f"can't be read: {error.strerror or error}")
    if len(data) > LARGEST:
        report.refuse((0, 0), "is larger than 1 MB")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(errors="replace")
        report.refuse(_place(before, len(before)), "isn't UTF-8: save the file in that encoding")
    if match := forbidden.search(text):
        report.refuse(_place(text, match.start()), f"holds a control character (U+{ord(match[0]):04X})")
    return text


def _beginning(path: Path) -> bytes:
    """Read a little more than is taken; whatever would have to be waited for is no file."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is no file")
        return file.read(LARGEST + 1)


def _place(text: str, index: int) -> At:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _refuse_syntax(error: yaml.MarkedYAMLError, text: str, report: Report) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    written = text.split("\n")[line : line + 1]
    before = written[0][: column + 1] if written else ""
    if "\t" in before and not before.strip():
        message = "a tab can't be used for indentation: use spaces"
    else:
        since = f" ({error.context} that starts in line {error.context_mark.line + 1})" if error.context_mark else ""
        message = f"isn't valid YAML: {error.problem}{since}"
    report.refuse((line + 1, column + 1), message)
