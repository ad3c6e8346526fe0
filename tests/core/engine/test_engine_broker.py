"""What the engine makes of a real broker's ways: which account, foreign, lost, amended orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from config.text import Text
from core.domain.messages import (
    AccountReported,
    AccountUpdated,
    BrokerIdentified,
    Condition,
    ConditionMatched,
    ConditionsListed,
    ConnectionChanged,
    Decided,
    Flatten,
    FlattenProgressed,
    ForeignOrderSeen,
    IntentDenied,
    Noted,
    OrderUpdated,
    RequestBudget,
    Severity,
    StateChanged,
    Stop,
    TradeClosed,
)
from core.domain.order import (
    BrokerOrderId,
    CancelRejected,
    Order,
    OrderAccepted,
    OrderLost,
    OrderRejected,
    OrderStatus,
    Reason,
    Side,
)
from core.domain.risk import TradingState
from core.domain.signal import Action
from tests.builders import OPEN
from tests.core.engine.conftest import (
    EAGER,
    HAND,
    SAMSUNG,
    Desk,
    by_hand,
    fall_then_rise,
    notes,
    place_by_hand,
)

HYNIX = "000660"


def fill_by_hand(desk: Desk, order: Order, quantity: int | None = None) -> None:
    desk.broker.fill(order, quantity)
    desk.drain()


def failed(desk: Desk) -> list[str]:
    checks = [check for denied in desk.said(IntentDenied) for check in denied.checks]
    return [check.name for check in checks if not check.passed]


def failure(desk: Desk) -> str:
    """Return the text of the one check that refused the one intent."""
    (denied,) = desk.said(IntentDenied)
    (check,) = [check for check in denied.checks if not check.passed]
    assert check.reason is not None
    text: str = check.reason.en
    return text


# What is only passed on


@pytest.mark.parametrize(
    "message",
    [
        RequestBudget(5, 5, 5, 5, 1000),
        ConditionsListed((Condition(1, "급등"),)),
        ConditionMatched(Condition(1, "급등"), (SAMSUNG,)),
        Noted(OPEN, Severity.INFO, Text("서버 점검", "maintenance")),
    ],
)
def test_what_an_adapter_has_to_say_is_published_as_it_came(desk: Desk, message: Any) -> None:
    desk.tell(message)
    assert message in desk.said(type(message))


# Which account


def test_nothing_is_bought_on_a_real_account_before_it_is_confirmed(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    identity = BrokerIdentified("real", "80******11", needs_confirmation=True)
    desk.tell(identity)
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    assert "last four digits" in failure(desk)
    desk.tell(replace(identity, needs_confirmation=False))
    fall_then_rise(desk, start=600)
    assert len(desk.broker.submitted) == 1
    assert len(desk.said(BrokerIdentified)) == 2
    assert any("80******11" in text for text in notes(desk, Severity.INFO))


def test_on_paper_it_says_that_orders_stay_in_this_program(desk: Desk) -> None:
    desk.tell(BrokerIdentified("paper", "PAPER"))
    said = "orders go to PAPER (paper, the exchange in this program)"
    assert said in notes(desk, Severity.INFO)


# The line


def test_entries_wait_for_the_account_after_a_reconnect(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.tell(ConnectionChanged(False, "line down"))
    asked: list[str] = []
    desk.broker.request_account = asked.append
    desk.tell(ConnectionChanged(True))
    assert asked == ["day-reconnect"]
    fall_then_rise(desk)
    assert (desk.broker.submitted, failure(desk)) == (
        [],
        "the account has not been confirmed by the broker yet",
    )
    desk.tell(desk.broker.account("day-reconnect"))
    fall_then_rise(desk, start=600)
    assert len(desk.broker.submitted) == 1


def test_a_fill_on_its_way_is_no_difference(bought: Desk) -> None:
    """The broker's report was faster than the report of the fill."""
    bought.broker.held[SAMSUNG] = 10
    bought.tell(bought.broker.account("any"))
    bought.broker.held[SAMSUNG] = 14
    bought.pass_to(bought.clock.now() + timedelta(seconds=5))
    assert bought.said(StateChanged)[-1].state is TradingState.RUNNING
    assert not any("differ" in text for text in notes(bought, Severity.ERROR))


def test_the_same_difference_is_told_once_until_it_is_gone(bought: Desk) -> None:
    bought.broker.held[HYNIX] = 3
    for _ in range(4):
        bought.tell(bought.broker.account("any"))
    (text,) = [text for text in notes(bought, Severity.ERROR) if "differ" in text]
    assert "broker 3, ours 0" in text


def test_other_cash_than_ours_is_told_with_both_numbers_and_the_brokers_counts(
    make_desk: Any,
) -> None:
    desk = make_desk(**EAGER)
    desk.broker.cash = 500_000
    desk.tell(desk.broker.account("any"))
    (text,) = [text for text in notes(desk) if "cash" in text]
    assert "broker 500,000, ours 10,000,000" in text
    assert desk.said(AccountUpdated)[-1].available == 500_000
    desk.tell(desk.broker.account("again"))
    assert sum("cash" in text for text in notes(desk)) == 1
    fall_then_rise(desk)
    assert failed(desk) == ["cash"]


def test_rounding_of_costs_explains_a_small_difference_in_cash(bought: Desk) -> None:
    bought.broker.cash -= 7
    bought.tell(bought.broker.account("any"))
    assert not any("cash" in text for text in notes(bought))
    bought.broker.cash -= 7
    bought.tell(bought.broker.account("again"))
    assert any("cash" in text for text in notes(bought)), "no fill since explains the rest"


# Foreign orders


def test_an_order_made_elsewhere_is_kept_shown_and_journaled(desk: Desk) -> None:
    order = place_by_hand(desk, by_hand(symbol=HYNIX))
    assert desk.said(OrderUpdated)[-1].order == order
    (record,) = desk.journal.of("order")
    assert record.body["order_id"] == HAND and record.body["filled"] == 0
    assert desk.broker.subscribed == [SAMSUNG, HYNIX]
    assert not desk.engine.markets[HYNIX].is_enabled
    desk.tell(ForeignOrderSeen(order))
    assert len(desk.journal.of("order")) == 1


def test_its_fills_change_positions_and_are_no_difference(desk: Desk) -> None:
    order = place_by_hand(desk, by_hand(symbol=HYNIX))
    fill_by_hand(desk, order)
    position = desk.engine.account.portfolio.position(HYNIX)
    assert position is not None and (position.quantity, position.is_foreign) == (10, True)
    assert desk.journal.of("fill")[0].body["reason"] == "FOREIGN"
    desk.tell(ConnectionChanged(False, "line down"))
    desk.tell(ConnectionChanged(True))
    desk.pass_to(OPEN + timedelta(minutes=1))
    assert notes(desk, Severity.ERROR) == ["disconnected: line down"]
    assert desk.said(StateChanged)[-1].state is TradingState.RUNNING


def test_what_was_filled_of_it_before_it_was_seen_is_booked_to_the_won(desk: Desk) -> None:
    """Its first events were lost: the account holds three shares that no report told of."""
    order = replace(by_hand(symbol=HYNIX, filled=3), filled_value=210_100)
    desk.broker.held[HYNIX] = 3
    desk.broker.cash -= 210_100
    place_by_hand(desk, order)
    assert desk.engine.orders[HAND].filled == 3
    desk.tell(desk.broker.account("any"))
    assert notes(desk, Severity.ERROR) == [] and not any("cash" in text for text in notes(desk))
    assert desk.engine.account.portfolio.cash == 10_000_000 - 210_100
    assert desk.journal.of("order")[0].body["filled"] == 0, "the fills are written as such"
    assert sum(fill.body["fill"]["quantity"] for fill in desk.journal.of("fill")) == 3


def test_it_counts_in_the_number_of_positions_and_in_cash(make_desk: Any) -> None:
    desk = make_desk(**{**EAGER, "risk__max_positions": 1})
    place_by_hand(desk, by_hand(symbol=HYNIX, quantity=100))
    assert desk.said(AccountUpdated)[-1].available < 10_000_000 - 7_000_000
    fall_then_rise(desk)
    assert failed(desk) == ["max_positions"]


@pytest.mark.parametrize("closes_it", [False, True])
def test_it_counts_in_the_days_loss(make_desk: Any, closes_it: bool) -> None:
    desk = make_desk(risk__daily_max_loss_pct=1.0, risk__close_foreign=closes_it)
    desk.broker.fills_at_once(Side.SELL)
    fill_by_hand(desk, place_by_hand(desk, by_hand(quantity=100)))
    desk.tick(69_000, 5)
    desk.tick(69_000, 65)  # the bar closes: 1 % of 10 M is lost
    assert desk.said(StateChanged)[-1].state is TradingState.EXITS_ONLY
    exits = [one.trade.exit_reason for one in desk.said(TradeClosed)]
    assert exits == ([Reason.LIMIT] if closes_it else [])


def test_no_rule_sells_what_was_bought_elsewhere(make_desk: Any) -> None:
    desk = make_desk()
    fill_by_hand(desk, place_by_hand(desk, by_hand()))
    assert any("elsewhere" in text for text in notes(desk))
    desk.tick(60_000, 1)
    desk.tick(80_000, 2)
    assert desk.broker.submitted == []


def test_no_signal_sells_what_was_bought_elsewhere(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    fill_by_hand(desk, place_by_hand(desk, by_hand()))
    for minute, price in enumerate((70_000, 70_100, 70_200, 70_300, 69_700)):
        desk.tick(price, minute * 60 + 55)
    desk.pass_to(OPEN + timedelta(minutes=5, seconds=1))
    decision = desk.said(Decided)[-1].decision
    assert decision.score is not None and decision.score.says_sell
    assert (decision.action, desk.broker.submitted) == (Action.HOLD, [])


def test_an_exit_leaves_alone_what_a_foreign_sell_has_taken(bought: Desk) -> None:
    place_by_hand(bought, by_hand(Side.SELL, 4, price=80_000))
    bought.tick(69_000, 400)
    assert bought.broker.submitted[-1].intent.quantity == 10
    assert bought.broker.cancels == []


def test_stop_and_exits_do_not_cancel_what_the_trader_ordered_elsewhere(bought: Desk) -> None:
    place_by_hand(bought, by_hand(Side.BUY, 4, price=60_000))
    bought.tell(Stop())
    bought.tick(69_000, 400)
    assert bought.broker.cancels == []


def test_a_flatten_cancels_it_and_sells_the_rest(bought: Desk) -> None:
    order = place_by_hand(bought, by_hand(Side.SELL, 4, price=80_000))
    bought.broker.fills_at_once()
    bought.tell(Flatten("button"))
    assert bought.broker.cancels == [HAND]
    bought.broker.confirm_cancel(order.id)
    bought.drain()
    assert bought.said(FlattenProgressed)[-1].is_done
    assert bought.broker.held[SAMSUNG] == 0


def test_an_order_seen_before_the_first_report_of_the_account_counts_once(
    make_desk: Any,
) -> None:
    source = make_desk()
    desk = Desk(source.engine._outside.calendar, [SAMSUNG], {})
    order = by_hand(filled=3)
    desk.broker.held[SAMSUNG] = 3
    desk.broker.inbox.append(ForeignOrderSeen(order))
    desk.broker.working[order.id] = order
    desk.open()
    assert [o.id for o in desk.engine.orders.working()] == [HAND]
    assert desk.engine.account.portfolio.held(SAMSUNG) == 3
    (record,) = desk.journal.of("order")
    assert record.body["filled"] == 3


# Orders nobody answers


def test_a_lost_order_counts_until_the_broker_knows_of_it(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    fall_then_rise(desk)
    (order,) = desk.broker.submitted
    lost = replace(desk.engine.orders[order.id], status=OrderStatus.SUBMITTED)
    desk.engine.orders._keep(lost)
    desk.tell(OrderLost(order.id, desk.clock.now(), "8 s without an answer"))
    assert desk.said(OrderUpdated)[-1].order.status is OrderStatus.UNKNOWN
    assert any("8 s without" in text for text in notes(desk))
    money = desk.said(AccountUpdated)[-1]
    assert money.available < money.cash
    fall_then_rise(desk, start=600)
    assert len(desk.broker.submitted) == 1, "it may still be filled"
    desk.tell(Flatten("button"))
    assert desk.broker.cancels == [], "nothing to cancel by yet"
    progress = desk.said(FlattenProgressed)[-1]
    assert not progress.is_done and "nobody answered" in progress.rows[0].note.en
    desk.broker.working.clear()
    desk.tell(OrderRejected(order.id, desk.clock.now(), "never arrived"))
    assert desk.said(FlattenProgressed)[-1].is_done


def test_a_lost_order_that_has_arrived_is_cancelled_by_the_flatten_under_way(
    make_desk: Any,
) -> None:
    desk = make_desk(**EAGER)
    fall_then_rise(desk)
    (order,) = desk.broker.submitted
    desk.engine.orders._keep(replace(order, status=OrderStatus.UNKNOWN))
    desk.tell(Flatten("button"))
    desk.tell(OrderAccepted(order.id, BrokerOrderId("5"), desk.clock.now()))
    assert desk.broker.cancels == [order.id]


def test_a_refused_cancel_is_told_while_the_order_still_works(desk: Desk) -> None:
    order = place_by_hand(desk, by_hand())
    desk.tell(CancelRejected(order.id, desk.clock.now(), "취소 불가"))
    assert "the cancel was rejected: 취소 불가" in notes(desk, Severity.WARNING)


def test_a_cancel_that_is_refused_is_not_hammered(bought: Desk) -> None:
    order = place_by_hand(bought, by_hand(Side.SELL, 4, price=80_000))
    cancel = bought.broker.cancel

    def refuse(refused: Order) -> None:
        cancel(refused)
        bought.broker.inbox.append(CancelRejected(refused.id, bought.clock.now(), "no"))

    bought.broker.cancel = refuse  # type: ignore[method-assign]
    bought.tell(Flatten("button"))
    bought.pass_to(bought.clock.now() + timedelta(seconds=30))
    assert 3 <= bought.broker.cancels.count(order.id) <= 6


def test_the_proof_is_asked_for_again_where_no_answer_comes(desk: Desk) -> None:
    asked: list[str] = []
    desk.broker.request_account = asked.append  # type: ignore[method-assign]
    desk.tell(Flatten("button"))
    desk.pass_to(desk.clock.now() + timedelta(seconds=25))
    assert len(asked) == 3
    desk.tell(desk.broker.account(asked[-1]))
    assert desk.said(FlattenProgressed)[-1].is_done


def test_an_account_report_without_request_after_a_reconnect_settles_it(make_desk: Any) -> None:
    """Kiwoom's adapter reads the account by itself after a login."""
    desk = make_desk(**EAGER)
    desk.tell(ConnectionChanged(False, "line down"))
    desk.broker.request_account = lambda request_id: None
    desk.tell(ConnectionChanged(True))
    report: AccountReported = desk.broker.account("")
    desk.tell(report)
    fall_then_rise(desk)
    assert len(desk.broker.submitted) == 1
