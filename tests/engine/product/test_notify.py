"""Others are told by the real commands, and hold up nothing."""

import json

from tests.engine.product.shop import Shop
from tests.local.receiver import Receiver


def moments(receiver: Receiver) -> list[str]:
    """What it was told."""
    return [json.loads(each.body)["event"] for each in receiver.received]


def test_a_server_that_hangs_neither_delays_the_cutover_nor_changes_the_outcome(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    with Receiver(["hang"] * 9) as hanging, Receiver() as well:
        shop.notify = [{"url": hanging.url}, {"url": well.url}]
        ran = shop.run("deploy", "--tag", "v2", "--json")
        assert shop.run("deploy", "--tag", "v2", "--json").json["outcome"] is None
        shop.notify = [{"url": well.url, "on": ["rolled_back"]}]
        shop.run("rollback")
    told = ran.json
    assert told["outcome"] == "deployed"
    assert "warning: notify[0]: " in ran.err
    assert shop.notify[0]["url"] not in ran.err
    first = json.loads(well.received[0].body)
    cutover = next(step for step in told["steps"] if step["step"] == "cutover")
    assert 0 < cutover["started_at"] - first["at"] < told["seconds"]
    assert moments(well) == ["started", "succeeded", "skipped", "rolled_back"]
    assert {json.loads(each.body)["deployment"] for each in well.received[:2]} == {told["deployment"]}
