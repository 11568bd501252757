import pytest

from examples.vendure.consistency import discrepancies, summary
from examples.vendure.database import Kept
from examples.vendure.orders import Order

CART = Kept("AddingItems", items=2, payments=0, overpaid=0)
PAID = Kept("PaymentSettled", items=2, payments=1, overpaid=0)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        pytest.param(Order("A", 2), CART, id="a cart"),
        pytest.param(Order("A", 2, paid=True), PAID, id="a paid order"),
        pytest.param(Order("A", 1, doubtful_items=1), CART, id="an item in doubt that is there"),
        pytest.param(Order("A", 2, doubtful_items=1), CART, id="an item in doubt that is not there"),
        pytest.param(Order("A", 2, doubtful_payment=True), PAID, id="a payment in doubt that is there"),
        pytest.param(Order("A", 2, doubtful_payment=True), CART, id="a payment in doubt that is not there"),
    ],
)
def test_what_was_told_is_what_is_kept(told: Order, kept: Kept) -> None:
    assert discrepancies([told], {"A": kept}) == []


@pytest.mark.parametrize(
    ("told", "kept", "found"),
    [
        pytest.param([Order("A", 2)], {}, "A: acknowledged, and not there", id="lost"),
        pytest.param([Order("A", 3)], {"A": CART}, "A: 2 items, 3 acknowledged, 0 in doubt", id="an item lost"),
        pytest.param([Order("A", 1)], {"A": CART}, "A: 2 items, 1 acknowledged, 0 in doubt", id="an item twice"),
        pytest.param(
            [Order("A", 2, paid=True)],
            {"A": Kept("PaymentSettled", 2, 2, 0)},
            "A: 2 payments, paid by what was acknowledged",
            id="paid twice",
        ),
        pytest.param(
            [Order("A", 2)], {"A": PAID}, "A: 1 payments, not paid by what was acknowledged", id="paid unasked"
        ),
        pytest.param(
            [Order("A", 2, paid=True)],
            {"A": Kept("ArrangingPayment", 2, 1, 0)},
            "A: in state ArrangingPayment, acknowledged as paid",
            id="half paid",
        ),
        pytest.param(
            [Order("A", 2, paid=True)],
            {"A": Kept("PaymentSettled", 2, 1, -90)},
            "A: overpaid by -90 cents",
            id="paid too little",
        ),
        pytest.param([], {"A": CART}, "1 orders that nobody was told of, 0 possible", id="nobody's"),
        pytest.param(
            [Order("A", 1), Order("A", 1)],
            {"A": Kept("AddingItems", 1, 0, 0)},
            "A: 2 visitors were given it",
            id="one cart for two",
        ),
    ],
)
def test_what_differs_is_said(told: list[Order], kept: dict[str, Kept], found: str) -> None:
    assert discrepancies(told, kept) == [found]


def test_an_order_whose_first_answer_was_lost_may_be_there() -> None:
    assert discrepancies([Order(doubtful_items=1)], {"A": CART}) == []
    assert discrepancies([Order(doubtful_items=1)], {}) == []


def test_the_summary_counts_what_was_told() -> None:
    told = [Order("A", 2, paid=True), Order("B", 1, doubtful_items=1), Order()]
    assert summary(told) == "2 orders, 3 items, 1 paid, 1 in doubt"
