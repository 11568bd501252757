"""An HTTP/1.1 answer, read as it comes, and complete only when its own framing says so."""

import re
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
HEADER = re.compile(rb"\r\n([^:\r\n]+):[ \t]*([^\r\n]*)")
RELEASE = re.compile(rb'"release":\s*"([^"]*)"')
WITHOUT_BODY = frozenset({204, 304})


class BadAnswer(Exception):
    """What came is not HTTP."""


@dataclass(slots=True)
class Head:
    """Status and headers; names in lower case, of repeated ones the last, but every cookie."""

    status: int
    headers: dict[str, str]
    cookies: list[str] = field(default_factory=list)

    @classmethod
    def parse(cls, text: bytes) -> "Head":
        """Read everything before the empty line.

        Raises `BadAnswer`.
        """
        if not text.startswith(b"HTTP/1.") or not text[9:12].isdigit():
            raise BadAnswer(f"not an HTTP/1 answer: {text[:40]!r}")
        pairs = [(name.lower().decode("latin-1"), value.decode("latin-1")) for name, value in HEADER.findall(text)]
        head = cls(int(text[9:12]), dict(pairs), [value for name, value in pairs if name == "set-cookie"])
        if text.startswith(b"HTTP/1.0"):
            head.headers.setdefault("connection", "close")
        return head

    @property
    def chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return self.headers.get("transfer-encoding", "").lower() == "chunked"

    @property
    def closes(self) -> bool:
        """Whether the server ends the connection after this answer."""
        return self.headers.get("connection", "").lower() == "close"

    @property
    def release(self) -> str:
        """The header `X-Release`, or ""."""
        return self.headers.get("x-release", "")

    @property
    def length(self) -> int | None:
        """The length of the body, where it is known beforehand."""
        if self.status in WITHOUT_BODY:
            return 0
        value = self.headers.get("content-length")
        return int(value) if value and value.isdigit() else None


class Answer:
    """One answer, fed with what the connection brings; interim answers (1xx) are passed over."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.body = bytearray()
        self.complete = False
        self.received = 0
        """Bytes so far, framing included."""
        self.rest = b""
        """What came after the end."""
        self._buffer = bytearray()

    @property
    def reusable(self) -> bool:
        """Whether the next request may go over the same connection."""
        head = self.head
        return head is not None and not head.closes and (head.chunked or head.length is not None)

    @property
    def release(self) -> str:
        """Who answered, by the header `X-Release` or the body's `"release"`; "" where neither says."""
        named = self.head.release if self.head else ""
        found = None if named else RELEASE.search(self.body)
        return found[1].decode("latin-1") if found else named

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises `BadAnswer`.
        """
        self.received += len(data)
        self._buffer += data
        while self.head is None and (end := self._buffer.find(HEAD_END)) >= 0:
            head = Head.parse(bytes(self._buffer[:end]))
            del self._buffer[: end + len(HEAD_END)]
            # 1xx announces an answer and is none
            if head.status >= 200:
                self.head = head
        if self.head is not None:
            self._read_body(self.head)

    def end(self) -> None:
        """The connection ended: an answer that names no length is complete now."""
        if self.head is not None and not self.head.chunked and self.head.length is None:
            self.complete = True

    def _read_body(self, head: Head) -> None:
        if head.chunked:
            while not self.complete and self._read_chunk():
                pass
        elif (length := head.length) is None:
            self._take(len(self._buffer))
        else:
            self._take(min(len(self._buffer), length - len(self.body)))
            self.complete = len(self.body) == length
        if self.complete:
            self.rest = bytes(self._buffer)

    def _take(self, count: int) -> None:
        self.body += self._buffer[:count]
        del self._buffer[:count]

    def _read_chunk(self) -> bool:
        """Take one whole chunk, or nothing."""
        line_end = self._buffer.find(b"\r\n")
        if line_end < 0:
            return False
        size = chunk_size(self._buffer[:line_end])
        start = line_end + 2
        if len(self._buffer) < start + size + 2:
            return False
        if self._buffer[start + size : start + size + 2] != b"\r\n":
            raise BadAnswer(f"a chunk of {size} bytes does not end after them")
        self.body += self._buffer[start : start + size]
        del self._buffer[: start + size + 2]
        self.complete = size == 0
        return True


def chunk_size(line: bytes | bytearray) -> int:
    """The size that a chunk's first line tells.

    Raises `BadAnswer`.
    """
    try:
        return int(line.split(b";")[0], 16)
    except ValueError:
        raise BadAnswer(f"not the size of a chunk: {bytes(line[:20])!r}") from None
