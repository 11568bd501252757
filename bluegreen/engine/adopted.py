"""What is known of containers that were there before bluegreen: the engine adds no label to a container that exists."""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from bluegreen import files
from bluegreen.model.container import Labels
from bluegreen.model.errors import StateError

FILE = "adopted.json"


def aside_name(service: str) -> str:
    """Return the name that a container keeps which served before bluegreen did."""
    return f"{service}-before"


class Adopted:
    """The labels that such containers would carry, by their ids, in a file of the state directory."""

    def __init__(self, state: Path | None = None) -> None:
        self._file = state / FILE if state else None
        self._lock = Lock()

    def labels(self) -> Mapping[str, Labels]:
        """Return them by container id. Raises StateError for a damaged file."""
        if self._file is None or not self._file.exists():
            return {}
        try:
            found: Mapping[str, Labels] = json.loads(self._file.read_bytes())
        except (OSError, ValueError) as error:
            raise StateError(
                f"cannot read which containers were adopted, {self._file}: {error}",
                f"remove it, then adopt them again: rm {self._file}; bluegreen adopt",
            ) from error
        return found

    def add(self, container: str, labels: Labels) -> None:
        """Take a container for one that carries these labels."""
        with self._lock:
            self._write({**self.labels(), container: labels})

    def drop(self, container: str) -> None:
        """Take it for anybody's again."""
        with self._lock:
            self._write({each: labels for each, labels in self.labels().items() if each != container})

    def _write(self, known: Mapping[str, Labels]) -> None:
        if self._file is None:
            raise StateError("no state directory was opened to remember what is adopted")
        files.write(self._file, json.dumps(known, indent=1).encode())
