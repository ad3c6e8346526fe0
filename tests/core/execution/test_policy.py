"""At which kind of order and price an intent is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from core.domain.order import OrderKind, Reason, Side
from core.execution.policy import (
    OrderPolicyOptions,
    Quotes,
    at_market,
    fixed,
    limit_price,
    style_of,
)
from tests.builders import SAMSUNG, an_intent

BOOK = Quotes(bid=69_900, ask=70_000, last=70_000)


def options(**values: Any) -> OrderPolicyOptions:
    return Settings({f"orders.{key}": value for key, value in values.items()})[OrderPolicyOptions]


@pytest.mark.parametrize(
    ("side", "reason", "expected"),
    [
        (Side.BUY, Reason.SIGNAL, "best"),
        (Side.SELL, Reason.SIGNAL, "limit_first"),
        (Side.SELL, Reason.TP, "limit_first"),
        *(
            (Side.SELL, reason, "market")
            for reason in Reason
            if reason.value not in ("SIGNAL", "TP")
        ),
    ],
)
def test_only_signals_and_targets_may_wait_for_a_price(
    side: Side, reason: Reason, expected: str
) -> None:
    wanted = options(entry="best", exit="limit_first")
    assert style_of(an_intent(side, reason=reason), wanted) == expected


def test_what_has_a_kind_already_keeps_it() -> None:
    intent = an_intent(Side.SELL, kind=OrderKind.LIMIT)
    assert style_of(intent, options(exit="best")) == "market"


@pytest.mark.parametrize(
    ("side", "at", "ticks", "expected"),
    [
        (Side.BUY, "opposite", 0, 70_000),
        (Side.BUY, "own", 0, 69_900),
        (Side.SELL, "opposite", 0, 69_900),
        (Side.SELL, "own", 0, 70_000),
        (Side.BUY, "opposite", 2, 70_200),
        (Side.SELL, "opposite", 2, 69_700),
        (Side.BUY, "own", -1, 69_800),
        (Side.SELL, "own", -1, 70_100),
    ],
)
def test_the_limit_lies_by_the_book(side: Side, at: str, ticks: int, expected: int) -> None:
    wanted = options(limit_at=at, limit_offset_ticks=ticks)
    assert limit_price(an_intent(side), BOOK, SAMSUNG, wanted, 3.0) == expected


def test_without_a_quote_the_last_trade_stands_in_and_without_one_there_is_no_price() -> None:
    assert limit_price(an_intent(), Quotes(None, None, 70_000), SAMSUNG, options(), 3.0) == 70_000
    assert limit_price(an_intent(), Quotes(None, None, None), SAMSUNG, options(), 3.0) is None


def test_a_price_that_has_run_away_is_followed_to_the_collar_only() -> None:
    away = Quotes(bid=75_000, ask=75_100, last=75_000)
    assert limit_price(an_intent(), away, SAMSUNG, options(), 3.0) == 72_100
    fallen = Quotes(bid=65_000, ask=65_100, last=65_000)
    assert limit_price(an_intent(Side.SELL), fallen, SAMSUNG, options(), 3.0) == 67_900


@given(
    side=st.sampled_from(Side),
    price=st.integers(1_000, 2_000_000),
    base=st.integers(1_000, 900_000),
    ticks=st.integers(-10, 10),
    collar=st.floats(0.1, 30),
)
def test_every_limit_is_one_the_exchange_takes(
    side: Side, price: int, base: int, ticks: int, collar: float
) -> None:
    instrument = replace(SAMSUNG, previous_close=base)
    quotes = Quotes(bid=price, ask=price + 10, last=price)
    intent = an_intent(side, price=base)
    found = limit_price(intent, quotes, instrument, options(limit_offset_ticks=ticks), collar)
    lowest, highest = instrument.price_limits() or (0, 0)
    assert found is not None and lowest <= found <= highest
    assert instrument.grid.is_valid(found) or found in (lowest, highest)


@pytest.mark.parametrize(
    ("side", "price", "expected"),
    [
        (Side.BUY, 70_055, 70_000),
        (Side.SELL, 70_055, 70_100),
        (Side.BUY, 99_999_000, 91_000),
        (Side.SELL, 100, 49_000),
    ],
)
def test_a_wrong_price_is_mended_without_getting_worse_than_it_must(
    side: Side, price: int, expected: int
) -> None:
    assert fixed(side, price, SAMSUNG) == expected


def test_the_rest_goes_at_market() -> None:
    rest = at_market(an_intent(kind=OrderKind.LIMIT), 4)
    assert (rest.quantity, rest.kind, rest.limit_price) == (4, OrderKind.MARKET, None)
