"""What nginx does with a request: whose it is, what the service sees of it, what comes back."""

import gzip
import json
import socket
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from benchmarks.load import Plan, Stream, Upload, WebSocket, running, table
from bluegreen.proxy import layout
from tests.engine.stage import BLUE, HOST, Stage, route, settled
from tests.waiting import wait_until

SMALL = 1000
ROUTES = (
    route(),
    route(path="/api/deep"),
    route("cut.test", "/pre.fix", strip=True),
    route("small.test", max_body=SMALL),
    route("raw.test", buffering=False),
    route("short.test", timeout="500ms"),
    route("*.wild.test"),
)


@pytest.fixture(scope="module", params=["1.22", "1.30"])
def stage(request: pytest.FixtureRequest, open_stage: Callable[..., Stage]) -> Stage:
    """Two services; blue serves."""
    made = open_stage(request.param)
    made.start(BLUE, "web", RELEASE="web")
    made.start(BLUE, "api", RELEASE="api", PORT="4000")
    made.up(
        made.proxied(settled(BLUE), *ROUTES),
        made.proxied(settled(BLUE), route(path="/api"), service="api", port=4000),
    )
    return made


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "web"),
        ("/other", "web"),
        ("/api", "api"),
        ("/api?x=1", "api"),
        ("/api/", "api"),
        ("/api/x", "api"),
        ("/apix", "web"),
        ("/API", "web"),
        ("/api/deep", "web"),
        ("/api/deeper", "api"),
        ("/api/deep/x", "web"),
    ],
)
def test_the_longest_path_decides_in_whole_segments(stage: Stage, path: str, service: str) -> None:
    assert stage.ask(path).headers["x-release"] == service


def test_a_host_decides_before_the_path(stage: Stage) -> None:
    assert stage.ask("/api", "any.wild.test").headers["x-release"] == "web"
    assert stage.ask("/", "cut.test").status == 404


def test_an_unknown_host_is_misdirected(stage: Stage) -> None:
    assert stage.ask("/", "unknown.test").status == 421
    assert stage.ask("/", layout.CONTROL_NAME).status == 421


@pytest.mark.parametrize(
    ("line", "header", "seen"),
    [
        (f"http://{HOST}/headers", "evil.test", HOST),
        ("/headers", f"{HOST}:81", f"{HOST}:81"),
        ("/headers", HOST.upper(), HOST.upper()),
    ],
)
def test_a_service_hears_of_no_host_but_the_one_that_the_request_went_to(
    stage: Stage, line: str, header: str, seen: str
) -> None:
    with socket.create_connection(("127.0.0.1", stage.port), 5) as connection:
        connection.sendall(f"GET {line} HTTP/1.1\r\nHost: {header}\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            headers = json.loads(answer.read().partition(b"\r\n\r\n")[2])["headers"]
    assert {name.lower(): value for name, value in headers.items()}.items() >= {
        ("host", seen), ("x-forwarded-host", seen)
    }  # fmt: skip


def test_a_load_balancer_in_front_gets_its_answer_on_every_host(stage: Stage) -> None:
    for host in (HOST, "unknown.test", "10.0.0.1"):
        assert (answer := stage.ask("/.bluegreen/health", host)).status == 200
        assert answer.body == b"ok\n"


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/pre.fix/a%2Fb%20c", "/a%2Fb%20c"),
        ("/pre.fix", "/"),
        ("/pre.fix?q=1", "/"),
        ("/pre.fix/", "/"),
        ("/pre.fix/pre.fix/x", "/pre.fix/x"),
    ],
)
def test_a_stripped_prefix_is_gone_and_nothing_else_changed(stage: Stage, asked: str, seen: str) -> None:
    answer = stage.ask(asked, "cut.test").json
    assert answer == {"error": f"no GET {seen}"} if seen != "/" else answer["release"] == "web"


def test_the_query_stays_with_a_stripped_path(stage: Stage) -> None:
    assert stage.ask("/pre.fix/headers?a=1&b=%2F", "cut.test").json["query"] == {"a": "1", "b": "/"}


@pytest.mark.parametrize("path", ["//pre.fix/x", "/%70re.fix/x", "/x/../pre.fix/x"])
def test_a_prefix_in_disguise_is_not_found(stage: Stage, path: str) -> None:
    assert stage.ask(path, "cut.test").status == 404
    assert "x-release" not in stage.ask(path, "cut.test").headers


def test_a_path_arrives_as_it_was_sent(stage: Stage) -> None:
    assert stage.ask("/a%2Fb/%41?x=%20").json == {"error": "no GET /a%2Fb/%41"}


def test_a_body_over_the_limit_is_refused(stage: Stage) -> None:
    assert stage.ask("/upload", "small.test", "POST", body=b"x" * SMALL).json["length"] == SMALL
    assert stage.ask("/upload", "small.test", "POST", body=b"x" * (SMALL + 1)).status == 413
    assert stage.ask("/upload", HOST, "POST", body=b"x" * 10_000_000).json["length"] == 10_000_000


def test_silence_longer_than_the_timeout_is_504(stage: Stage) -> None:
    assert stage.ask("/slow?ms=300", "short.test").status == 200
    assert stage.ask("/slow?ms=1500", "short.test").status == 504
    assert stage.ask("/slow?ms=1500", HOST).status == 200


def test_what_a_client_says_about_itself_is_not_believed(stage: Stage) -> None:
    spoofed = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Port": "666",
        "X-Real-IP": "6.6.6.6",
        "Forwarded": "for=6.6.6.6",
        "X-Request-ID": "mine",
        "Proxy": "http://evil.test",
    }
    seen = stage.ask("/headers", headers=spoofed).json["headers"]
    assert seen["x-forwarded-for"] == seen["x-real-ip"] == stage.gateway
    assert (seen["x-forwarded-proto"], seen["x-forwarded-host"], seen["host"]) == ("http", HOST, HOST)
    assert len(seen["x-request-id"]) == 32
    assert not {"x-forwarded-port", "forwarded", "proxy"} & seen.keys()


def test_a_cleartext_upgrade_to_http2_is_not_passed_on(stage: Stage) -> None:
    seen = stage.ask("/headers", headers={"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings"}).json["headers"]
    assert not {"upgrade", "connection"} & seen.keys()


def test_streams_websockets_and_slow_uploads_pass(stage: Stage) -> None:
    groups = (Stream(count=2, path="/events?plain=1"), WebSocket(count=2), Upload(count=2, over=0.5))
    with running(stage.target, Plan(groups, seconds=30)) as load:
        wait_until(lambda: load.progress().answered > 4, "some uploads are answered")
    assert load.report.counts().lost == 0, table(load.report)


@pytest.mark.parametrize("host", [HOST, "raw.test"])
def test_an_event_stream_is_not_held_back(stage: Stage, host: str) -> None:
    """The first event comes at once although nothing tells nginx not to buffer."""
    with socket.create_connection(("127.0.0.1", stage.port), timeout=2) as connection:
        started = time.monotonic()
        connection.sendall(f"GET /events?plain=1&ms=5000 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        received = b""
        while b"id: 1" not in received:
            received += connection.recv(4096)
    assert time.monotonic() - started < 2


def test_an_unbuffered_upload_reaches_the_service_while_it_is_sent(stage: Stage) -> None:
    """Buffered, the connection to the service would be opened after the last byte."""
    address = stage.engine.find(f"{stage.name()}-blue")
    assert address
    assert address.address
    with socket.create_connection(("127.0.0.1", stage.port), timeout=5) as connection:
        connection.sendall(b"POST /upload HTTP/1.1\r\nHost: raw.test\r\nContent-Length: 10\r\n\r\n12345")
        flowing = address.address
        wait_until(lambda: stage.proxy.flows((flowing,)).connections[flowing], "nginx has connected")
        connection.sendall(b"67890")
        assert b'"length": 10' in connection.recv(4096)


def test_text_is_compressed_for_who_can_read_it(stage: Stage) -> None:
    long = {"X-Long": "x" * 3000}
    plain = stage.ask("/headers", headers=long)
    packed = stage.ask("/headers", headers={**long, "Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body))["headers"]["x-long"] == long["X-Long"]


def test_nginx_does_not_tell_its_version(stage: Stage) -> None:
    answer = stage.ask("/", "unknown.test")
    assert answer.headers["server"] == "nginx"
    assert b"nginx/" not in answer.body


def test_every_answer_is_a_line_of_json_that_begins_with_what_is_counted(stage: Stage) -> None:
    mark = uuid4().hex
    stage.ask(f"/{mark}", headers={"User-Agent": 'a "quoted" agent \x1b[31m'})
    (line,) = wait_until(lambda: [each for each in stage.proxy_log().splitlines() if mark in each], "the line is there")
    read = json.loads(line)
    assert list(read)[:7] == [
        "service",
        "color",
        "generation",
        "status",
        "upstream_status",
        "request_time",
        "upstream_response_time",
    ]
    assert (read["service"], read["color"], read["generation"]) == (stage.name(), "blue", 1)
    assert (read["status"], read["upstream_status"], read["uri"]) == (404, "404", f"/{mark}")


def test_canonical_names_lead_to_the_live_color_inside_the_network(stage: Stage) -> None:
    for service, port in (("web", 3000), ("api", 4000)):
        name = stage.name(service)
        assert stage.ask_inside(name, port, f"{name}:{port}") == f"200 {service}"


def test_a_wrong_name_inside_the_network_is_misdirected(stage: Stage) -> None:
    assert stage.ask_inside(stage.name(), 3000, "other") == "421 None"


def test_no_other_container_reaches_the_control_endpoint(stage: Stage) -> None:
    for spoofed in ("", "127.0.0.1"):
        assert stage.ask_inside(stage.name(), layout.CONTROL, layout.CONTROL_NAME, spoofed) == "403 None"
    assert stage.proxy.view().generation == 1


def test_the_control_endpoint_is_not_published(stage: Stage) -> None:
    published = stage.client.inspect_container(f"{stage.project}-proxy")["NetworkSettings"]["Ports"]
    assert {port for port, bindings in published.items() if bindings} == {"80/tcp"}
