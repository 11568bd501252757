"""One request, from its start to its one outcome."""

from benchmarks.load.answer import Answer, Head
from benchmarks.load.figures import Side
from benchmarks.load.recorder import Recorder
from benchmarks.load.samples import Outcome, Sample


class Attempt:
    """Begins now; ends with exactly one call of a method."""

    def __init__(self, recorder: Recorder, group: str, request_id: str) -> None:
        self.id = request_id
        self._recorder = recorder
        self._group = group
        self._at = recorder.now()

    @property
    def side(self) -> Side:
        """What the group saw beside outcomes."""
        return self._recorder.side[self._group]

    def answered(self, answer: Answer, expect: str = "") -> None:
        """A complete answer came; it is right if it is 2xx, for this request, and contains what was expected."""
        assert answer.head
        if not 200 <= answer.head.status < 300:
            self.refused_by_status(answer.head)
        elif (meant := answer.head.headers.get("x-load-id", self.id)) != self.id:
            self.lost(Outcome.WRONG, f"the answer to request {meant}", answer.head.status, answer.release)
        elif expect.encode() not in answer.body:
            what = f"no {expect!r} in {bytes(answer.body[:120])!r}"
            self.lost(Outcome.WRONG, what, answer.head.status, answer.release)
        else:
            self.side.duplicates += "x-duplicate" in answer.head.headers
            self._recorder.answered(self._sample(Outcome.ANSWERED, answer.head.status, answer.release))

    def ended(self, outcome: Outcome, head: Head) -> None:
        """A stream or WebSocket was ended in good form: `ANSWERED` by the client, `ENDED` by the server."""
        self._recorder.answered(self._sample(outcome, head.status, head.release))

    def refused_by_status(self, head: Head) -> None:
        """The answer's status is not what it should be."""
        self.lost(Outcome.STATUS, f"status {head.status}", head.status, head.release)

    def lost(self, outcome: Outcome, what: str, status: int = 0, release: str = "") -> None:
        """There was no right answer."""
        self._recorder.lost(self._sample(outcome, status, release), self.id, what)

    def _sample(self, outcome: Outcome, status: int, release: str) -> Sample:
        return Sample(self._at, self._recorder.now() - self._at, self._group, outcome, status, release)
