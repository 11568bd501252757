"""Times, sizes, shares and CPUs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bluegreen.model import units

DURATIONS = {
    "30s": 30, "500ms": 0.5, "1m30s": 90, "1h": 3600, "2h3m4s5ms": 7384.005, "1.5h": 5400, "0s": 0, "168h": 604800,
    "0.0001s": 0, "1m5ms": 60.005, "007s": 7,
}  # fmt: skip
NO_DURATIONS = [
    "",
    "30",
    30,
    1.5,
    "s",
    "1 s",
    "-1s",
    "1d",
    "1s1m",
    "1s\n",
    "1e3s",
    "169h",
    "9" * 99 + "s",
    "\u0661s",
    None,
    True,
]

SIZES = {
    "512m": 512 * 1024**2, "2g": 2 * 1024**3, "1k": 1024, "1KB": 1024, "10 mb": 10 * 1024**2, "1.5g": 3 * 512 * 1024**2,
    "100": 100, "100b": 100, 65536: 65536, "1048576g": 1024**5,
}  # fmt: skip
NO_SIZES = ["", "m", "1t", "-1", "1  m", "1m\n", 0, "0", "0.1", "1048577g", 1024**5 + 1, True, 1.5, None, "9" * 40]

SHARES = {"1%": 0.01, "0.5%": 0.005, "100%": 1, "0%": 0, "33.333333%": 0.33333333, "5 %": 0.05}
NO_SHARES = ["", "1", 0.01, 1, "101%", "-1%", "%", "1%%", "1%\n", "0.0000001%", True, None]

CPUS = {"1.5": 1.5, 2: 2, 0.25: 0.25, "1024": 1024}
NO_CPUS = ["", "0", 0, -1, "-1", "1e3", "nan", "inf", float("nan"), float("inf"), 1025, True, None, "1.5\n", "all"]


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [(read, value, expected)
     for read, table in ((units.seconds, DURATIONS), (units.size, SIZES), (units.share, SHARES), (units.cpus, CPUS))
     for value, expected in table.items()],
)  # fmt: skip
def test_is_read(read: Any, value: object, expected: float) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [(read, value)
     for read, values in ((units.seconds, NO_DURATIONS), (units.size, NO_SIZES), (units.share, NO_SHARES),
                          (units.cpus, NO_CPUS))
     for value in values],
)  # fmt: skip
def test_is_refused_with_an_example(read: Any, value: object) -> None:
    with pytest.raises(ValueError, match=r"^should be a (duration|size|percentage|number of CPUs) (such as|of) \S+"):
        read(value)


@given(st.integers(0, 7 * 24 * 3600 * 1000))
def test_a_duration_is_written_as_it_is_read(millis: int) -> None:
    value = units.seconds(f"{millis}ms")
    assert value == round(millis / 1000, 3)
    assert units.seconds(units.show_seconds(value)) == value


@given(st.integers(0, 100_000_000))
def test_a_share_is_written_as_it_is_read(millionths: int) -> None:
    value = units.share(f"{millionths / 1_000_000:.6f}%")
    assert 0 <= value <= 1
    assert units.share(units.show_share(value)) == value


@given(st.one_of(st.text(), st.text(alphabet="0123456789.hmskgb% "), st.integers(), st.floats(), st.none()))
def test_anything_is_read_in_bounds_or_refused(value: object) -> None:
    bounds = ((units.seconds, units.LONGEST), (units.size, units.LARGEST), (units.share, 1), (units.cpus, 1024))
    for read, most in bounds:
        try:
            number = read(value)
        except ValueError:
            number = 0
        assert 0 <= number <= most


def test_units_are_written_as_texts_in_json() -> None:
    assert TypeAdapter(units.Duration).dump_python(90.5, mode="json") == "90.5s"
    assert TypeAdapter(units.Share).dump_python(0.015, mode="json") == "1.5%"
    assert TypeAdapter(units.Bytes).dump_python(1024, mode="json") == 1024
