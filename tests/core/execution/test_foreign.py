"""Fills of others' orders made up from their sum."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.order import OrderStatus, Side
from core.execution.foreign import before_its_fills, fills_of
from tests.builders import OPEN, an_intent, an_order

THEIRS = an_order(an_intent(Side.BUY, 1_000), OrderStatus.PARTIALLY_FILLED)


@given(st.integers(1, 1_000), st.integers(100, 1_000_000), st.integers(0, 5_000))
def test_they_lead_from_an_unfilled_order_to_the_one_that_was_seen(
    filled: int, price: int, more: int
) -> None:
    value = filled * price + more
    seen = replace(THEIRS, filled=filled, filled_value=value)
    order = before_its_fills(seen)
    assert (order.filled, order.filled_value, order.remaining) == (0, 0, 1_000)
    for report in fills_of(seen, OPEN):
        assert report.fill.quantity > 0
        order = order.apply(report)
    assert (order.filled, order.filled_value) == (filled, value)
    assert isinstance(order.filled_value, int)
