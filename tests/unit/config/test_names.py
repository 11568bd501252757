"""Texts that go into nginx's configuration, into command lines and into the engine: allow-lists, matched whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bluegreen.model import names

INTERPOLATED: dict[str, tuple[Any, list[str]]] = {
    "Name": (names.Name, ["a", "shop-server", "a1-2b", "x" * 50]),
    "NetworkName": (names.NetworkName, ["shop_network", "a.b-c", "N" * 63]),
    "Host": (names.Host, ["localhost", "shop.example.com", "*.example.com", "xn--bcher-kva.example", "10.0.0.1"]),
    "UrlPath": (names.UrlPath, ["/", "/shop-api", "/a/b/", "/a.b/~c", "/.well-known/x", "/a:b@c"]),
    "Listen": (names.Listen, ["80", "127.0.0.1:8080", "[::1]:443"]),
    "Subnet": (names.Subnet, ["10.0.0.0/8", "10.1.2.3", "::1", "fd00::/8", "10.0.0.1/8"]),
    "ImageRef": (
        names.ImageRef,
        ["nginx", "nginx:1.30", "ghcr.io/acme/shop:1.4.2", "localhost:5000/a/b__c:x@sha256:" + "0" * 64,
         "sha256:" + "a" * 64],
    ),
    "HeaderName": (names.HeaderName, ["Host", "X-Api-Key"]),
    "EnvName": (names.EnvName, ["A", "_a.B9"]),
}  # fmt: skip
"""Types with texts that belong to them."""

REFUSED = {
    "Name": ["", "A", "-a", "a-", "a--b", "a_b", "1a", "ä", "x" * 51],
    "NetworkName": ["", "-a", "a/b", "ä", "N" * 64],
    "Host": ["", "A.example.com", "a..b", ".a", "a.", "-a.b", "a-.b", "*", "a.*.b", "a_b", "ä.de", "a:80", "x" * 64],
    "UrlPath": [
        "",
        "a",
        "//",
        "/a//b",
        "/..",
        "/a/../b",
        "/a/.",
        "/a%20b",
        "/ä",
        "/a?b",
        "/'",
        "/a|b",
        "/" + "x" * 512,
    ],
    "Listen": ["", "0", "65536", "a:80", "::1:80", "[::1%eth0]:80", "1.2.3:80", "1.2.3.4:", "-1", "1.2.3.4/8:80"],
    "Subnet": ["", "a", "10.0.0.0/33", "fe80::1%eth0", "10.0.0", "1.2.3.4 "],
    "ImageRef": ["", "Nginx", "a//b", "a:", "a@sha256:1", "-a", "a b", "a:b:c", "https://a/b", "a" * 513],
    "HeaderName": ["", "a b", "a:", "ä", "a_b"],
    "EnvName": ["", "1a", "a-b", "ä", "a="],
}

FORBIDDEN = "\0\t\n\r\x1b\x7f\"'`{};$#\\ \u2028\u00a0"
"""What would end a directive, a quotation or a line."""


def accepts(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, (_, texts) in INTERPOLATED.items() for text in texts]
)
def test_is_accepted(kind: str, text: str) -> None:
    assert accepts(INTERPOLATED[kind][0], text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in REFUSED.items() for text in texts])
def test_is_refused(kind: str, text: str) -> None:
    assert not accepts(INTERPOLATED[kind][0], text)


@given(st.sampled_from(sorted(INTERPOLATED)), st.data())
def test_nothing_that_ends_a_directive_passes_anywhere(kind: str, data: st.DataObject) -> None:
    accepted, texts = INTERPOLATED[kind]
    text = data.draw(st.sampled_from(texts))
    at = data.draw(st.integers(0, len(text)))
    assert not accepts(accepted, text[:at] + data.draw(st.sampled_from(FORBIDDEN)) + text[at:])


@given(
    st.sampled_from(sorted(INTERPOLATED)), st.text(alphabet=st.characters() | st.sampled_from("a1./:-@[]*" + FORBIDDEN))
)
def test_no_text_that_passes_holds_what_ends_a_directive(kind: str, text: str) -> None:
    if accepts(INTERPOLATED[kind][0], text):
        assert not set(text) & set(FORBIDDEN)
        assert text.isascii()


@pytest.mark.parametrize("kind", sorted(set(INTERPOLATED) - {"Listen"}))
@pytest.mark.parametrize("value", [None, 1, True, ["a"], b"a b"])
def test_only_texts_are_texts(kind: str, value: object) -> None:
    assert not accepts(INTERPOLATED[kind][0], value)


def test_matching_takes_no_time_in_the_square_of_the_length() -> None:
    for kind, (accepted, texts) in INTERPOLATED.items():
        for text in texts:
            assert not accepts(accepted, text + "a-" * 50_000 + "!"), kind
