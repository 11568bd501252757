"""Many commands at once: each ends with a status of the table, nothing is lost, and what is left is sound."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load import KeepAlive, Plan, running, table
from tests.engine.product.shop import Shop

STATUSES = {0, 1, 2, 4, 75}
"""2: a rollback that finds no earlier release; 4: a deployment that a rollback turned back."""
KINDS = (
    ("deploy", "--tag", "v2"),
    ("deploy", "--tag", "v3"),
    ("deploy", "--tag", "v1", "--wait-lock", "20s"),
    ("rollback",),
    ("status",),
    ("history",),
)


@pytest.mark.parametrize("number", [12, pytest.param(50, marks=pytest.mark.full)])
def test_many_at_once(number: int, shop: Shop) -> None:
    shop.web()
    shop.deploy()
    chosen = random.Random(number)
    commands = [chosen.choice(KINDS) for _ in range(number)]
    with running(shop.target, Plan((KeepAlive(count=4, rate=40),), seconds=280)) as load:
        with ThreadPoolExecutor(number) as pool:
            ended = list(pool.map(lambda words: shop.run(*words, expect=None), commands))
        load.wait_for_answers(20, within=30)
    print(Counter((words[0], ran.status) for words, ran in zip(commands, ended, strict=True)))
    for ran in ended:
        assert ran.status in STATUSES, str(ran)
        assert ran.status != 75 or ", pid " in ran.err
    assert load.report.counts().lost == 0, table(load.report)
    shop.deploy("--tag", "v3")
    assert shop.answered() == "v3"
    assert len(shop.containers()) == 1
    told = shop.status()
    assert (told["unfinished"], told["drift"]) == ("", [])
