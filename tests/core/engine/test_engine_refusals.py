"""What a broker's refusal leads to."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from core.domain.messages import (
    TimePassed,
)
from core.domain.order import (
    Order,
    OrderIntent,
    OrderKind,
    OrderRejected,
    Refusal,
    Side,
)
from core.domain.price import PriceGrid
from core.engine.market import SymbolMarket
from tests.core.engine.conftest import EAGER, SAMSUNG, Desk, fall_then_rise, notes
from tests.core.engine.orders_rig import (
    BEST,
    LIMIT_FIRST,
    later,
    newest,
    sell_by_target,
    terms,
)


def refusing(desk: Desk, code: Refusal, kinds: tuple[OrderKind, ...] = tuple(OrderKind)) -> None:
    """Let the broker refuse orders of these kinds."""

    def refuse(order: Order) -> None:
        if order.intent.kind in kinds:
            desk.broker.working.pop(order.id)
            desk.broker.inbox.append(OrderRejected(order.id, desk.clock.now(), "no", code))

    desk.broker.on_submit = refuse


def test_a_kind_the_server_does_not_take_goes_at_market_and_is_said_once(make_desk: Any) -> None:
    desk: Desk = make_desk(**BEST)
    refusing(desk, Refusal.KIND, (OrderKind.BEST,))
    fall_then_rise(desk)
    assert [order.intent.kind for order in desk.broker.submitted] == [
        OrderKind.BEST,
        OrderKind.MARKET,
    ]
    desk.broker.fill(newest(desk))
    desk.drain()
    assert sell_by_target(desk).intent.kind is OrderKind.MARKET
    assert sum("does not take" in text for text in notes(desk)) == 1


def test_an_exit_of_a_kind_the_server_does_not_take_goes_at_market_at_once(make_desk: Any) -> None:
    desk: Desk = make_desk(**{**EAGER, "orders__exit": "best"})
    desk.broker.fills_at_once(Side.BUY)
    fall_then_rise(desk)
    refusing(desk, Refusal.KIND, (OrderKind.BEST,))
    order = sell_by_target(desk)
    assert terms(order) == (OrderKind.MARKET, None, 14)


def test_a_wrong_price_is_mended_and_sent_once_more(make_desk: Any) -> None:
    desk: Desk = make_desk(**LIMIT_FIRST)
    refusing(desk, Refusal.PRICE)
    market, shaped = desk.engine.markets[SAMSUNG], desk.engine._desk.shaped

    def by_an_old_grid(intent: OrderIntent, of: SymbolMarket) -> OrderIntent:
        made = shaped(intent, of)
        market.instrument = replace(market.instrument, grid=PriceGrid(((math.inf, 1_000),)))
        return made

    desk.engine._desk.shaped = by_an_old_grid
    fall_then_rise(desk)
    assert [order.intent.limit_price for order in desk.broker.submitted] == [70_300, 70_000]
    later(desk, 30)
    assert len(desk.broker.submitted) == 2


@pytest.mark.parametrize(
    ("code", "block"),
    [
        (Refusal.NOT_NOW, "refused"),
        (Refusal.SYMBOL, "refused_today"),
        (Refusal.SIZE, "refused_today"),
        (Refusal.ACCOUNT, "stopped"),
        (Refusal.CLOSED, "stopped"),
        (Refusal.CASH, ""),
        (Refusal.OTHER, ""),
    ],
)
def test_a_refusal_forbids_what_it_must(make_desk: Any, code: Refusal, block: str) -> None:
    desk: Desk = make_desk(**EAGER)
    refusing(desk, code)
    fall_then_rise(desk)
    market = desk.engine.markets[SAMSUNG]
    assert desk.engine._blocks.moment(market, desk.clock.now()).entry_block == block
    later(desk, 61)
    desk.tell(TimePassed(desk.clock.now()))
    expected = "" if block == "refused" else block
    assert desk.engine._blocks.moment(market, desk.clock.now()).entry_block == expected
    assert len(desk.broker.submitted) == 1
