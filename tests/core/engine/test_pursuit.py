"""Exits that are over: what is bought elsewhere afterwards is nobody's to sell."""

from __future__ import annotations

from core.domain.messages import ClosePosition
from tests.core.engine.conftest import SAMSUNG, Desk, by_hand, place_by_hand
from tests.core.engine.orders_rig import later


def test_what_is_bought_elsewhere_after_an_exit_is_not_sold(bought: Desk) -> None:
    """Its exit is watched for a minute longer, for fills of our own buys alone."""
    bought.broker.fills_at_once()
    bought.tell(ClosePosition(SAMSUNG))
    assert bought.broker.held[SAMSUNG] == 0
    sent = len(bought.broker.submitted)
    order = place_by_hand(bought, by_hand(quantity=7))
    bought.broker.fill(order)
    bought.drain()
    later(bought, 120)
    assert bought.broker.held[SAMSUNG] == 7
    assert len(bought.broker.submitted) == sent
