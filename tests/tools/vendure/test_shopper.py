import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import Plan, Target
from examples.vendure.load import ShopLoad
from examples.vendure.orders import Order, read, write
from examples.vendure.shopper import Shoppers

Reply = Callable[[str, int], bytes | None]
"""Takes the mutation's name and its number; without an answer the connection is closed."""


class Shop:
    """A shop API of one order per session, that answers as the test wants."""

    def __init__(self, reply: Reply) -> None:
        self.sessions: set[str] = set()
        self._reply = reply
        self._requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while (answer := self._answer(*await received(reader))) is not None:
                writer.write(answer)
        except asyncio.IncompleteReadError:
            pass
        writer.close()
        await writer.wait_closed()

    def _answer(self, head: str, body: bytes) -> bytes | None:
        self._requests += 1
        found = re.search(r"Cookie: session=(\w+)", head)
        session = found[1] if found else f"S{self._requests}"
        self.sessions.add(session)
        mutation = re.search(r"mutation \{ (\w+)", json.loads(body)["query"])
        assert mutation
        payload = self._reply(mutation[1], self._requests)
        if payload is None:
            return None
        payload = payload.replace(b"CODE", session.encode())
        head = f"HTTP/1.1 200 OK\r\nSet-Cookie: session={session}; path=/\r\nContent-Length: {len(payload)}\r\n\r\n"
        return head.encode() + payload


async def received(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """The next request's head and body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = re.search(r"Content-Length: (\d+)", head)
    assert length
    return head, await reader.readexactly(int(length[1]))


def accepted(mutation: str, _number: int) -> bytes:
    """What a healthy shop says."""
    state = "PaymentSettled" if mutation == "addPaymentToOrder" else "AddingItems"
    return json.dumps(
        {"data": {mutation: {"__typename": "Order", "code": "CODE", "state": state}}}, separators=(",", ":")
    ).encode()


def shopped(reply: Reply, requests: int) -> tuple[ShopLoad, Shop]:
    """Let one shopper make that many requests."""

    async def run() -> tuple[ShopLoad, Shop]:
        shop = Shop(reply)
        server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            group = Shoppers(pause=0, name="shoppers")
            async with ShopLoad(Target(url), Plan((group,), seconds=10, requests=requests)) as load:
                await load.finished()
        return load, shop

    return asyncio.run(run())


def test_every_order_has_a_session_of_its_own_and_is_paid() -> None:
    load, shop = shopped(accepted, 200)
    *whole, _ = load.orders
    assert len(whole) > 10
    assert all(order.paid and 1 <= order.items <= 4 for order in whole)
    assert {order.code for order in load.orders if order.code} == shop.sessions
    assert load.report.counts().lost == 0


def test_an_item_whose_answer_is_lost_is_in_doubt_and_the_visitor_leaves() -> None:
    def reply(mutation: str, number: int) -> bytes | None:
        return None if number == 1 else accepted(mutation, number)

    load, _ = shopped(reply, 2)
    assert load.orders == [Order(doubtful_items=1), Order(load.orders[1].code, 1)]
    assert load.report.counts().lost == 1


def test_a_payment_whose_answer_is_lost_is_in_doubt() -> None:
    load, _ = shopped(lambda name, number: None if name == "addPaymentToOrder" else accepted(name, number), 40)
    whole = [order for order in load.orders if order.doubtful_payment]
    assert whole
    assert not any(order.paid or order.doubtful_items for order in whole)


def test_an_error_result_is_an_answer_that_nothing_happened() -> None:
    refused = b'{"data":{"addItemToOrder":{"__typename":"InsufficientStockError","errorCode":"X","message":"no"}}}'
    load, _ = shopped(lambda _name, _number: refused, 3)
    assert load.orders == [Order(), Order(), Order()]
    assert load.report.counts().wrong == 3


def test_what_is_written_is_read(tmp_path: Path) -> None:
    orders = [Order("A", 2, paid=True), Order(doubtful_items=1)]
    write(orders[:1], tmp_path / "orders")
    write(orders[1:], tmp_path / "orders")
    assert read(tmp_path / "orders") == orders
