"""Start one role."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from .faults import arm
from .knobs import Knobs, Sigterm
from .orders import SCHEMA, Database, orders
from .server import Routes, Server
from .shop import Shop
from .storefront import Storefront
from .worker import NewOrders, Ticks, Worker

ABRUPTLY = 128 + signal.SIGTERM


def main(role: str, knobs: Knobs) -> int:
    """Run until the role ends; its exit status.

    Raises `ValueError` for a role that does not exist.
    """
    arm(knobs)
    match role:
        case "server":
            asyncio.run(_serve(knobs, Shop(knobs, orders(knobs.database_url)).routes))
        case "storefront":
            asyncio.run(_serve(knobs, Storefront(knobs).routes))
        case "worker":
            _work(knobs)
        case "migrate":
            return _migrate(knobs)
        case _:
            raise ValueError(f"no role {role!r}; there are server, storefront, worker, migrate")
    return 0


async def _serve(knobs: Knobs, routes: Routes) -> None:
    server = Server(knobs, routes)
    loop = asyncio.get_running_loop()
    _on_sigterm(knobs.sigterm, lambda: loop.call_soon_threadsafe(server.stop))
    await server.run()


def _work(knobs: Knobs) -> None:
    worker = Worker(knobs, NewOrders(Database(knobs.database_url)) if knobs.database_url else Ticks())
    _on_sigterm(knobs.sigterm, worker.stop)
    worker.run()


def _migrate(knobs: Knobs) -> int:
    if knobs.migration != "ok":
        print("An error occurred when running migrations: told to fail", flush=True)
        return int(knobs.migration == "fail")
    if knobs.database_url:
        Database(knobs.database_url).run(SCHEMA)
    print(f"migrated for {knobs.release}", flush=True)
    return 0


def _on_sigterm(mode: Sigterm, stop: Callable[[], object]) -> None:
    """Process 1 of a container has no default action, so each mode is an explicit one."""
    match mode:
        case Sigterm.GRACEFUL:
            signal.signal(signal.SIGTERM, lambda *_: stop())
        case Sigterm.ABRUPT:
            signal.signal(signal.SIGTERM, lambda *_: os._exit(ABRUPTLY))
        case Sigterm.IGNORE:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Knobs.from_environment(os.environ)))
