"""A request's text."""

from collections.abc import Mapping

from benchmarks.load.plan import Target

BODILESS = ("GET", "HEAD")


def request(target: Target, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A whole request; or its beginning, where the headers promise more than the body holds."""
    lines = {"Host": target.named, **headers}
    if body or method not in BODILESS:
        lines.setdefault("Content-Length", str(len(body)))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
