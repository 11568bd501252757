"""What a generation's own text says of its slots: it is what nginx reads, and may outlast its manifest."""

import re

from bluegreen.model.color import Color
from bluegreen.model.routing import Slot
from bluegreen.proxy.manifest import Slots

_UPSTREAM = re.compile(r"^\s*upstream (\w+)_(blue|green) \{([^}]*)\}", re.MULTILINE)
_SERVER = re.compile(r"^\s*server (\S+)( resolve)?( backup)? ", re.MULTILINE)


def slots(text: str) -> Slots:
    """Read the upstreams of a text that `render` wrote; a service without any is absent."""
    found: dict[str, dict[Color, Slot]] = {}
    for name, color, body in _UPSTREAM.findall(text):
        # a service's name has no underscore: hyphens became them
        found.setdefault(name.replace("_", "-"), {})[Color(color)] = _slot(body)
    return found


def _slot(body: str) -> Slot:
    servers = _SERVER.findall(body)
    return Slot(
        tuple(address for address, _, backup in servers if not backup),
        tuple(address for address, _, backup in servers if backup),
    )
