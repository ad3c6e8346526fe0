"""What is done next after a refusal."""

from __future__ import annotations

import pytest

from core.domain.order import Order, OrderKind, Refusal, Side
from core.execution.refusals import NextStep, goes_on_at_once, next_text, step_of
from tests.builders import an_intent, an_order


def order(side: Side = Side.BUY, kind: OrderKind = OrderKind.MARKET) -> Order:
    return an_order(an_intent(side, kind=kind))


def test_what_nobody_really_knows_is_only_told() -> None:
    assert step_of(Refusal.OTHER) is step_of(Refusal.LINE) is NextStep.TELL


@pytest.mark.parametrize("code", Refusal)
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("kind", [OrderKind.MARKET, OrderKind.LIMIT])
def test_every_refusal_says_what_happens_next(code: Refusal, side: Side, kind: OrderKind) -> None:
    text = next_text(order(side, kind), code, 5)
    assert text.ko and text.en


def test_a_market_order_is_never_mended() -> None:
    """There is no price in it that could be wrong; sending it again would be a storm."""
    for code in Refusal:
        assert not goes_on_at_once(order(), code)
    assert goes_on_at_once(order(kind=OrderKind.LIMIT), Refusal.PRICE)


def test_an_exit_says_when_it_is_tried_again() -> None:
    assert "5 s" in next_text(order(Side.SELL), Refusal.CASH, 5).en
    assert "at once" in next_text(order(Side.SELL, OrderKind.BEST), Refusal.KIND, 0).en
