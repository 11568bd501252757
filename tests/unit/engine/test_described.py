"""The engine's description: asked for once, unless it could not be had."""

from typing import Any, cast

import pytest
from docker import APIClient

from bluegreen.engine.described import described


class Engine:
    """Describes itself, from the second time on if it is not up at first."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.asked = 0

    def info(self) -> dict[str, Any]:
        self.asked += 1
        if self.down and self.asked == 1:
            raise ConnectionError
        return {"NCPU": 2}


def test_it_is_asked_for_once() -> None:
    engine = Engine()
    assert [described(cast("APIClient", engine))["NCPU"] for _ in range(3)] == [2, 2, 2]
    assert engine.asked == 1


def test_a_failure_is_not_remembered() -> None:
    engine = Engine(down=True)
    with pytest.raises(ConnectionError):
        described(cast("APIClient", engine))
    assert described(cast("APIClient", engine))["NCPU"] == 2
