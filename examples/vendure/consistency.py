"""Whether the database holds exactly the orders that visitors were told of: none missing, none twice, none of nobody's.

python -m examples.vendure.consistency --orders orders.jsonl
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from examples.vendure.database import Database, Kept
from examples.vendure.orders import Order, read


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print what is not as it was told; 1 if anything is."""
    options = _options(arguments)
    database = Database(options.container, options.user, options.database)
    told = read(options.orders)
    found = [*discrepancies(told, database.orders()), *database.faults()]
    print(*found, sep="\n", end="\n" * bool(found))
    print(f"{summary(told)}: {'the database holds exactly these' if not found else f'{len(found)} discrepancies'}")
    return int(bool(found))


def discrepancies(told: Sequence[Order], kept: Mapping[str, Kept]) -> list[str]:
    """What differs, a sentence each; what is in doubt may be either way."""
    named = [order for order in told if order.code]
    twice = [f"{code}: {times} visitors were given it" for code, times in _codes(named).items() if times > 1]
    differing = [f"{order.code}: {what}" for order in named for what in _differences(order, kept.get(order.code))]
    nobodys = kept.keys() - _codes(named).keys()
    possible = sum(1 for order in told if not order.code and order.doubtful_items)
    excess = [f"{len(nobodys)} orders that nobody was told of, {possible} possible"] if len(nobodys) > possible else []
    return [*twice, *differing, *excess]


def summary(told: Sequence[Order]) -> str:
    """The orders in figures."""
    doubtful = sum(order.doubtful_items + order.doubtful_payment for order in told)
    paid = sum(order.paid for order in told)
    items = sum(order.items for order in told)
    return f"{sum(1 for order in told if order.code)} orders, {items} items, {paid} paid, {doubtful} in doubt"


def _codes(orders: Sequence[Order]) -> Counter[str]:
    return Counter(order.code for order in orders)


def _differences(order: Order, kept: Kept | None) -> Iterator[str]:
    if kept is None:
        yield "acknowledged, and not there"
        return
    if not order.items <= kept.items <= order.items + order.doubtful_items:
        yield f"{kept.items} items, {order.items} acknowledged, {order.doubtful_items} in doubt"
    if not order.paid <= kept.payments <= (order.paid or order.doubtful_payment):
        yield f"{kept.payments} payments, {'paid' if order.paid else 'not paid'} by what was acknowledged"
    if order.paid and kept.state != "PaymentSettled":
        yield f"in state {kept.state}, acknowledged as paid"
    if kept.payments and kept.overpaid:
        yield f"overpaid by {kept.overpaid} cents"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m examples.vendure.consistency", description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", required=True, type=Path, help="what the load has written")
    parser.add_argument("--container", default="vendure-db", help="where PostgreSQL runs")
    parser.add_argument("--user", default="vendure")
    parser.add_argument("--database", default="vendure")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
