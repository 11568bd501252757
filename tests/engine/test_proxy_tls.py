"""TLS: a certificate for HOST; other hosts stay plain."""

import json
import socket
import ssl
from collections.abc import Callable

import pytest

from tests.engine.stage import BLUE, HOST, TLS, Stage, route, settled


@pytest.fixture(scope="module", params=["1.22", "1.26", "1.30"])
def stage(request: pytest.FixtureRequest, open_stage: Callable[..., Stage], free_port: Callable[[], int]) -> Stage:
    files = {"certificate": str(TLS / "shop.crt"), "key": str(TLS / "shop.key")}
    made = open_stage(request.param, https=f"127.0.0.1:{free_port()}", tls=[{"hosts": [HOST], **files}])
    made.start(BLUE)
    made.up(made.proxied(settled(BLUE), route(), route("plain.test")))
    return made


def test_plain_requests_are_sent_to_https_with_their_path_and_method(stage: Stage) -> None:
    answer = stage.ask("/a%2Fb?c=1", method="POST")
    assert answer.status == 308
    assert answer.headers["location"] == f"https://{HOST}:{https_port(stage)}/a%2Fb?c=1"
    assert stage.ask("/", "plain.test").status == 200
    assert stage.ask("/.bluegreen/health").status == 200


def test_requests_over_tls_are_answered_and_marked(stage: Stage) -> None:
    host = f"{HOST}:{https_port(stage)}"
    with greeted(stage, trusting(), HOST) as connection, connection.makefile("rb") as answer:
        connection.sendall(f"GET /headers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        seen = json.loads(answer.read().partition(b"\r\n\r\n")[2])["headers"]
    assert seen["x-forwarded-proto"] == "https"
    assert seen["host"] == host


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_http2_is_offered(stage: Stage, version: ssl.TLSVersion) -> None:
    context = trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])
    context.minimum_version = context.maximum_version = version
    with greeted(stage, context, HOST) as connection:
        assert connection.selected_alpn_protocol() == "h2"
        # RFC 9113: the client's preface and its settings are answered by the server's settings (type 4)
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)))
        assert connection.recv(9)[3] == 4


def test_a_host_without_a_certificate_is_refused_in_the_handshake(stage: Stage) -> None:
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized"), greeted(stage, trusting(), "plain.test"):
        pass


def test_an_unknown_host_on_a_good_handshake_is_misdirected(stage: Stage) -> None:
    with greeted(stage, trusting(), HOST) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 421")


def test_the_key_is_for_nginx_alone(stage: Stage) -> None:
    tls = stage.state / "nginx/current/tls"
    assert {path.name: path.stat().st_mode & 0o777 for path in tls.iterdir()} == {"0.crt": 0o644, "0.key": 0o600}


def test_a_renewed_certificate_is_a_new_generation(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stage.proxy.view().generation or 0
    routing = stage.routing(stage.proxied(settled(BLUE), route(), route("plain.test")))
    assert stage.proxy.prepare(routing) == before
    read = "bluegreen.proxy.generation._read"
    monkeypatch.setattr(read, lambda path: (TLS / path).read_bytes() + b"\n")
    assert stage.proxy.prepare(routing) == before + 1


def https_port(stage: Stage) -> int:
    return int(stage.settings["https"].rpartition(":")[2])


def trusting() -> ssl.SSLContext:
    """Trusts the test's certificate and no other."""
    return ssl.create_default_context(cafile=str(TLS / "shop.crt"))


def greeted(stage: Stage, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", https_port(stage)), timeout=5)
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLError:
        plain.close()
        raise
