"""From a routing to the text of nginx.conf: pure, and safe whatever the values are."""

import re
from functools import cache
from typing import TYPE_CHECKING

from bluegreen.model.errors import ProxyError
from bluegreen.model.routing import Routing
from bluegreen.proxy import layout, sites
from bluegreen.templates import template_dir

if TYPE_CHECKING:
    from jinja2 import Environment

_PLAIN = re.compile(r"[!%&()*+,./0-9:<=>?@A-Z\[\]^_a-z|~-]+")
_BACKSTOP = 60.0
"""Seconds by which nginx gives old workers longer than any drain lasts."""


def render(routing: Routing, generation: int) -> str:
    """Return the text of nginx.conf. Raises ProxyError for a value that could be more than a value."""
    settings = routing.settings
    ports = {layout.HTTP, layout.CONTROL, *(service.port for service in routing.services)}
    if settings.https is not None and layout.HTTPS in ports:
        raise ProxyError(f"no service can listen on port {layout.HTTPS}: the proxy needs it for TLS")
    return (
        _environment()
        .get_template("nginx.conf.j2")
        .render(
            routing=routing,
            generation=generation,
            layout=layout,
            services=tuple(sites.target(service) for service in routing.services),
            upstreams=sites.upstreams(routing),
            strips=tuple(sites.strips(routing).values()),
            sites=sites.public_sites(routing),
            internal=sites.internal_sites(routing),
            ports=sorted(ports),
            tls=settings.https is not None and settings.tls,
            https_port=published_port(settings.https) if settings.https is not None else None,
            shutdown_timeout=sites.shown(routing.drain_timeout + _BACKSTOP),
        )
    )


def load_templates() -> None:
    """Have the templates compiled before they are needed; that takes longer than filling them."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)


def published_port(listen: str | int) -> int:
    """Return the port of `port` or `address:port`."""
    return int(str(listen).rpartition(":")[2])


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - while the container starts

    return Environment(
        loader=FileSystemLoader(template_dir()),
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - not HTML: `_plain` refuses what it can't be
    )


def _plain(value: object) -> str:
    """Let a value through that nginx reads as one word, whatever stands around it."""
    text = str(value)
    if isinstance(value, bool) or value is None or not _PLAIN.fullmatch(text):
        raise ProxyError(f"refuse to write {text!r} into nginx's configuration")
    return text
