"""What containers print of their own secrets is not passed on: CI logs, ledger and webhooks have more readers."""

import re
from collections.abc import Iterable
from dataclasses import replace

from bluegreen.config.draft.secrets import secrets
from bluegreen.model.ports import Verdict
from bluegreen.model.service import Service

SHORTEST = 6
"""Characters; what is shorter is a word that stands in many a sentence."""
HIDDEN = "***"


class Mask:
    """Hides the values of services' variables that are secret by their names, and passwords in URLs."""

    def __init__(self, services: Iterable[Service]) -> None:
        values = (
            each for service in services for name, value in service.environment.items() for each in secrets(name, value)
        )
        lines = {line for value in values for line in value.splitlines() if len(line) >= SHORTEST}
        words = "|".join(map(re.escape, sorted(lines, key=len, reverse=True)))
        # a weak password may be a part of the service's own name
        self._secrets = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])" if words else r"(?!)")

    def text(self, text: str) -> str:
        """Return the text without them."""
        return self._secrets.sub(HIDDEN, text)

    def verdict(self, verdict: Verdict) -> Verdict:
        """Return what probes and the log said, without them."""
        answers = tuple(replace(answer, text=self.text(answer.text)) for answer in verdict.answers)
        return replace(
            verdict,
            failed=self.text(verdict.failed or "") or None,
            answers=answers,
            log=tuple(map(self.text, verdict.log)),
        )
