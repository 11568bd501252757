"""HTTP probes against a real server."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bluegreen.health.http import Http
from bluegreen.model.ports import ProbeAnswer
from bluegreen.model.service import HttpProbe
from tests.unit.health.application import PORT, Application, answering, drip_headers, hang_up, listening


@pytest.fixture
def http() -> Iterator[Http]:
    made = Http()
    yield made
    made.close()


def ask(http: Http, timeout: float = 2.0, **probe: Any) -> ProbeAnswer:
    return http.ask(HttpProbe.model_validate(probe), PORT, "127.0.0.1", timeout)


def test_a_good_answer_says_how_long_it_took(http: Http) -> None:
    with listening(Application()) as application:
        answer = ask(http, path="/health")
    assert (answer.probe, answer.ok) == ("GET /health", True)
    assert answer.text.startswith("200 in ")
    assert answer.text.endswith(" ms")
    assert application.asked[0][0] == "GET /health"


def test_method_headers_host_and_json_are_sent(http: Http) -> None:
    query = {"query": "{ activeChannel { id } }"}
    with listening(Application(body=b'{"data": {"activeChannel": {"id": "1"}}}')) as application:
        answer = ask(
            http,
            path="/shop-api",
            method="POST",
            headers={"Host": "shop.example.com", "X-Token": "t"},
            json=query,
            expect_body='"id"',
            expect_json={"data.activeChannel.id": "1"},
        )
    line, headers, body = application.asked[0]
    assert answer.ok, answer.text
    assert line == "POST /shop-api"
    assert (headers["Host"], headers["X-Token"], headers["Content-Type"]) == (
        "shop.example.com",
        "t",
        "application/json",
    )
    assert json.loads(body) == query


def test_redirects_are_not_followed(http: Http) -> None:
    with listening(Application(status=302, headers={"Location": "/login"})) as application:
        assert ask(http) == ProbeAnswer("GET /", ok=False, text="302 to /login")
    assert len(application.asked) == 1


def test_a_refused_connection_is_named(http: Http) -> None:
    assert ask(http) == ProbeAnswer("GET /", ok=False, text="connection refused")


def test_a_server_that_hangs_up_is_named(http: Http) -> None:
    with answering(hang_up):
        assert ask(http).text == "Server disconnected without sending a response."


@pytest.mark.parametrize(
    "application",
    [Application(silent_for=1.0), Application(body=b"slow" * 20, drip=0.05)],
    ids=["no answer", "a body that drips"],
)
def test_the_time_limit_is_for_the_whole_probe(http: Http, application: Application) -> None:
    with listening(application):
        begun = time.monotonic()
        answer = ask(http, timeout=0.2)
        took = time.monotonic() - begun
    assert answer == ProbeAnswer("GET /", ok=False, text="no answer in 0.2 s")
    assert took < 0.6


def test_headers_that_drip_do_not_stretch_the_time_limit(http: Http) -> None:
    with answering(drip_headers):
        begun = time.monotonic()
        assert ask(http, timeout=0.3).text == "no answer in 0.3 s"
        assert time.monotonic() - begun < 0.8


def test_no_more_than_64_kb_are_read(http: Http) -> None:
    with listening(Application(body=b"a" * 70_000 + b"needle")):
        answer = ask(http, expect_body="needle")
    assert answer.text.startswith('200, but without "needle"')


def test_a_probe_does_not_go_through_a_proxy_of_the_environment(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with listening(Application()):
        assert ask(http).ok
