"""Where orders are kept: each once, whatever happens to the request that brought it."""

import asyncio
import importlib
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

CONNECTIONS = 4
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id text PRIMARY KEY,
    release text NOT NULL,
    times integer NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'new',
    handled integer NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS orders_state ON orders (state) WHERE state <> 'done';
"""
ADD = """
INSERT INTO orders (id, release) VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET times = orders.times + 1 RETURNING times
"""
COUNT = """
SELECT count(*), coalesce(sum(times - 1), 0), count(*) FILTER (WHERE state = 'new'),
       count(*) FILTER (WHERE state = 'running'), count(*) FILTER (WHERE handled > 1)
FROM orders
"""


class Orders(Protocol):
    """Keeps orders by id."""

    async def add(self, order: str, release: str, /) -> bool:
        """Keep an order; say whether it is new."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """How many orders; how many came again; of a database also: not begun, in work, handled more than once."""
        ...


class MemoryOrders:
    """Orders that end with the process."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    async def add(self, order: str, _release: str) -> bool:
        """Keep an order; say whether it is new."""
        self._times[order] = self._times.get(order, 0) + 1
        return self._times[order] == 1

    async def counts(self) -> Mapping[str, int]:
        """How many orders, and how many came again."""
        return {"orders": len(self._times), "duplicates": sum(self._times.values()) - len(self._times)}


class Database:
    """PostgreSQL, by a connection per thread; a connection that failed is not used again."""

    def __init__(self, url: str) -> None:
        self._driver: Any = importlib.import_module("psycopg2")
        self._url = url
        self._local = threading.local()

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, as a transaction of its own.

        Raises the driver's errors.
        """
        connection = self._connection()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall()) if cursor.description else []
        except self._driver.Error:
            # whether the statement has run is unknown: running it again is for the client to decide
            self._local.connection = None
            connection.close()
            raise

    def _connection(self) -> Any:
        if getattr(self._local, "connection", None) is None:
            self._local.connection = self._driver.connect(self._url, connect_timeout=5)
            self._local.connection.autocommit = True
        return self._local.connection


class DatabaseOrders:
    """Orders in PostgreSQL, for all processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(CONNECTIONS, "orders")

    async def add(self, order: str, release: str) -> bool:
        """Keep an order; say whether it is new."""
        return bool((await self._run(ADD, (order, release)))[0][0] == 1)

    async def counts(self) -> Mapping[str, int]:
        """What the table holds."""
        (row,) = await self._run(COUNT, ())
        return dict(zip(("orders", "duplicates", "new", "running", "handled_twice"), map(int, row), strict=True))

    async def _run(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._database.run, statement, values)


def orders(url: str) -> Orders:
    """Orders where the environment says."""
    return DatabaseOrders(Database(url)) if url else MemoryOrders()
