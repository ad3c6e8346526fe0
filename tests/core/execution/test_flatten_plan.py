"""The pure plan: never more than is free, never its own exits cancelled, always something to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.messages import AccountReported, FlattenStep, Holding, Interruption
from core.domain.order import Order, OrderKind, OrderStatus, Reason, Side
from core.domain.session import Phase
from core.execution.flatten import FlattenJob, Sale, Trading, plan, sale_intent
from core.execution.interruptions import Stop
from tests.builders import OPEN, an_intent, an_order

S = OrderStatus
NOW = Trading(Phase.CONTINUOUS)
EXITS = {OrderKind.MARKET, OrderKind.AFTER_HOURS_CLOSE}
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


def test_a_sale_that_no_broker_takes_at_once_is_cut_into_parts() -> None:
    sells = plan([], {"005930": 50_000, "000660": 1}, PRICES, NOW).sells
    assert [(sale.symbol, sale.quantity) for sale in sells] == [
        ("005930", 21_428),
        ("005930", 21_428),
        ("005930", 7_144),
        ("000660", 1),
    ]
    assert plan([], {"005930": 50_000}, {}, NOW).sells == (Sale("005930", 50_000),)


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


@pytest.mark.parametrize("phase", [Phase.CLOSED_DAY, Phase.BEFORE_OPEN, Phase.AFTER_CLOSE])
def test_where_no_order_is_taken_it_cancels_says_why_and_sells_nothing(phase: Phase) -> None:
    buy = order(Side.BUY)
    planned = plan([buy], {"005930": 10}, PRICES, Trading(phase))
    assert planned.cancels == (buy,)
    assert planned.sells == ()
    assert planned.rows[0].held == 10
    assert planned.rows[0].note.ko and planned.rows[0].note.en


@pytest.mark.parametrize("phase", [Phase.OPENING_AUCTION, Phase.CLOSING_AUCTION])
def test_a_market_sell_joins_an_auction(phase: Phase) -> None:
    assert plan([], {"005930": 10}, PRICES, Trading(phase)).sells == (Sale("005930", 10),)
    working = plan([order(Side.SELL)], {"005930": 10}, PRICES, Trading(phase))
    assert "auction" in working.rows[0].note.en


HALTED = Stop(Interruption.HALT, takes_orders=False)


@pytest.mark.parametrize("kind", [Interruption.STATIC_VI, Interruption.DYNAMIC_VI])
def test_a_market_sell_joins_the_auction_of_a_volatility_interruption(kind: Interruption) -> None:
    stopped = Trading(Phase.CONTINUOUS, stops={"005930": Stop(kind, takes_orders=True)})
    assert plan([], {"005930": 10}, PRICES, stopped).sells == (Sale("005930", 10),)
    working = plan([order(Side.SELL)], {"005930": 10}, PRICES, stopped)
    assert "volatility" in working.rows[0].note.en


def test_a_halted_symbol_waits_and_says_so_while_the_others_are_sold() -> None:
    halted = Trading(Phase.CONTINUOUS, stops={"005930": HALTED})
    planned = plan([], {"005930": 10, "000660": 3}, PRICES, halted)
    assert planned.sells == (Sale("000660", 3),)
    (note,) = [row.note.en for row in planned.rows if row.symbol == "005930"]
    assert "halted" in note


def test_after_the_close_it_sells_at_the_closing_price_while_that_is_taken() -> None:
    after = Trading(Phase.AFTER_CLOSE, takes_closing_price=True)
    planned = plan([], {"005930": 10}, PRICES, after)
    assert planned.sells == (Sale("005930", 10, OrderKind.AFTER_HOURS_CLOSE),)
    intent = sale_intent(planned.sells[0], 70_000, Reason.FLATTEN, OPEN)
    assert (intent.kind, intent.limit_price) == (OrderKind.AFTER_HOURS_CLOSE, None)
    exit_ = order(Side.SELL, kind=OrderKind.AFTER_HOURS_CLOSE)
    assert plan([exit_], {"005930": 10}, PRICES, after).cancels == ()


def test_a_market_sell_left_over_from_the_session_makes_way_for_the_closing_price() -> None:
    after = Trading(Phase.AFTER_CLOSE, takes_closing_price=True)
    left = order(Side.SELL)
    planned = plan([left], {"005930": 10}, PRICES, after)
    assert (planned.cancels, planned.sells) == ((left,), ())


def test_the_after_market_is_left_to_the_trader_in_words() -> None:
    (row,) = plan([], {"005930": 10}, PRICES, Trading(Phase.AFTER_CLOSE)).rows
    assert "15:40" in row.note.ko and "애프터마켓" in row.note.ko and "[4989]" in row.note.ko


@pytest.mark.parametrize("kind", [k for k in OrderKind if k not in EXITS])
def test_only_sells_that_can_not_wait_for_ever_count_as_exits(kind: OrderKind) -> None:
    resting = order(Side.SELL, 10, kind)
    assert plan([resting], {"005930": 10}, PRICES, NOW).cancels == (resting,)


def test_an_order_of_unknown_fate_is_waited_for() -> None:
    buy = order(Side.BUY, status=S.UNKNOWN)
    planned = plan([buy], {}, PRICES, NOW)
    assert planned.cancels == ()
    assert planned.rows[0].canceling == 1 and "nobody answered" in planned.rows[0].note.en
    sell = order(Side.SELL, status=S.UNKNOWN)
    assert plan([sell], {"005930": 10}, PRICES, NOW).sells == ()


tradings = st.builds(
    Trading,
    phase=st.sampled_from(Phase),
    takes_closing_price=st.booleans(),
    stops=st.dictionaries(
        st.sampled_from(["005930", "000660"]),
        st.builds(Stop, kind=st.sampled_from(Interruption), takes_orders=st.booleans()),
    ),
)
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


@given(st.lists(orders, max_size=12), holdings, tradings)
def test_it_never_sells_more_than_is_held_and_free(
    made: list[Order], held: dict[str, int], trading: Trading
) -> None:
    planned = plan(made, held, PRICES, trading)
    for symbol in {*held, "005930", "000660"}:
        selling = sum(
            o.remaining for o in made if o.intent.symbol == symbol and o.intent.side is Side.SELL
        )
        sold = sum(sale.quantity for sale in planned.sells if sale.symbol == symbol)
        assert sold + selling <= max(held.get(symbol, 0), selling)
        assert not sold or trading.exit_of(symbol) is not None
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
