"""What a plain scalar stands for: the core rules of YAML 1.2, in which `no`, `22:22` and `010` are no traps."""

import math
import re

from bluegreen.config.node import Scalar

Value = str | int | float | bool | None

_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CORE_INT = re.compile(r"[-+]?[0-9]{1,400}|0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_CORE_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def value_of(node: Scalar) -> Value:
    """Read a scalar that configures something.

    Only what reads the same as text is a number, so that `010` and `1.10` reach a text as they were written.
    """
    text = node.text
    if node.null:
        return None
    if not (node.plain or node.foreign):
        return text
    if text in _TRUTH:
        return _TRUTH[text]
    return int(text) if _WHOLE.fullmatch(text) else text


def json_of(node: Scalar) -> Value:
    """Read a scalar inside a JSON body. `.inf` and `.nan`, which JSON lacks, stay texts."""
    value = value_of(node)
    if not isinstance(value, str) or not (node.plain or node.foreign):
        return value
    if _CORE_INT.fullmatch(value):
        return int(value, 0) if value[:2] in {"0o", "0x"} else int(value)
    if _CORE_FLOAT.fullmatch(value) and math.isfinite(number := float(value)):
        return number
    return value
