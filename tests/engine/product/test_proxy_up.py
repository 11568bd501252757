"""A proxy is made anew only by one that can serve; else the one that serves stays, or comes back."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import httpx

from tests.engine.product.shop import HOST, Shop
from tests.engine.product.test_refused import foreign, serve_tls

REPLACE = ("proxy", "up", "--replace")


def refused(shop: Shop) -> str:
    """Try to replace the proxy, which fails; the same container still serves. Return what is told."""
    before = shop.inspect("proxy")["Id"]
    told = shop.run(*REPLACE, expect=1).err
    assert "What serves now" in told
    assert shop.inspect("proxy")["Id"] == before
    assert shop.answered() == "v1"
    return told


def test_an_image_that_nobody_has(unmoved: Shop) -> None:
    unmoved.proxy = {"image": "127.0.0.1:1/nginx:none"}
    assert "there is no image 127.0.0.1:1/nginx:none here" in refused(unmoved)


def test_a_configuration_that_its_image_refuses(unmoved: Shop, free_port: Callable[[], int]) -> None:
    """A key that is too weak for nginx's OpenSSL, and a port that only a new container could publish."""
    serve_tls(unmoved, "weak")
    unmoved.proxy["https"] = f"127.0.0.1:{free_port()}"
    assert "nginx refuses the new configuration" in refused(unmoved)


def test_a_port_that_is_taken(unmoved: Shop, free_port: Callable[[], int]) -> None:
    taken = free_port()
    ports = unmoved.engine.create_host_config(port_bindings={3000: ("127.0.0.1", taken)})
    with foreign(unmoved, "squatter", host_config=ports, ports=[3000]):
        unmoved.proxy = {"http": f"127.0.0.1:{taken}"}
        assert "the proxy of before serves again" in refused(unmoved)
    unmoved.proxy = {}
    unmoved.run("proxy", "up")


@contextmanager
def gaps(port: int) -> Iterator[list[float]]:
    """For how many seconds nobody took new connections over the block."""
    found: list[float] = []
    over = Event()

    def ask() -> None:
        since = 0.0
        while not over.wait(0.02):
            try:
                httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": HOST}, timeout=5)
            except httpx.TransportError:
                since = since or time.monotonic()
            else:
                found.extend([time.monotonic() - since] if since else [])
                since = 0.0

    asking = Thread(target=ask)
    asking.start()
    yield found
    over.set()
    asking.join()


def test_a_newer_image_takes_over_within_seconds_and_what_is_under_way_ends(shop: Shop) -> None:
    shop.proxy = {"image": "nginx:1.26"}
    shop.web()
    shop.deploy()
    shop.proxy = {"image": "nginx:1.30"}
    answers: list[int] = []
    url = f"{shop.target.url}/slow?ms=2000"
    slow = Thread(target=lambda: answers.append(httpx.get(url, headers={"Host": HOST}, timeout=10).status_code))
    with gaps(shop.port) as found:
        with shop.started(*REPLACE) as replacing:
            slow.start()
            replacing.ended()
        slow.join()
        time.sleep(0.5)
    assert answers == [200]
    assert sum(found) < 6
    assert re.search(rf"server {shop.named('server')}-green:3000 .*resolve", shop.nginx), "1.30 looks names up again"
    assert shop.containers() == ["server-green"]
