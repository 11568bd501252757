"""Visitors of the shop, who never retry: queries, pages of the storefront, orders from the first item to the payment.

python -m examples.vendure.load --url http://127.0.0.1:8089 --orders orders.jsonl
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from benchmarks.load import Fresh, KeepAlive, Load, Plan, Report, Running, Target, table
from benchmarks.load.crew import Crew
from benchmarks.load.load import client
from benchmarks.load.plan import Group
from benchmarks.load.recorder import Recorder
from examples.vendure.orders import Order, write
from examples.vendure.shopper import Shopper, Shoppers

ROOT = Path(__file__).parents[2]
TICK = 0.2
SHOP_API = "/shop-api"


def query(text: str) -> str:
    """A query as a request's body."""
    return json.dumps({"query": text})


CHANNEL = query("{ shopRelease activeChannel { id code defaultCurrencyCode } }")
PRODUCTS = query("{ products(options: {take: 5}) { totalItems items { id name slug } } }")
SEARCH = query('{ search(input: {term: "coffee", groupByProduct: true}) { totalItems items { productName slug } } }')


def visits(seconds: float, shoppers: int = 6) -> Plan:
    """About 30 requests a second: two cores can carry them while a second server boots."""
    return Plan(
        (
            KeepAlive(count=6, rate=10, method="POST", path=SHOP_API, body=CHANNEL, expect='"id"', name="channel"),
            KeepAlive(count=3, rate=5, method="POST", path=SHOP_API, body=PRODUCTS, expect='"slug"', name="products"),
            Fresh(count=2, rate=3, method="POST", path=SHOP_API, body=SEARCH, expect='"search"', name="search"),
            KeepAlive(count=2, rate=3, expect="<footer>", name="storefront"),
            Shoppers(count=shoppers, name="shoppers"),
        ),
        seconds,
    )


class ShopLoad(Load):
    """A load with shoppers among its clients; `orders` is what they were told."""

    def __init__(self, target: Target, plan: Plan) -> None:
        super().__init__(target, plan)
        self.orders: list[Order] = []

    async def __aenter__(self) -> Self:
        self._recorder = Recorder(self.plan)
        self._crew = Crew(self.target, self.plan, self._recorder)
        clients = [self._client(group) for group in self.plan.groups for _ in range(group.count)]
        self._clients = asyncio.gather(*clients)
        self._bound = asyncio.get_running_loop().call_later(self.plan.seconds, self.stop)
        return self

    def _client(self, group: Group) -> Coroutine[Any, Any, None]:
        if isinstance(group, Shoppers):
            return Shopper(self._crew, group, self.orders).run()
        return client(self._crew, group)


@contextmanager
def visitors(url: str, host: str, orders: Path, seconds: float = 300.0) -> Iterator[Running]:
    """Run the load in a process of its own beside the block; when the block ends, so does the load."""
    asked = ["--url", url, "--host", host, "--orders", str(orders), "--seconds", str(seconds), "--json"]
    command = [sys.executable, "-m", "examples.vendure.load", *asked]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            load = Running(process)
            yield load
        finally:
            process.send_signal(signal.SIGTERM)
        load.finished()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print what came of it; 1 if a request was lost."""
    options = _options(arguments)
    load = ShopLoad(Target(options.url, options.host), visits(options.seconds, options.shoppers))
    report = asyncio.run(_run(load, as_json=options.json))
    write(load.orders, options.orders)
    if options.json:
        _say("report", report.to_json())
    else:
        print(table(report))
    return int(report.counts().lost > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m examples.vendure.load", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--url", required=True, help="where to connect to: http://address:port")
    parser.add_argument("--host", default="shop.localhost", help="the Host header of the shop API")
    parser.add_argument("--orders", required=True, type=Path, help="append what was acknowledged to this file")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--shoppers", type=int, default=6)
    parser.add_argument("--json", action="store_true", help="a line of progress every 0.2 s, then the whole report")
    return parser.parse_args(arguments)


async def _run(load: ShopLoad, *, as_json: bool) -> Report:
    async with load:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, load.stop)
        ended = asyncio.ensure_future(load.finished())
        while not ended.done():
            if as_json:
                _say("progress", load.progress().to_json())
            await asyncio.wait((ended,), timeout=TICK)
    return load.report


def _say(kind: str, data: object) -> None:
    print(json.dumps({kind: data}, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    sys.exit(main())
