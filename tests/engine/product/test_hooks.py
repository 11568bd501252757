"""Hooks with real containers: the smoke test reaches the new release, and what fails harms nobody."""

import os
import signal
from pathlib import Path

from benchmarks.load import KeepAlive, Plan, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product.shop import Shop
from tests.waiting import wait_until

LOAD = Plan(
    (KeepAlive(count=4, rate=60), KeepAlive(count=4, rate=30, method="POST", path="/orders", body=ORDER)), seconds=60
)
SMOKE = """#!/usr/bin/env python3
import os, urllib.request
(url,) = [value for name, value in os.environ.items() if name.startswith("BLUEGREEN_URL_")]
release = urllib.request.urlopen(url + "/", timeout=5).headers["X-Release"]
print(f"{os.environ['BLUEGREEN_IMAGES']} answers as {release}")
raise SystemExit(release not in os.environ["BLUEGREEN_IMAGES"] or os.path.exists("smoke-is-to-fail"))
"""


def script(folder: Path, name: str, text: str) -> list[str]:
    """Put a program beside services.yaml."""
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)
    return [f"./{name}"]


def test_smoke_asks_the_new_release_before_anybody_else_does(unmoved: Shop) -> None:
    unmoved.hooks = {"smoke": script(unmoved.folder, "smoke.py", SMOKE)}
    (unmoved.folder / "smoke-is-to-fail").touch()
    with running(unmoved.target, LOAD) as load:
        told = unmoved.run("deploy", "--tag", "v2", expect=1).err
        load.wait_for_answers(10)
    assert "the hook smoke ended with status 1" in told
    assert "smoke | bluegreen-shop:v2 answers as v2" in told
    assert {span.release for span in load.report.spans()} == {"v1"}
    assert load.report.counts().lost == 0, table(load.report)


def test_post_cutover_that_fails_takes_the_traffic_back(unmoved: Shop) -> None:
    unmoved.hooks = {"post_cutover": script(unmoved.folder, "after.sh", "#!/bin/sh\necho no; sleep 0.5; exit 7\n")}
    with running(unmoved.target, LOAD) as load:
        report = unmoved.deploy("--tag", "v2", expect=4)
        load.wait_for_answers(10)
    assert report["reason"] == "the hook post_cutover ended with status 7"
    assert {span.release for span in load.report.spans()} == {"v1", "v2"}
    assert load.report.counts().lost == 0, table(load.report)


def test_killed_in_a_hook_it_is_finished_by_the_next_command(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    waiting = shop.folder / "waiting"
    wait = f"#!/bin/sh\necho $$ > {waiting}.new; mv {waiting}.new {waiting}\ntest -e {waiting}.go || exec sleep 60\n"
    shop.hooks = {"smoke": script(shop.folder, "wait.sh", wait)}
    with shop.started("deploy", "--tag", "v2") as deploying:
        wait_until(waiting.exists, "the hook runs")
        deploying.signal(signal.SIGKILL)
    os.kill(int(waiting.read_text()), signal.SIGKILL)
    assert shop.answered() == "v1"
    Path(f"{waiting}.go").touch()
    shop.deploy("--tag", "v2")
    assert (shop.answered(), shop.containers(), shop.status()["drift"]) == ("v2", ["server-blue"], [])
    smokes = [step for step in shop.run("history", "--json").json["deployments"][0]["steps"] if "smoke" in step["step"]]
    assert [step["ended_at"] is None for step in smokes] == [True, False]


def test_an_interrupt_ends_the_hook_and_the_deployment(unmoved: Shop) -> None:
    pid = unmoved.folder / "pid"
    unmoved.hooks = {"pre_deploy": script(unmoved.folder, "long.sh", f"#!/bin/sh\necho $$ > {pid}\nexec sleep 60\n")}
    with unmoved.started("deploy", "--tag", "v2") as deploying:
        wait_until(lambda: pid.exists() and pid.read_text(), "the hook runs")
        deploying.signal(signal.SIGINT)
        assert "interrupted before the cutover" in deploying.ended(130).err
    assert not Path(f"/proc/{int(pid.read_text())}").exists()
