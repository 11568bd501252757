"""What others say is text in Markdown, whatever it looks like."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bluegreen.cli.show.markdown import code, fenced, grid, prose
from bluegreen.model.text import harmless, one_line

READER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
HOSTILE = [
    "<script>alert(1)</script>",
    "<!-- the rest is gone",
    "![x](https://evil.test/x.png) [y](javascript:alert)",
    "`code` ``more``",
    "| a | b |",
    "\\| \\` \\",
    "# heading",
    "1. list",
    "- - - item",
    "> quote",
    "*bold* _more_ ~~less~~ $x$",
    "&lt;b&gt; &#64;alice",
    "[ref]: https://evil.test",
    "=====",
    "a\n\n# b\n```\n",
]


def tokens(text: str) -> Iterator[Token]:
    """All tokens that a reader finds, the inner ones too."""
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def said(text: str) -> str:
    """The text that is shown; the joiner is not seen."""
    shown = (token.content for token in tokens(text) if token.type in ("text", "text_special", "code_inline"))
    return "".join(shown).replace("\u2060", "")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["{}", "- {}", "## {}", "note: {}"])
def test_prose_is_nothing_but_text(text: str, form: str) -> None:
    written = form.format(prose(text))
    kinds = {token.type for token in tokens(written)}
    assert kinds <= {token.type for token in tokens(form.format("word"))} | {"text_special"}
    assert said(written).removeprefix("note: ").strip() == one_line(text).strip()


@given(st.text())
def test_any_text_stays_itself_in_a_cell(text: str) -> None:
    written = grid(("a", "b"), [(prose(text), code("shop:1"))])
    cells = [token for token in tokens(written) if token.type == "td_open"]
    assert len(cells) == 2
    assert not any(token.type.startswith(("html", "link", "image")) for token in tokens(written))
    assert said(written) == f"ab{one_line(text)}shop:1"


@pytest.mark.parametrize("text", ["@alice", "see #7", "a@b.test", "https://evil.test", "www.evil.test", "ends with @"])
def test_nobody_is_called_and_nothing_becomes_a_link(text: str) -> None:
    """These are no CommonMark, but what GitHub and GitLab read into a text after it was rendered."""
    assert not re.search(r"(?:[@#]|:(?=/)|www\.)(?!\u2060)", READER.render(prose(text)))


@given(st.lists(st.text(st.sampled_from("`~ \nab<>"))))
def test_no_line_ends_the_fence_that_it_stands_in(lines: list[str]) -> None:
    (found,) = tokens(fenced(lines))
    assert found.type == "fence"
    assert found.content == harmless("\n".join(lines)) + "\n"


def test_only_what_is_plain_is_code() -> None:
    assert code("acme/shop:1.4.2@sha256:00") == "`acme/shop:1.4.2@sha256:00`"
    assert code("a`b|c") == "a&#96;b&#124;c"
