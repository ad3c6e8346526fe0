"""Which events a trader is alerted of, and that he is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.text import Text
from core.alerts import Alert, AlertKind, AlertRules
from core.domain.messages import (
    Decided,
    Event,
    FlattenProgressed,
    FlattenStep,
    Heartbeat,
    Noted,
    OrderUpdated,
    Severity,
)
from core.domain.order import OrderStatus, Reason
from core.domain.signal import Action, Decision
from tests.builders import OPEN, an_order

BEGUN = FlattenProgressed(FlattenStep.CANCEL, OPEN, OPEN, (), False, Text("남음", "left"))


def alerts(*events: Event) -> list[Alert]:
    return AlertRules().of(events)


def kinds(*events: Event) -> list[AlertKind]:
    return [alert.kind for alert in alerts(*events)]


def test_a_refused_order_is_told_once_with_the_brokers_words() -> None:
    order = replace(an_order(status=OrderStatus.REJECTED), note="[RC4025] 증거금 부족")
    (alert,) = alerts(OrderUpdated(order), OrderUpdated(order))
    assert alert.kind is AlertKind.ORDER_REJECTED
    assert alert.line.ko == "09:00:00 [주문 거부] 005930 매수 10주: [RC4025] 증거금 부족"
    assert alert.line.en == "09:00:00 [Order rejected] 005930 buy 10: [RC4025] 증거금 부족"


def test_an_order_may_be_unknown_and_refused_later() -> None:
    unknown = an_order(status=OrderStatus.UNKNOWN)
    assert kinds(
        OrderUpdated(unknown), OrderUpdated(replace(unknown, status=OrderStatus.REJECTED))
    ) == [AlertKind.ORDER_UNKNOWN, AlertKind.ORDER_REJECTED]


@pytest.mark.parametrize("status", [OrderStatus.SUBMITTED, OrderStatus.FILLED, OrderStatus.DENIED])
def test_ordinary_orders_are_no_alert(status: OrderStatus) -> None:
    assert alerts(OrderUpdated(an_order(status=status))) == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Action.SELL_SL, AlertKind.STOP_HIT),
        (Action.SELL_TIME, AlertKind.STOP_HIT),
        (Action.SELL_TP, AlertKind.TARGET_HIT),
    ],
)
def test_stops_and_targets_are_told(action: Action, kind: AlertKind) -> None:
    (alert,) = alerts(Decided(Decision("005930", OPEN, action, 69_300)))
    assert (alert.kind, alert.symbol) == (kind, "005930")
    assert "69,300" in alert.text.ko


@pytest.mark.parametrize("action", [Action.BUY, Action.SELL, Action.HOLD])
def test_signals_are_no_alert(action: Action) -> None:
    assert alerts(Decided(Decision("005930", OPEN, action, 70_000))) == []


def test_a_line_that_breaks_and_comes_back_is_told_both_times() -> None:
    beats = [Heartbeat(OPEN, {}, is_up) for is_up in (False, True, True, False, False, True)]
    assert kinds(*beats) == [AlertKind.DISCONNECTED, AlertKind.RECONNECTED]  # no word of the login


def test_a_flatten_is_told_when_it_begins_and_when_it_is_proved() -> None:
    going_on = replace(BEGUN, step=FlattenStep.SELL, now=OPEN + timedelta(seconds=1))
    done = replace(going_on, is_done=True)
    assert kinds(BEGUN, going_on, done) == [AlertKind.FLATTEN_BEGUN, AlertKind.FLATTEN_ENDED]


def test_a_second_flatten_is_told_again() -> None:
    done = replace(BEGUN, is_done=True)
    second = replace(BEGUN, started=OPEN + timedelta(hours=1))
    assert kinds(BEGUN, done, second)[-1] is AlertKind.FLATTEN_BEGUN


def test_a_flatten_of_a_daily_limit_is_called_by_its_name() -> None:
    assert kinds(replace(BEGUN, reason=Reason.LIMIT)) == [AlertKind.LIMIT_REACHED]


def test_the_daily_close_is_no_alert() -> None:
    closing = replace(BEGUN, reason=Reason.EOD)
    assert kinds(closing, replace(closing, is_done=True)) == []


def test_only_notes_that_stop_entries_are_alerts() -> None:
    note = Noted(OPEN, Severity.ERROR, Text("불변식", "invariant"), "005930", stops_entries=True)
    assert kinds(note, replace(note, stops_entries=False)) == [AlertKind.ENTRIES_STOPPED]
