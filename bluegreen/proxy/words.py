"""What nginx itself says about a failure."""

from collections.abc import Iterable

from bluegreen.model.ports import Engine

_GRAVE = ("[emerg]", "[alert]", "[crit]")


def complaints(text: str) -> str:
    """Return what nginx complains of in its output, or the end of it where it names nothing."""
    return _joined(text.splitlines()) or text.strip()[-300:] or "it says nothing"


def errors_since(engine: Engine, name: str, started: float) -> str:
    """Return what nginx complained of in its log since the Unix time `started`, or "it says nothing"."""
    return _joined(engine.logs(name, since=started)) or "it says nothing"


def _joined(lines: Iterable[str]) -> str:
    """Once each: nginx repeats itself while it tries again."""
    # 2026/11/22 16:56:18 [emerg] 1#1: unknown directive "x" in /etc/nginx/…
    grave = (line for line in lines if any(level in line for level in _GRAVE))
    return "; ".join(dict.fromkeys(line.split(": ", 1)[-1] for line in grave))
