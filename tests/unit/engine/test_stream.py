"""The engine's streams, cut anywhere, as lines."""

import io
import struct
from itertools import pairwise
from types import SimpleNamespace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from requests import Response

from bluegreen.engine.stream import Frame, frames, lines


def response(*pieces: bytes) -> Response:
    return cast(Response, SimpleNamespace(raw=io.BytesIO(b"".join(pieces))))


def frame(origin: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", origin, len(data)) + data


def test_a_stream_is_taken_apart_into_what_was_written_where() -> None:
    assert list(frames(response(frame(1, b"out"), frame(2, b"err"), frame(1, b"")))) == [
        (1, b"out"),
        (2, b"err"),
        (1, b""),
    ]


def test_a_stream_that_breaks_off_in_a_header_ends() -> None:
    assert list(frames(response(frame(1, b"whole"), b"\x01\x00\x00"))) == [(1, b"whole")]


def test_standard_output_and_error_are_not_mixed_within_a_line() -> None:
    pieces: list[Frame] = [(1, b"one "), (2, b"error\n"), (1, b"line\n")]
    assert list(lines(pieces)) == ["error", "one line"]


def test_the_last_line_needs_no_line_feed() -> None:
    assert list(lines([(1, b"a\nb")])) == ["a", "b"]


def test_a_line_without_an_end_is_passed_on_in_parts() -> None:
    got = list(lines([(1, b"x" * 50_000), (1, b"x" * 50_000), (1, b"y")]))
    assert got == ["x" * 100_000, "y"]


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert list(lines([(1, b"\xff\xfe\n")])) == ["\ufffd\ufffd"]


@given(st.binary(max_size=60), st.lists(st.integers(0, 60)))
def test_where_a_stream_is_cut_does_not_matter(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [(1, data[start:end]) for start, end in pairwise(edges)]
    assert list(lines(pieces)) == list(lines([(1, data)]))


def test_a_character_cut_in_two_is_one_character() -> None:
    whole = "é🙂\n".encode()
    for cut in range(len(whole)):
        assert list(lines([(1, whole[:cut]), (1, whole[cut:])])) == ["é🙂"]
