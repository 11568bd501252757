import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from benchmarks.load import Group, Stream, WebSocket
from benchmarks.load.frames import Opcode, accept
from tests.tools.load.misbehaving import CHUNKED, Behaviour, Client, load, load_until

STREAM = Stream(name="one", timeout=1.0)
SOCKET = WebSocket(name="one", interval=0.01, timeout=1.0)


def event(number: int) -> bytes:
    text = f"id: {number}\ndata: x\n\n".encode()
    return f"{len(text):x}\r\n".encode() + text + b"\r\n"


def streaming(*pieces: bytes, then: str = "wait") -> Behaviour:
    """Answer with these pieces, each sent on its own, then wait, close or reset."""

    async def behave(client: Client) -> None:
        await client.request()
        client.say(CHUNKED.replace(b"OK", b"OK\r\nX-Release: v1"))
        for piece in pieces:
            client.say(piece)
            await asyncio.sleep(0)
        await END[then](client)

    return behave


async def wait(client: Client) -> None:
    await client.request()


async def close(client: Client) -> None:
    client.close()


async def reset(client: Client) -> None:
    client.reset()


END: dict[str, Callable[[Client], Awaitable[None]]] = {"wait": wait, "close": close, "reset": reset}


def test_a_stream_that_lives_until_the_load_ends_is_answered() -> None:
    report = load_until(2, streaming(event(1), event(2)), STREAM)
    counts, side = report.counts(), report.side["one"]
    assert (counts.sent, counts.answered, side.messages, side.missing) == (1, 1, 2, 0)


def test_missing_and_repeated_events_are_counted() -> None:
    side = load_until(4, streaming(event(7), event(8), event(11), event(11)), STREAM).side["one"]
    assert (side.messages, side.missing, side.duplicates) == (4, 2, 1)


def test_an_event_may_come_in_two_pieces() -> None:
    pieces = event(1)[:9], event(1)[9:], b"3\r\nid:\r\n", b"4\r\n 2\n\n\r\n"
    side = load_until(2, streaming(*pieces), STREAM).side["one"]
    assert (side.messages, side.missing) == (2, 0)


def test_a_stream_with_a_last_chunk_has_ended() -> None:
    counts = load(streaming(event(1), b"0\r\n\r\n", then="close"), STREAM, requests=2).counts()
    assert (counts.sent, counts.ended, counts.lost) == (2, 2, 0)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_a_stream_without_a_last_chunk_was_cut(then: str) -> None:
    counts = load(streaming(event(1), then=then), STREAM, requests=2).counts()
    assert (counts.sent, counts.closed, counts.lost) == (2, 2, 2)


@pytest.mark.parametrize("group", [STREAM, SOCKET], ids=lambda group: group.kind)
def test_silence_is_timed_out(group: Group) -> None:
    counts = load(wait, replace(group, timeout=0.05), requests=1).counts()
    assert (counts.sent, counts.timed_out) == (1, 1)


@pytest.mark.parametrize("group", [STREAM, SOCKET], ids=lambda group: group.kind)
def test_another_answer_counts_by_its_status(group: Group) -> None:
    async def behave(client: Client) -> None:
        await client.request()
        client.say(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")

    assert load(behave, group, requests=2).counts().statuses == {503: 2}


def echoing(echoes: int, then: Callable[[Client], Awaitable[None]]) -> Behaviour:
    """Shake hands, echo so many texts, then do something else."""

    async def behave(client: Client) -> None:
        await client.request()
        key = accept(client.header("Sec-WebSocket-Key"))
        client.say(f"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: {key}\r\n\r\n".encode())
        for _ in range(echoes):
            opcode, text = await read_masked(client)
            assert opcode is Opcode.TEXT
            client.say(frame(Opcode.TEXT, text))
        await then(client)

    return behave


def frame(opcode: Opcode, payload: bytes) -> bytes:
    return bytes((0x80 | opcode, len(payload))) + payload


async def read_masked(client: Client) -> tuple[Opcode, bytes]:
    first, second = await client.reader.readexactly(2)
    assert second & 0x80
    mask = await client.reader.readexactly(4)
    payload = await client.reader.readexactly(second & 0x7F)
    return Opcode(first & 0x7F), bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


def test_a_websocket_that_lives_until_the_load_ends_says_goodbye() -> None:
    last: list[tuple[Opcode, bytes]] = []

    async def listen(client: Client) -> None:
        while not last or last[-1][0] is Opcode.TEXT:
            last.append(await read_masked(client))
            client.say(frame(*last[-1]))

    report = load_until(2, echoing(0, listen), SOCKET)
    assert report.counts().answered == 1
    assert report.side["one"].messages >= 2
    assert last[-1] == (Opcode.CLOSE, (1000).to_bytes(2))


def test_a_close_frame_is_a_good_end_and_is_answered() -> None:
    replies: list[tuple[Opcode, bytes]] = []

    async def part(client: Client) -> None:
        client.say(frame(Opcode.CLOSE, (1001).to_bytes(2) + b"bye"))
        replies.append(await read_masked(client))
        client.close()

    report = load(echoing(3, part), SOCKET, requests=2)
    side = report.side["one"]
    assert (report.counts().sent, report.counts().ended, report.counts().lost) == (2, 2, 0)
    assert (side.messages, side.missing, side.closes) == (6, 0, {1001: 2})
    assert replies == [(Opcode.CLOSE, (1001).to_bytes(2) + b"bye")] * 2


def test_a_text_that_met_the_close_frame_on_its_way_is_not_missed() -> None:
    async def part(client: Client) -> None:
        await read_masked(client)
        client.say(frame(Opcode.CLOSE, (1001).to_bytes(2)))

    report = load(echoing(1, part), SOCKET, requests=2)
    assert (report.counts().ended, report.side["one"].messages, report.side["one"].missing) == (2, 2, 0)


def test_a_websocket_without_a_close_frame_was_cut() -> None:
    async def vanish(client: Client) -> None:
        await read_masked(client)
        client.close()

    report = load(echoing(1, vanish), SOCKET, requests=2)
    assert (report.counts().sent, report.counts().closed, report.counts().lost) == (2, 2, 2)
    assert (report.side["one"].messages, report.side["one"].missing) == (2, 2)


def test_a_ping_is_answered_and_another_text_is_stray() -> None:
    pongs: list[tuple[Opcode, bytes]] = []

    async def ping(client: Client) -> None:
        client.say(frame(Opcode.PING, b"there?") + frame(Opcode.TEXT, b"nobody asked"))
        pongs.append(await read_masked(client))
        client.say(frame(Opcode.CLOSE, b""))

    report = load(echoing(0, ping), SOCKET, requests=1)
    assert pongs == [(Opcode.PONG, b"there?")]
    assert report.side["one"].stray == 1
    assert report.side["one"].closes == {1005: 1}


def test_a_handshake_for_another_key_is_none() -> None:
    async def behave(client: Client) -> None:
        await client.request()
        client.say(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: other\r\n\r\n")

    assert load(behave, SOCKET, requests=1).counts().closed == 1
