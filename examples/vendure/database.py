"""The shop's database, asked by PostgreSQL's own client in its container."""

import csv
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass

ORDERS = """
SELECT o.code, o.state,
       (SELECT coalesce(sum(quantity), 0) FROM order_line WHERE "orderId" = o.id) AS items,
       count(p.id) AS payments,
       coalesce(sum(p.amount), 0) - o."subTotalWithTax" - o."shippingWithTax" AS overpaid
FROM "order" o LEFT JOIN payment p ON p."orderId" = o.id AND p.state = 'Settled'
GROUP BY o.id
"""
# Movements, not stock levels: of those Vendure loses updates when two orders of one product are paid at once.
STOCK = """
SELECT (SELECT coalesce(sum(quantity), 0) FROM stock_movement WHERE type = 'ALLOCATION') AS allocated,
       (SELECT coalesce(sum(quantity), 0) FROM order_line JOIN "order" o ON o.id = "orderId"
        WHERE "orderPlacedAt" IS NOT NULL) AS placed
"""
JOBS = """
SELECT count(*) FILTER (WHERE state = 'FAILED') AS failed,
       count(*) FILTER (WHERE state IN ('PENDING', 'RUNNING', 'RETRYING')) AS unfinished
FROM job_record
"""
JOBS_DEADLINE = 60.0


@dataclass(frozen=True, slots=True)
class Kept:
    """An order as the database holds it."""

    state: str
    items: int
    payments: int
    overpaid: int
    """Cents paid beyond the total."""


class Database:
    """The database of one shop."""

    def __init__(self, container: str, user: str, name: str) -> None:
        self._command = ["docker", "exec", container, "psql", "--csv", "-X", "-q", "-U", user, "-d", name, "-c"]

    def orders(self) -> dict[str, Kept]:
        """All orders by their code."""
        rows = self._rows(ORDERS)
        return {
            row["code"]: Kept(row["state"], int(row["items"]), int(row["payments"]), int(row["overpaid"]))
            for row in rows
        }

    def faults(self) -> list[str]:
        """What is wrong with the shop as a whole, once the worker has had its time."""
        stock, jobs = self._rows(STOCK)[0], self._settled_jobs()
        found = []
        if stock["allocated"] != stock["placed"]:
            found.append(f"{stock['placed']} items in placed orders, {stock['allocated']} allocated in stock")
        found += [f"{count} jobs {state}" for state, count in jobs.items() if count != "0"]
        return found

    def _settled_jobs(self) -> Mapping[str, str]:
        """The counts of jobs, when none is left to do, or at the deadline."""
        deadline = time.monotonic() + JOBS_DEADLINE
        while (jobs := self._rows(JOBS)[0])["unfinished"] != "0" and time.monotonic() < deadline:
            time.sleep(0.5)
        return jobs

    def _rows(self, query: str) -> list[dict[str, str]]:
        result = subprocess.run([*self._command, query], stdout=subprocess.PIPE, text=True, check=True)
        return list(csv.DictReader(result.stdout.splitlines()))
