"""The text of nginx.conf: kept examples, and what no value can do to it."""

from dataclasses import replace
from typing import Any

import pytest

from bluegreen.model.errors import ProxyError
from bluegreen.model.routing import Proxied
from bluegreen.proxy.render import render
from tests.unit.proxy.routings import BLUE, GENERATION, GOLDEN, ROUTINGS, TLS, moving, route, routing, settled


@pytest.mark.parametrize("name", ROUTINGS)
def test_a_routing_renders_as_it_did(name: str) -> None:
    assert render(ROUTINGS[name], GENERATION) == (GOLDEN / f"{name}.conf").read_text()


def test_every_kept_example_is_of_a_routing() -> None:
    assert {path.stem for path in GOLDEN.glob("*.conf")} == ROUTINGS.keys()


def test_only_the_number_tells_one_generation_of_a_routing_from_the_next() -> None:
    text = render(ROUTINGS["moving-1.30"], 987654)
    assert text.replace("987654", str(GENERATION)) == render(ROUTINGS["moving-1.30"], GENERATION)


def test_a_path_that_only_begins_with_the_same_letters_belongs_to_the_shorter_route() -> None:
    text = render(routing(web(route("shop.test", "/api"), route("shop.test", "/"))), 1)
    assert [line.strip() for line in text.splitlines() if "location" in line and "/api" in line] == [
        "location = /api {",
        "location /api/ {",
    ]


def test_a_path_and_the_same_path_with_a_slash_are_told_apart() -> None:
    old = Proxied("old", 3000, (route("shop.test", "/api"),), settled("old-blue:3000"))
    new = Proxied("new", 3000, (route("shop.test", "/api/"),), settled("new-blue:3000"))
    places = render(routing(old, new), 1).split("server_name shop.test;")[1].split("location ")
    owners = {
        place.split(" {")[0]: place.split("set $service ")[1].split(";")[0] for place in places if "$service" in place
    }
    assert owners["= /api"] == "old"
    assert owners["/api/"] == "new"


def test_a_certificate_of_its_own_comes_before_that_of_the_domain() -> None:
    tls = [
        {"hosts": ["*.example.com"], "certificate": "/any.pem", "key": "/any.key"},
        {"hosts": ["shop.example.com"], "certificate": "/shop.pem", "key": "/shop.key"},
    ]
    hosts = ("a.example.com", "shop.example.com", "a.b.example.com")
    text = render(routing(web(*(route(host) for host in hosts)), https=443, tls=tls), 1)
    named = {host: text.split(f"server_name {host};")[1].split("}")[0] for host in hosts}
    assert "tls/0.crt" in named["a.example.com"]
    assert "tls/1.crt" in named["shop.example.com"]
    assert "ssl_certificate" not in named["a.b.example.com"]


def test_a_slot_without_servers_answers_503_until_it_has_some() -> None:
    text = render(ROUTINGS["first-deployment-1.30"], 1)
    assert "upstream vendure_server_blue" not in text
    assert "if ($color = blue) {" in text


def test_an_address_is_not_looked_up() -> None:
    text = render(routing(web(route("shop.test"), slots=moving(("10.0.0.1:3000",), ("web-green:3000",)))), 1)
    assert "server 10.0.0.1:3000 max_fails" in text
    assert "server web-green:3000 resolve max_fails" in text


def test_a_hundred_services_fit_into_nginx_words_of_four_kilobytes() -> None:
    services = (Proxied(f"{'x' * 47}{n:03}", 3000, (), settled("a:3000")) for n in range(100))
    words = render(routing(*services), 1).split("'")
    assert max(len(word) for word in words[1::2]) < 4096


def test_a_service_on_the_port_of_tls_is_refused() -> None:
    with pytest.raises(ProxyError, match="no service can listen on port 443"):
        render(routing(Proxied("web", 443), **TLS), 1)


HOSTILE = ["a;b", "a}b", "a{b", 'a"b', "a'b", "a b", "a\nb", "a$b", "a#b", "a\\b", "a\x00b", "", "é", "a`b"]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["project", "gateway"])
def test_what_could_be_more_than_a_value_is_refused(field: str, value: str) -> None:
    hostile: dict[str, Any] = {field: value}
    with pytest.raises(ProxyError, match="refuse to write"):
        render(replace(routing(web(route("shop.test"))), **hostile), 1)


def web(*routes: Any, slots: Any = None) -> Proxied:
    return Proxied("web", 3000, routes, slots or settled(f"web-{BLUE}:3000"))
