"""A visitor of the shop: fills a cart, checks out, pays, and remembers exactly what was acknowledged."""

import json
import random
from collections import deque
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

from benchmarks.load.caller import Caller
from benchmarks.load.connection import Connection
from benchmarks.load.crew import Crew
from benchmarks.load.message import request
from benchmarks.load.plan import Group
from examples.vendure.orders import Order

ACCEPTED = '"__typename":"Order"'
RESULT = "{ __typename ... on Order { code state totalQuantity } ... on ErrorResult { errorCode message } }"
VARIANTS = 23
MOST_ITEMS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoppers(Group):
    """Visitors, each with a new session for every order."""

    kind: ClassVar[str] = "shopper"
    path: str = "/shop-api"
    timeout: float = 60.0
    pause: float = 0.6
    """Seconds from one click to the next."""


@dataclass(frozen=True, slots=True)
class Click:
    """One mutation on the way to the payment, and what it changes of the order."""

    mutation: str
    adds: int = 0
    pays: bool = False

    @property
    def body(self) -> bytes:
        """The request's body."""
        return json.dumps({"query": f"mutation {{ {self.mutation} {RESULT} }}"}).encode()


CHECKOUT = (
    Click('setOrderShippingAddress(input: {streetLine1: "Hauptstrasse 1", city: "Berlin", countryCode: "DE"})'),
    Click('setOrderShippingMethod(shippingMethodId: ["1"])'),
    Click('transitionOrderToState(state: "ArrangingPayment")'),
    Click('addPaymentToOrder(input: {method: "invoice", metadata: {}})', pays=True),
)


def clicks() -> deque[Click]:
    """A whole visit: some items of the catalogue, then the checkout."""
    # Vendure locks the stock of a paid order line by line: two orders in opposite directions would be a deadlock.
    chosen = sorted(random.randint(1, VARIANTS) for _ in range(random.randint(1, MOST_ITEMS)))
    items = (Click(f'addItemToOrder(productVariantId: "{variant}", quantity: 1)', adds=1) for variant in chosen)
    name = f'firstName: "Ada", lastName: "Example", emailAddress: "{uuid4().hex}@shop.example"'
    return deque((*items, Click(f"setCustomerForOrder(input: {{{name}}})"), *CHECKOUT))


class Shopper:
    """One visitor; `orders` fills while the load runs."""

    def __init__(self, crew: Crew, group: Shoppers, orders: list[Order]) -> None:
        self._crew = crew
        self._group = group
        self._orders = orders
        self._connection: Connection | None = None
        self._sent: Connection | None = None

    async def run(self) -> None:
        """Order again and again until the load stops."""
        left: deque[Click] = deque()
        async for _ in self._crew.turns(self._group.pause):
            if not left:
                left = self._enter()
            if not await self._click(left.popleft()):
                left.clear()
        if self._connection:
            self._connection.close()

    def _enter(self) -> deque[Click]:
        """Begin an order, with a session of its own."""
        self._order = Order()
        self._orders.append(self._order)
        self._caller = Caller(self._crew, self._group, self._send, ACCEPTED)
        return clicks()

    async def _click(self, click: Click) -> bool:
        """Make one request, note in the order what came of it, and say whether to go on."""
        self._now, self._sent = click, None
        if self._connection and not await self._caller.fit(self._connection):
            self._connection = None
        self._connection = await self._caller.call(self._connection)
        result = self._result()
        if result is None:
            self._order.doubt(click.adds, paid=click.pays)
        elif result["__typename"] == "Order":
            self._order.acknowledge(result["code"], click.adds, paid=result["state"] == "PaymentSettled")
            return True
        return False

    async def _send(self, connection: Connection, request_id: str) -> None:
        self._sent = connection
        headers = {"Content-Type": "application/json", "X-Load-Id": request_id}
        if cookies := self._caller.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        connection.begin(request(self._crew.target, "POST", self._group.path, headers, self._now.body))

    def _result(self) -> dict[str, Any] | None:
        """The mutation's result; None where it was sent and its answer does not say."""
        if self._sent is None:
            return {"__typename": "NothingSent"}
        answer = self._sent.answer
        if not answer.complete or not answer.head or answer.head.status != 200:
            return None
        data = json.loads(answer.body)["data"]
        return dict(*data.values()) if data else None
