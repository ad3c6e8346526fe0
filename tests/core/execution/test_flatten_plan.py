"""The pure plan: never more than is free, never its own exits cancelled, always something to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.messages import AccountReported, FlattenStep, Holding
from core.domain.order import Order, OrderKind, OrderStatus, Reason, Side
from core.domain.session import Phase
from core.execution.flatten import FlattenJob, Sale, plan
from tests.builders import OPEN, an_intent, an_order

S = OrderStatus
NOW = Phase.CONTINUOUS
PRICES = {"005930": 70_000, "000660": 180_000}


def order(
    side: Side,
    quantity: int = 10,
    kind: OrderKind = OrderKind.MARKET,
    status: OrderStatus = S.ACCEPTED,
    symbol: str = "005930",
    number: int = 1,
) -> Order:
    return an_order(an_intent(side, quantity, symbol=symbol, kind=kind), status, number)


def test_it_cancels_buys_and_resting_sells_and_sells_what_is_free() -> None:
    buy = order(Side.BUY, number=1)
    resting = order(Side.SELL, 4, OrderKind.LIMIT, number=2)
    planned = plan([buy, resting], {"005930": 10}, PRICES, NOW)
    assert planned.cancels == (buy, resting)
    # The resting sell may still be filled until its cancel is confirmed.
    assert planned.sells == (Sale("005930", 6),)


def test_it_never_cancels_its_own_exit() -> None:
    exit_ = order(Side.SELL, 10)
    planned = plan([exit_], {"005930": 10}, PRICES, NOW)
    assert (planned.cancels, planned.sells) == ((), ())
    assert planned.rows[0].working == 10
    assert not planned.is_flat


def test_a_partly_filled_exit_covers_only_its_rest() -> None:
    exit_ = replace(order(Side.SELL, 10, status=S.PARTIALLY_FILLED), filled=7)
    assert plan([exit_], {"005930": 8}, PRICES, NOW).sells == (Sale("005930", 5),)


def test_a_cancel_is_not_asked_for_twice() -> None:
    pending = order(Side.BUY, status=S.PENDING_CANCEL)
    planned = plan([pending], {}, PRICES, NOW)
    assert planned.cancels == ()
    assert planned.rows[0].canceling == 1


def test_the_largest_risk_goes_first() -> None:
    holdings = {"005930": 10, "000660": 9}
    assert [s.symbol for s in plan([], holdings, PRICES, NOW).sells] == ["000660", "005930"]


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.CONTINUOUS])
def test_outside_continuous_trading_it_cancels_says_why_and_sells_nothing(phase: Phase) -> None:
    buy = order(Side.BUY)
    planned = plan([buy], {"005930": 10}, PRICES, phase)
    assert planned.cancels == (buy,)
    assert planned.sells == ()
    assert planned.rows[0].held == 10
    assert planned.rows[0].note.ko and planned.rows[0].note.en


orders = st.builds(
    order,
    side=st.sampled_from(Side),
    quantity=st.integers(1, 50),
    kind=st.sampled_from(OrderKind),
    status=st.sampled_from([s for s in S if s is not S.CREATED]),
    symbol=st.sampled_from(["005930", "000660"]),
    number=st.integers(1, 9_999),
)
holdings = st.dictionaries(st.sampled_from(["005930", "000660", "035420"]), st.integers(0, 100))


@given(st.lists(orders, max_size=12), holdings, st.sampled_from(Phase))
def test_it_never_sells_more_than_is_held_and_free(
    made: list[Order], held: dict[str, int], phase: Phase
) -> None:
    planned = plan(made, held, PRICES, phase)
    for symbol in {*held, "005930", "000660"}:
        selling = sum(
            o.remaining for o in made if o.intent.symbol == symbol and o.intent.side is Side.SELL
        )
        sold = sum(sale.quantity for sale in planned.sells if sale.symbol == symbol)
        assert sold + selling <= max(held.get(symbol, 0), selling)
    assert all(o.is_working for o in planned.cancels)
    assert planned.is_flat == (not any(held.values()) and not any(o.is_working for o in made))


def test_only_the_brokers_word_ends_a_job() -> None:
    job = FlattenJob(Reason.FLATTEN, OPEN)
    flat = plan([], {}, PRICES, NOW)
    assert job.progress(flat, OPEN).step is FlattenStep.RECONCILE
    assert not job.progress(flat, OPEN).is_done
    job.take(AccountReported(OPEN, 0, 0, (Holding("005930", 3, 70_000, 3),), ()))
    assert not job.is_done
    job.take(AccountReported(OPEN, 0, 0, (), ()))
    assert job.is_done
