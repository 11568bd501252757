import asyncio
import socket

import pytest

from benchmarks.load import Fresh, Group, KeepAlive, Load, Plan, Preconnected, Requests, Target, Upload
from tests.tools.load.misbehaving import CHUNKED, LONG, OK, Answer, Client, after, each, every_third, load

ONE = KeepAlive(name="one", timeout=0.05)
KINDS = [KeepAlive(name="one"), Fresh(name="one"), Preconnected(name="one", count=4, idle=0.005)]


@pytest.mark.parametrize("group", KINDS, ids=lambda group: group.kind)
def test_every_answer_is_counted(group: Requests) -> None:
    report = load(each(lambda client: client.say(OK)), group, requests=12)
    counts = report.counts("one")
    assert (counts.sent, counts.answered, counts.lost) == (12, 12, 0)
    assert [(span.release, span.answers) for span in report.spans()] == [("v1", 12)]
    assert report.side["one"].reconnects == 0


@pytest.mark.parametrize("group", KINDS, ids=lambda group: group.kind)
@pytest.mark.parametrize(
    "misbehave",
    [
        pytest.param(after(then="close"), id="closed without a word"),
        pytest.param(after(then="reset"), id="reset without a word"),
        pytest.param(after(b"HTTP/1.1 200 OK\r\nContent-Le", then="close"), id="closed within the headers"),
        pytest.param(after(LONG, then="reset"), id="reset after the headers"),
        pytest.param(after(LONG, b"half", then="close"), id="closed within the body"),
        pytest.param(after(CHUNKED, b"4\r\nha", then="close"), id="closed within a chunk"),
        pytest.param(after(CHUNKED, b"4\r\nhalf\r\n", then="close"), id="closed before the last chunk"),
        pytest.param(after(b"HTTP/1.1 100 Continue\r\n\r\n", then="close"), id="closed after an interim answer"),
        pytest.param(after(b"HTTP/1.1 200 OK\r\n\r\nhalf", then="reset"), id="reset where the end would be the length"),
        pytest.param(after(b"\x15\x03\x01\x00\x02\x02\x50", then="close"), id="not HTTP"),
        pytest.param(after(CHUNKED, b"no size\r\n", then="close"), id="not a chunk"),
    ],
)
def test_a_request_without_its_whole_answer_is_lost(group: Requests, misbehave: Answer) -> None:
    counts = load(every_third(misbehave), group, requests=12).counts("one")
    assert (counts.sent, counts.answered, counts.closed, counts.lost) == (12, 8, 4, 4)


@pytest.mark.parametrize("group", KINDS, ids=lambda group: group.kind)
def test_a_refused_connection_is_a_lost_request(group: Requests) -> None:
    async def run() -> tuple[int, int, int]:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            target = Target(f"http://127.0.0.1:{taken.getsockname()[1]}")
            async with Load(target, Plan((group,), requests=3)) as running:
                counts = (await running.finished()).counts("one")
        return counts.sent, counts.refused, counts.lost

    assert asyncio.run(run()) == (3, 3, 3)


def test_a_bad_gateway_is_counted_by_its_status() -> None:
    bad = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
    counts = load(every_third(lambda client: client.say(bad)), ONE, requests=12).counts()
    assert (counts.answered, counts.statuses, counts.non_2xx, counts.lost) == (8, {502: 4}, 4, 4)


def test_silence_is_timed_out_and_the_next_request_takes_another_connection() -> None:
    counts = load(every_third(lambda _client: None), ONE, requests=6).counts()
    assert (counts.sent, counts.answered, counts.timed_out, counts.lost) == (6, 4, 2, 2)


@pytest.mark.parametrize("end", ["close", "reset"])
def test_an_idle_connection_that_the_server_ends_is_no_loss(end: str) -> None:
    async def behave(client: Client) -> None:
        await client.request()
        client.say(OK)
        # a reset at once would overtake the answer
        await asyncio.sleep(0.005)
        client.close() if end == "close" else client.reset()

    # seldom enough that a busy machine has ended the connection by the next request
    report = load(behave, KeepAlive(name="one", rate=5), requests=5)
    assert report.counts().answered == 5
    assert report.side["one"].reconnects == 4


def test_a_silent_connection_that_the_server_ends_is_no_loss() -> None:
    async def behave(client: Client) -> None:
        client.close()

    report = load(behave, Preconnected(name="one", idle=0.02), requests=5)
    assert (report.counts().sent, report.side["one"].reconnects) == (0, 5)


def test_a_connection_said_to_close_is_neither_reused_nor_a_reconnect() -> None:
    answer = OK.replace(b"X-Release: v1", b"Connection: close")
    report = load(each(after(answer, then="close")), ONE, requests=5)
    assert (report.counts().answered, report.side["one"].reconnects) == (5, 0)


def test_a_body_may_end_with_its_connection() -> None:
    counts = load(each(after(b"HTTP/1.1 200 OK\r\n\r\nwhole", then="close")), ONE, requests=5).counts()
    assert (counts.answered, counts.lost) == (5, 0)


def test_chunks_and_interim_answers_are_read() -> None:
    parts = b"HTTP/1.1 103 Early Hints\r\n\r\n", CHUNKED, b"5;x=y\r\nhello\r\n", b"1\r\n!\r\n0\r\n\r\n"
    group = KeepAlive(name="one", expect="hello!")
    counts = load(each(lambda client: client.say(b"".join(parts))), group, requests=5).counts()
    assert (counts.answered, counts.lost) == (5, 0)


def test_a_second_answer_is_stray_and_never_taken_for_the_next_request() -> None:
    def answer_twice(client: Client) -> None:
        own = OK.replace(b"X-Release: v1", b"X-Load-Id: " + client.header("X-Load-Id").encode())
        client.say(own + own)

    report = load(every_third(answer_twice), ONE, requests=12)
    assert (report.counts().answered, report.side["one"].stray) == (12, 4)


def test_an_answer_to_another_request_is_wrong() -> None:
    other = OK.replace(b"v1", b"v1\r\nX-Load-Id: other")
    counts = load(every_third(lambda client: client.say(other)), ONE, requests=12).counts()
    assert (counts.answered, counts.wrong, counts.lost) == (8, 4, 4)


def test_an_answer_without_the_expected_text_is_wrong() -> None:
    other = OK.replace(b"ok", b"no")
    group = KeepAlive(name="one", expect="ok")
    report = load(every_third(lambda client: client.say(other)), group, requests=12)
    assert (report.counts().answered, report.counts().wrong) == (8, 4)
    assert report.failures[0].what == "no 'ok' in b'no'"


def test_every_post_has_an_id_of_its_own_and_duplicates_are_counted() -> None:
    bodies: list[bytes] = []
    twice = OK.replace(b"v1", b"v1\r\nX-Duplicate: 1")

    async def behave(client: Client) -> None:
        while await client.request():
            bodies.append(await client.reader.readexactly(int(client.header("Content-Length"))))
            assert client.header("X-Load-Id") in bodies[-1].decode()
            client.say(twice if client.number == 3 else OK)

    group = KeepAlive(name="one", method="POST", body='{"id": "{id}"}')
    report = load(behave, group, requests=5)
    assert len(set(bodies)) == 5
    assert (report.counts().answered, report.side["one"].duplicates) == (5, 1)


def test_cookies_come_back_if_they_are_kept() -> None:
    seen: list[str] = []

    def answer(client: Client) -> None:
        seen.append(client.header("Cookie"))
        client.say(OK.replace(b"v1", b"v1\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2"))

    load(each(answer), KeepAlive(cookies=True), requests=2)
    assert seen == ["", "a=1; b=2"]


def test_a_silent_connection_sends_nothing_until_its_time_has_come() -> None:
    waited: list[float] = []

    async def behave(client: Client) -> None:
        opened = asyncio.get_running_loop().time()
        if await client.request():
            waited.append(asyncio.get_running_loop().time() - opened)
            client.say(OK)

    load(behave, Preconnected(count=2, idle=0.1), requests=2)
    assert all(each >= 0.09 for each in waited)
    assert len(waited) == 2


UPLOAD = Upload(name="one", size=10_000, over=0.1, timeout=0.2, count=2)


def test_an_upload_dribbles_and_is_answered_after_its_last_byte() -> None:
    async def behave(client: Client) -> None:
        while await client.request():
            assert len(await client.reader.readexactly(10_000)) == 10_000
            client.say(OK)

    report = load(behave, UPLOAD, requests=2)
    assert report.counts().answered == 2
    assert report.latency().p50 >= 0.09


def test_an_upload_that_is_answered_early_counts_by_that_answer() -> None:
    early = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    counts = load(each(lambda client: client.say(early)), UPLOAD, requests=2).counts()
    assert (counts.sent, counts.statuses) == (2, {413: 2})


def test_an_upload_that_is_cut_is_lost() -> None:
    counts = load(each(lambda client: client.reset()), UPLOAD, requests=2).counts()
    assert (counts.sent, counts.closed) == (2, 2)


def test_the_end_of_the_load_waits_for_what_is_on_its_way() -> None:
    async def behave(client: Client) -> None:
        while await client.request():
            await asyncio.sleep(0.15)
            client.say(OK)

    report = load(behave, KeepAlive(count=3), seconds=0.05)
    assert (report.counts().sent, report.counts().answered) == (3, 3)


def test_a_rate_is_kept_by_the_group_as_a_whole() -> None:
    report = load(each(lambda client: client.say(OK)), KeepAlive(count=4, rate=200), seconds=0.25)
    assert 36 <= report.counts().answered <= 54


def test_groups_are_counted_apart() -> None:
    bad = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def answer(client: Client) -> None:
        client.say(OK if client.head.startswith(b"GET / ") else bad)

    groups: tuple[Group, ...] = (KeepAlive(rate=100), KeepAlive(path="/other", name="other", rate=100))
    report = load(each(answer), *groups, seconds=0.1)
    assert report.counts("keep-alive GET").lost == 0
    assert report.counts("other").answered == 0
    assert report.counts("keep-alive GET").sent + report.counts("other").sent == report.counts().sent
