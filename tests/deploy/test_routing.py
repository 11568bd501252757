"""What nginx's text names."""

import pytest

from bluegreen.deploy.routing import named_colors
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Role, State
from bluegreen.model.routing import ProxyView, Slot

BOTH = frozenset({("server", Color.BLUE), ("server", Color.GREEN)})
BLUE = Container("server-blue", "1", Role.APP, State.RUNNING, service="server", color=Color.BLUE, address="172.18.0.3")


@pytest.mark.parametrize(
    ("slot", "named"),
    [
        (Slot(("server-blue:3000",)), {("server", Color.BLUE)}),
        (Slot(("server-blue:3000",), ("server-green:3000",)), BOTH),
        (Slot(("172.18.0.3:3000",)), {("server", Color.BLUE)}),
        (Slot(("172.18.0.9:3000",)), BOTH),
        (Slot(()), set()),
    ],
    ids=["a name", "a backup", "an address", "an address that no container has", "nobody"],
)
def test_what_a_slot_names(slot: Slot, named: set[tuple[str, Color]]) -> None:
    view = ProxyView(running=True, generation=1, live={}, slots={"server": {Color.BLUE: slot}})
    assert named_colors(view, (BLUE,)) == named


def test_what_drifted_may_name_anything() -> None:
    slots = {"server": {Color.BLUE: Slot(("server-blue:3000",))}}
    view = ProxyView(running=True, generation=1, live={}, slots=slots, drift=("nginx serves generation 1, but…",))
    assert named_colors(view, (BLUE,)) == BOTH
