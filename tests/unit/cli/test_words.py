"""Times and ids, as a person reads them."""

import pytest

from bluegreen.cli import words


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ""),
        (0.00043, "0.4 ms"),
        (0.041, "41 ms"),
        (0.41, "0.41 s"),
        (12.34, "12.3 s"),
        (125.0, "2 min 5 s"),
        (3599.9, "1 h 0 min"),
        (7384.0, "2 h 3 min"),
    ],
)
def test_a_time_is_written_with_the_digits_that_matter(seconds: float | None, expected: str) -> None:
    assert words.seconds(seconds) == expected


@pytest.mark.usefixtures("utc")
def test_a_moment_is_local_time() -> None:
    assert words.moment(1_700_000_000.9) == "2023-11-14 22:13:20"
    assert words.clock(1_700_000_000.9) == "22:13:20"


def test_an_id_is_shown_by_its_end() -> None:
    assert words.short("01M822ZB0NNJNRAKBTRP7Y1CD1") == "7Y1CD1"
    assert words.short(None) == ""
