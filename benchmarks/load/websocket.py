"""A WebSocket that sends texts and expects them back."""

import asyncio

from benchmarks.load.answer import BadAnswer, Head
from benchmarks.load.crew import Crew
from benchmarks.load.frames import Frame, Opcode, accept, masked, new_key, read_frame
from benchmarks.load.lasting import Lasting, Silence
from benchmarks.load.plan import WebSocket
from benchmarks.load.samples import Outcome

GOING = (1000).to_bytes(2)


class EchoClient(Lasting):
    """Sends, waits for the echo, pauses, and answers pings and the close frame meanwhile."""

    status = 101

    def __init__(self, crew: Crew, group: WebSocket) -> None:
        self._key = new_key()
        self._interval = group.interval
        super().__init__(
            crew,
            group,
            {
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": self._key,
            },
        )

    async def live(self, head: Head) -> Outcome:
        """Echo until a close frame comes, or until the load stops."""
        if head.headers.get("sec-websocket-accept") != accept(self._key):
            raise BadAnswer("the handshake's answer is for another key")
        self._awaited = b""
        self._sent = 0
        self._frame = asyncio.ensure_future(read_frame(self.reader))
        try:
            return await self._echo()
        finally:
            self._frame.cancel()
            self.side.missing += bool(self._awaited)

    async def _echo(self) -> Outcome:
        stopping = self.crew.stopping
        while True:
            await self._frame_or_turn()
            if self._frame.done():
                if self._closed_by(self._frame.result()):
                    return Outcome.ENDED
                self._frame = asyncio.ensure_future(read_frame(self.reader))
            elif self._awaited:
                raise Silence(f"no echo within {self.group.timeout} s")
            elif stopping.done():
                self._send(Opcode.CLOSE, GOING)
                return Outcome.ANSWERED
            else:
                self._send_text()

    async def _frame_or_turn(self) -> None:
        """Wait for a frame; while none is due, no longer than until it is our turn to send or to end."""
        if self._awaited:
            await asyncio.wait((self._frame,), timeout=self.group.timeout)
        else:
            both = (self._frame, self.crew.stopping)
            await asyncio.wait(both, timeout=self._interval, return_when=asyncio.FIRST_COMPLETED)

    def _send_text(self) -> None:
        self._sent += 1
        self._awaited = f"text {self._sent}".encode()
        self._send(Opcode.TEXT, self._awaited)

    def _closed_by(self, frame: Frame) -> bool:
        match frame.opcode:
            case Opcode.TEXT if frame.payload == self._awaited:
                self.side.messages += 1
                self._awaited = b""
            case Opcode.TEXT:
                self.side.stray += 1
            case Opcode.PING:
                self._send(Opcode.PONG, frame.payload)
            case Opcode.CLOSE:
                # a text that met it on its way gets no echo: RFC 6455, 5.5.1
                self._awaited = b""
                self.side.closes[frame.code] = self.side.closes.get(frame.code, 0) + 1
                self._send(Opcode.CLOSE, frame.payload)
            case Opcode.PONG:
                pass
        return frame.opcode is Opcode.CLOSE

    def _send(self, opcode: Opcode, payload: bytes) -> None:
        self.writer.write(masked(opcode, payload))
