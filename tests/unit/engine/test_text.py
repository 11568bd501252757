"""Text from outside, made harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.model.text import harmless, one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain, über, 日本, 🙂\n\ttab", "plain, über, 日本, 🙂\n\ttab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hhome", "home"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r0m\x1b\\dcs", "dcs"),
        ("\x9b31mC1", "C1"),
        ("\x1b(B\x1b=\x1bcreset", "reset"),
        ("over\rwritten\b\b\x07\x00\x7f", "overwritten"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("a\u200bb\ufeffc", "abc"),
        ("isolated \u2066\u2067\u2068\u2069\u061cArabic", "isolated Arabic"),
        ("tagged \U000e0041\U000e007f\ufff9note", "tagged note"),
        ("line\u2028separator", "lineseparator"),
        ("unfinished \x1b[", "unfinished "),
        ("unfinished \x1b", "unfinished "),
        ("lone \ud800 surrogate", "lone  surrogate"),
    ],
)
def test_what_a_terminal_would_obey_is_gone(text: str, expected: str) -> None:
    assert harmless(text) == expected


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b\x9b[]P;m\x07\\"))))
def test_nothing_dangerous_survives_whatever_comes_together(text: str) -> None:
    clean = harmless(text)
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in clean)
    assert harmless(clean) == clean


def test_on_one_line_nothing_looks_like_a_line_of_its_own() -> None:
    assert one_line("denied\r\n\nWhat serves now:\x1b[2K\n  v1\t") == "denied What serves now: v1"
