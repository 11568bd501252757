import signal

from benchmarks.load import KeepAlive, Plan, Running, Stream, Target, Upload, WebSocket, running
from tests.tools.shop.process import Process, process, read, server
from tests.waiting import wait_until

LASTING = Plan(
    (
        KeepAlive(count=2, path="/slow?ms=200", name="slow"),
        Upload(over=0.2),
        Stream(count=2),
        WebSocket(count=2, interval=0.05),
    )
)


def target(shop: Process) -> Target:
    return Target(f"http://127.0.0.1:{shop.port}")


def wait_until_all_are_busy(load: Running) -> None:
    wait_until(lambda: load.progress().answered > 0 and load.progress().open == 4, "every kind of client is at work")


def test_gracefully_it_finishes_what_was_begun_and_says_goodbye() -> None:
    with server() as shop, running(target(shop), LASTING) as load:
        wait_until_all_are_busy(load)
        assert shop.terminate() == 0
    counts = load.report.counts()
    assert (counts.closed, counts.timed_out, counts.non_2xx) == (0, 0, 0)
    assert load.report.counts("stream").ended == 2
    assert load.report.side["websocket"].closes == {1001: 2}


def test_gracefully_the_last_answer_ends_its_connection() -> None:
    with server() as shop:
        connection = shop.connect()
        connection.request("GET", "/slow?ms=400")
        shop.ask("GET", "/")
        shop.popen.send_signal(signal.SIGTERM)
        answer = read(connection)
        connection.close()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert shop.popen.wait(5) == 0
        assert [shop.line(), shop.line()] == ["v1 stops; 1 busy", "v1 has drained"]


def test_before_it_is_ready_it_just_goes() -> None:
    with process("server", ready_delay=30) as shop:
        wait_until(lambda: shop.handles(signal.SIGTERM), "it handles SIGTERM")
        assert shop.terminate() == 0


def test_abruptly_it_is_gone_at_once() -> None:
    with server(sigterm="abrupt") as shop, running(target(shop), LASTING) as load:
        wait_until_all_are_busy(load)
        assert shop.terminate() == 143
    assert load.report.counts("slow").closed > 0
    assert load.report.counts("websocket").closed == load.report.counts("stream").closed == 2


def test_it_can_ignore_it() -> None:
    with server(sigterm="ignore") as shop:
        shop.popen.send_signal(signal.SIGTERM)
        assert shop.ask("GET", "/slow?ms=50").status == 200
