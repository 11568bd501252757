"""Routings that the rendered configurations are kept of, by the name of their file in tests/golden/nginx.

After a change of the templates: `python -m tests.unit.proxy.routings`, and read the difference.
"""

from pathlib import Path
from typing import Any

from bluegreen.model.color import Color
from bluegreen.model.project import ProxySettings
from bluegreen.model.routing import Capabilities, Preview, Proxied, Routing, Slot
from bluegreen.model.service import Route
from bluegreen.proxy.render import render

GOLDEN = Path(__file__).parents[2] / "golden/nginx"
BLUE, GREEN = Color.BLUE, Color.GREEN

ABILITIES = {
    "1.22": Capabilities("1.22.1", resolve=False, keepalive_min_timeout=False, http2_directive=False),
    "1.26": Capabilities("1.26.3", resolve=False, keepalive_min_timeout=False, http2_directive=True),
    "1.30": Capabilities("1.30.6", resolve=True, keepalive_min_timeout=True, http2_directive=True),
}
TLS: dict[str, Any] = {
    "https": 443,
    "tls": [
        {"hosts": ["shop.example.com"], "certificate": "/certs/shop.pem", "key": "/certs/shop.key"},
        {"hosts": ["*.example.org"], "certificate": "/certs/any.pem", "key": "/certs/any.key"},
    ],
}


def route(host: str, path: str = "/", **options: Any) -> Route:
    """A route as services.yaml has it."""
    return Route.model_validate({"host": host, "path": path, **options})


def routing(*services: Proxied, version: str = "1.30", **settings: Any) -> Routing:
    """A routing on a network whose gateway is 172.18.0.1."""
    chosen = ProxySettings.model_validate(settings)
    return Routing("vendure", chosen, services, "172.18.0.1", ABILITIES[version], workers=2)


def settled(*servers: str) -> dict[Color, Slot]:
    """Both slots hold the color that serves."""
    return {BLUE: Slot(servers), GREEN: Slot(servers)}


def moving(old: tuple[str, ...], new: tuple[str, ...]) -> dict[Color, Slot]:
    """From blue to green: the new slot falls back on the old color."""
    return {BLUE: Slot(old), GREEN: Slot(new, old)}


def _shop(version: str, server: dict[Color, Slot], storefront: dict[Color, Slot]) -> Routing:
    return routing(
        Proxied(
            "vendure-server",
            3000,
            (
                route("shop.example.com", "/shop-api", max_body="64m"),
                route("shop.example.com", "/assets/", timeout="5m", buffering=False),
                route("admin.example.org", "/", timeout="2500ms"),
                route("admin.example.org", "/v1.0/(beta)", strip=True),
            ),
            server,
        ),
        Proxied("vendure-storefront", 80, (route("shop.example.com"), route("*.example.net")), storefront),
        version=version,
        **TLS,
    )


ROUTINGS = {
    "first-deployment-1.30": routing(
        Proxied(
            "vendure-server", 3000, (route("shop.example.com", "/shop-api"),), {GREEN: Slot(("server-green:3000",))}
        ),
        Proxied("vendure-storefront", 4000, (route("shop.example.com"),)),
    ),
    "moving-1.30": _shop(
        "1.30",
        moving(("vendure-server-blue:3000",), ("vendure-server-green:3000",)),
        settled("vendure-storefront-blue:80"),
    ),
    "moving-1.26": _shop(
        "1.26", moving(("172.18.0.2:3000", "172.18.0.3:3000"), ("172.18.0.4:3000",)), settled("172.18.0.5:80")
    ),
    "moving-1.22": _shop("1.22", moving(("172.18.0.2:3000",), ("172.18.0.3:3000",)), settled("172.18.0.4:80")),
    "behind-a-proxy-1.30": routing(
        Proxied("web", 3000, (route("shop.example.com"),), settled("web-green:3000")),
        trust_proxy=["10.0.0.0/8", "192.168.7.1"],
        http="127.0.0.1:8080",
        gzip=False,
        health_path="/up",
    ),
    "held-1.30": routing(
        Proxied(
            "web",
            3000,
            (route("shop.example.com"),),
            moving(("web-blue:3000",), ("web-green:3000",)),
            Preview("0123456789abcdef" * 2, GREEN),
        ),
    ),
    "tls-without-redirect-1.30": routing(
        Proxied("web", 3000, (route("shop.example.com"), route("plain.example.com", "/x")), settled("web-green:3000")),
        **{**TLS, "https": "127.0.0.1:8443", "redirect_to_https": False},
    ),
}
GENERATION = 42

if __name__ == "__main__":
    for name, each in ROUTINGS.items():
        (GOLDEN / f"{name}.conf").write_text(render(each, GENERATION))
