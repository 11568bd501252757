"""What a generation consists of, before it is written."""

from collections.abc import Mapping
from pathlib import Path

from bluegreen.model.errors import ProxyError
from bluegreen.model.routing import Routing
from bluegreen.proxy.manifest import Slots
from bluegreen.proxy.render import render

TEXT = "nginx.conf"


def contents(routing: Routing, number: int) -> Mapping[str, bytes]:
    """Return a generation's files: its text, and copies of the certificates that it names. Raises ProxyError."""
    found = {TEXT: render(routing, number).encode()}
    if routing.settings.https is not None:
        for index, entry in enumerate(routing.settings.tls):
            found[f"tls/{index}.crt"] = _read(entry.certificate)
            found[f"tls/{index}.key"] = _read(entry.key)
    return found


def slots(routing: Routing) -> Slots:
    """Return what each service's slots hold."""
    return {service.name: dict(service.slots) for service in routing.services}


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ProxyError(f"cannot read {path}: {error.strerror}", "it is named under proxy: tls:") from None
