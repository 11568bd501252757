"""A request as it comes over the wire, piece by piece."""

from .message import BadRequest, Request

HEAD_END = b"\r\n\r\n"
LONGEST_HEAD = 65_536


class RequestReader:
    """Takes bytes, gives whole requests."""

    def __init__(self) -> None:
        self.request: Request | None = None
        """The request whose body is still coming."""
        self.buffer = bytearray()
        """What has come and was not taken yet."""
        self._left: int | None = 0

    def next(self) -> Request | None:
        """The next whole request, as soon as there is one.

        Raises `BadRequest`.
        """
        request = self.request or self._begin()
        if request is None or not self._finish(request):
            return None
        self.request = None
        return request

    def _begin(self) -> Request | None:
        end = self.buffer.find(HEAD_END)
        if end < 0:
            if len(self.buffer) > LONGEST_HEAD:
                raise BadRequest("the head does not end")
            return None
        self.request = Request.parse(bytes(self.buffer[:end]))
        del self.buffer[: end + len(HEAD_END)]
        chunked = self.request.headers.get("transfer-encoding", "").lower() == "chunked"
        self._left = None if chunked else int(self.request.headers.get("content-length", 0))
        return self.request

    def _finish(self, request: Request) -> bool:
        if self._left is None:
            return self._finish_chunked(request)
        piece = self._cut(min(self._left, len(self.buffer)))
        if piece:
            request.take(piece)
        self._left -= len(piece)
        return self._left == 0

    def _finish_chunked(self, request: Request) -> bool:
        while (line_end := self.buffer.find(b"\r\n")) >= 0:
            size = int(self.buffer[:line_end].split(b";")[0], 16)
            if len(self.buffer) < line_end + size + 4:
                return False
            self._cut(line_end + 2)
            request.take(self._cut(size))
            self._cut(2)
            if not size:
                return True
        return False

    def _cut(self, count: int) -> bytearray:
        piece = self.buffer[:count]
        del self.buffer[:count]
        return piece
