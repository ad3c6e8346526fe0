"""What was bought elsewhere stays at the day's end, unless the trader wants it sold as well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import ApplySettings, Flatten, FlattenProgressed
from core.domain.order import Order, Reason, Side
from tests.builders import OPEN, at
from tests.core.engine.conftest import Desk, by_hand, place_by_hand

OURS, THEIRS = "005930", "000660"


@pytest.fixture
def both(bought: Desk) -> Desk:
    """A desk with a position of its own, one of somebody else, and an order of his."""
    bought.broker.fill(place_by_hand(bought, by_hand(symbol=THEIRS, price=120_000)))
    bought.drain()
    waiting = by_hand(Side.SELL, 10, THEIRS, 130_000)
    place_by_hand(bought, Order("K261123-78", waiting.intent, waiting.status, waiting.broker_id))
    bought.broker.fills_at_once(Side.SELL)
    return bought


def sold(desk: Desk) -> dict[str, Reason]:
    return {o.intent.symbol: o.intent.reason for o in desk.broker.submitted[1:]}


def closing(desk: Desk) -> FlattenProgressed:
    last: FlattenProgressed = desk.said(FlattenProgressed)[-1]
    return last


def test_the_days_end_sells_ours_alone_and_proves_it(both: Desk) -> None:
    both.pass_to(at(15, 15, 5))

    assert sold(both) == {OURS: Reason.EOD}
    assert both.broker.cancels == []
    assert closing(both).is_done
    assert both.engine.is_flat
    assert both.engine.account.portfolio.held(THEIRS) == 10


def test_with_nothing_of_ours_there_is_nothing_to_close(make_desk: Any) -> None:
    desk: Desk = make_desk()
    desk.broker.fill(place_by_hand(desk, by_hand(symbol=THEIRS, price=120_000)))
    desk.drain()
    desk.pass_to(at(15, 16))
    assert desk.said(FlattenProgressed) == []


def test_a_setting_closes_everything(both: Desk) -> None:
    both.tell(ApplySettings(both.settings.changed({"risk.close_foreign": True})))
    both.pass_to(at(15, 15))
    both.broker.confirm_cancel(both.broker.cancels[0])
    both.drain()
    both.pass_to(at(15, 15, 5))

    assert sold(both) == {OURS: Reason.EOD, THEIRS: Reason.EOD}
    assert closing(both).is_done


def test_an_emergency_flatten_means_everything(both: Desk) -> None:
    both.tell(Flatten("button"))
    assert [str(order_id) for order_id in both.broker.cancels] == ["K261123-78"]
    both.broker.confirm_cancel(both.broker.cancels[0])
    both.drain()
    both.pass_to(both.clock.now() + timedelta(seconds=3))

    assert sold(both) == {OURS: Reason.FLATTEN, THEIRS: Reason.FLATTEN}
    assert closing(both).is_done
    assert both.clock.now() > OPEN


def test_a_flatten_takes_over_from_the_days_end(both: Desk) -> None:
    both.broker.on_submit = lambda order: None
    both.pass_to(at(15, 15, 1))
    both.broker.fills_at_once(Side.SELL)
    both.tell(Flatten("button"))
    assert [str(order_id) for order_id in both.broker.cancels] == ["K261123-78"]


def test_a_traders_order_for_our_shares_gives_way(bought: Desk) -> None:
    """Else they would be sold twice, or stay."""
    held = bought.broker.held[OURS]
    order = place_by_hand(bought, by_hand(Side.SELL, held // 2, OURS, 75_000))
    bought.broker.fills_at_once(Side.SELL)
    bought.pass_to(at(15, 15))
    assert bought.broker.cancels == [order.id]
    assert bought.broker.free(OURS) == 0, "only what is free is sold meanwhile"

    bought.broker.confirm_cancel(order.id)
    bought.drain()
    bought.pass_to(at(15, 15, 5))

    assert closing(bought).is_done
    assert bought.broker.held[OURS] == 0
