"""Visitors of the shop, who never retry: queries, pages of the storefront, orders from the first item to the payment.

python -m examples.vendure.load --url http://127.0.0.1:8089 --orders orders.jsonl
"""

import argparse
import json
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.load import Fresh, KeepAlive, Load, Plan, Running, Target
from benchmarks.load.crew import Crew
from benchmarks.load.plan import Group
from benchmarks.load.program import run
from benchmarks.load.running import beside
from examples.vendure.orders import Order, write
from examples.vendure.shopper import Shopper, Shoppers

HOST = "shop.localhost"
SHOP_API: dict[str, Any] = {"method": "POST", "path": "/shop-api", "timeout": 60.0}


def query(text: str) -> str:
    """A query as a request's body."""
    return json.dumps({"query": text})


CHANNEL = query("{ shopRelease activeChannel { id code defaultCurrencyCode } }")
PRODUCTS = query("{ products(options: {take: 5}) { totalItems items { id name slug } } }")
SEARCH = query('{ search(input: {term: "coffee", groupByProduct: true}) { totalItems items { productName slug } } }')


def visits(seconds: float, shoppers: int) -> Plan:
    """About 25 requests a second: two cores can carry them while a second server boots."""
    return Plan(
        (
            KeepAlive(**SHOP_API, count=6, rate=10, body=CHANNEL, expect='"id"', name="channel"),
            KeepAlive(**SHOP_API, count=3, rate=5, body=PRODUCTS, expect='"slug"', name="products"),
            Fresh(**SHOP_API, count=2, rate=3, body=SEARCH, expect='"search"', name="search"),
            KeepAlive(count=2, rate=3, timeout=60.0, expect="<footer>", name="storefront"),
            Shoppers(count=shoppers, name="shoppers"),
        ),
        seconds,
    )


class ShopLoad(Load):
    """A load with shoppers among its clients; `orders` is what they were told."""

    def __init__(self, target: Target, plan: Plan) -> None:
        super().__init__(target, plan)
        self.orders: list[Order] = []

    def client(self, crew: Crew, group: Group) -> Coroutine[Any, Any, None]:
        """One client of a group."""
        return Shopper(crew, group, self.orders).run() if isinstance(group, Shoppers) else super().client(crew, group)


@contextmanager
def visitors(url: str, orders: Path) -> Iterator[Running]:
    """Run the load in a process of its own beside the block; when the block ends, so does the load."""
    with beside([sys.executable, "-m", __name__, "--url", url, "--orders", str(orders), "--json"]) as load:
        yield load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print what came of it; 1 if a request was lost."""
    options = _options(arguments)
    load = ShopLoad(Target(options.url, options.host), visits(options.seconds, options.shoppers))
    report = run(load, as_json=options.json)
    write(load.orders, options.orders)
    return int(report.counts().lost > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m examples.vendure.load", description=__doc__)
    parser.add_argument("--url", required=True, help="where to connect to: http://address:port")
    parser.add_argument("--host", default=HOST, help=f"the Host header; {HOST} unless said")
    parser.add_argument("--orders", required=True, type=Path, help="append what was acknowledged to this file")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--shoppers", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="a line of progress every 0.1 s, then the whole report")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
