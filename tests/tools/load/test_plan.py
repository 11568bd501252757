import json

import pytest

from benchmarks.load import Fresh, KeepAlive, Plan, Target


def test_a_plan_survives_json() -> None:
    plan = Plan.mixed(rate=100, seconds=5)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_a_kind_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(ValueError, match="no kind of client is called 'post'; there are keep-alive, fresh, "):
        Plan.from_json({"groups": [{"kind": "post"}]})


def test_two_groups_can_not_have_the_same_name() -> None:
    with pytest.raises(ValueError, match="two groups have the same name; there are a, fresh GET, a"):
        Plan((KeepAlive(name="a"), Fresh(), Fresh(name="a")))


@pytest.mark.parametrize(
    ("target", "address", "named"),
    [
        (Target("http://127.0.0.1:8080"), ("127.0.0.1", 8080), "127.0.0.1:8080"),
        (Target("http://127.0.0.1", "shop.example"), ("127.0.0.1", 80), "shop.example"),
        (Target("https://127.0.0.1", "shop.example"), ("127.0.0.1", 443), "shop.example"),
    ],
)
def test_a_target_knows_its_address_and_its_name(target: Target, address: tuple[str, int], named: str) -> None:
    assert (target.address, target.named) == (address, named)
