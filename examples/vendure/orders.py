"""Orders as the server acknowledged them: what the database must hold, neither more nor less."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(slots=True)
class Order:
    """One visitor's order. What was sent and never answered may have happened or not: it is in doubt."""

    code: str = ""
    """Its public code; "" while no answer named it."""
    items: int = 0
    paid: bool = False
    doubtful_items: int = 0
    doubtful_payment: bool = False

    def acknowledge(self, code: str, items: int, *, paid: bool) -> None:
        """Note what an answer said."""
        self.code = code
        self.items += items
        self.paid = paid

    def doubt(self, items: int, *, paid: bool) -> None:
        """Note what was sent without an answer that says what became of it."""
        self.doubtful_items += items
        self.doubtful_payment |= paid


def write(orders: Iterable[Order], file: Path) -> None:
    """Append the orders to a file, one line each."""
    with file.open("a") as out:
        out.writelines(json.dumps(asdict(order)) + "\n" for order in orders)


def read(file: Path) -> list[Order]:
    """Read what `write` wrote."""
    return [Order(**json.loads(line)) for line in file.read_text().splitlines()]
