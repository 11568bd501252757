"""What an nginx can do, by asking it to read a file that needs it."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bluegreen import files
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Output
from bluegreen.model.routing import Capabilities
from bluegreen.proxy import layout

_NEEDS = {
    "resolve": "resolver 127.0.0.11; upstream a { zone a 64k; server a:80 resolve; }",
    "keepalive_min_timeout": "keepalive_min_timeout 1s;",
    "http2_directive": "http2 on;",
}

Run = Callable[[tuple[str, ...]], Output]
"""Runs nginx with these arguments in the proxy's image."""


def detect(folder: Path, run: Run) -> Capabilities:
    """Have nginx read a probe file in `folder` for each ability.

    Raises ProxyError when the image has no working nginx.
    """
    texts = _NEEDS | {"nothing": "", "everything": " ".join(_NEEDS.values())}
    for name, text in texts.items():
        _write(folder, name, text)
    everything = _read(run, "everything")
    found = {ability: everything.status == 0 or _read(run, ability).status == 0 for ability in _NEEDS}
    version = re.search(r"nginx version: \S+/(\S+)", everything.text)
    if version is None or not (any(found.values()) or _read(run, "nothing").status == 0):
        raise ProxyError(f"the proxy's image has no working nginx: {everything.text.strip()[-300:]}")
    return Capabilities(version[1], **found)


def remembered(path: Path, image: str) -> Capabilities | None:
    """Return what was found for this image before."""
    try:
        return Capabilities(**json.loads(path.read_bytes())[image])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(path: Path, image: str, found: Capabilities) -> None:
    """Keep what was found; of the image that is in use, and no other."""
    files.write(path, json.dumps({image: asdict(found)}).encode())


def _write(folder: Path, name: str, text: str) -> None:
    content = f"pid /run/probe.pid; error_log stderr; events {{ }} http {{ {text} }}\n"
    files.write(folder / f"{name}.conf", content.encode(), files.PUBLIC_FILE)


def _read(run: Run, name: str) -> Output:
    return run(("-v", "-t", "-c", f"{layout.MOUNT}/probes/{name}.conf"))
