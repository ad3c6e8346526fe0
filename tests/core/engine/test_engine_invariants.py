"""What must hold after every message, and what becomes of entries where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.messages import (
    Flatten,
    InvariantsChecked,
    Severity,
    Start,
    StateChanged,
    TimePassed,
)
from core.domain.order import OrderIntent, OrderKind, Reason, Side
from core.domain.risk import TradingState
from core.engine.evidence import Evidence
from core.engine.invariants import Books, all_invariants
from core.risk.daily_limits import DailyLimit
from tests.builders import OPEN, an_intent
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise, notes


def lamp_of(desk: Desk, name: str) -> Any:
    return {lamp.name: lamp for lamp in desk.said(InvariantsChecked)[-1].lamps}[name]


def broken(desk: Desk) -> list[str]:
    return [lamp.name for lamp in desk.said(InvariantsChecked)[-1].lamps if not lamp.is_ok]


def send(desk: Desk, intent: OrderIntent) -> None:
    """Have the order leave past every check, as a bug would."""
    orders = desk.engine.orders
    orders.send(orders.create(intent), desk.clock.now())
    desk.tell(TimePassed(desk.clock.now()))


def buy(symbol: str = "005930", quantity: int = 1, price: float = 70_000) -> OrderIntent:
    return an_intent(quantity=quantity, price=price, symbol=symbol, kind=OrderKind.LIMIT)


def test_all_lamps_are_green_through_a_round_trip(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.tick(68_000, 320)
    assert bought.engine.is_flat
    assert broken(bought) == []
    assert {lamp.name for lamp in bought.said(InvariantsChecked)[-1].lamps} == {
        "cash", "daily_limit", "exposure", "oversold", "same_intent", "stops", "faults",
    }  # fmt: skip
    assert all(lamp.title.ko and lamp.title.en for lamp in bought.said(InvariantsChecked)[-1].lamps)


@pytest.mark.parametrize(
    ("name", "intent", "words"),
    [
        ("exposure", buy(quantity=1_000), "005930: 70,000,000 won held and ordered"),
        ("oversold", an_intent(Side.SELL, 5), "005930: 0 shares held, 5 being sold"),
    ],
)
def test_an_order_that_breaks_it_stops_entries(
    desk: Desk, name: str, intent: OrderIntent, words: str
) -> None:
    send(desk, intent)
    assert broken(desk) == [name]
    assert words in lamp_of(desk, name).text.en
    (said,) = notes(desk, Severity.ERROR)
    assert words in said and "press START once it is mended" in said
    assert desk.said(StateChanged)[-1].state is TradingState.STOPPED


def test_two_buys_of_one_symbol_are_the_same_intent(desk: Desk) -> None:
    send(desk, buy())
    assert broken(desk) == []
    send(desk, buy())
    assert broken(desk) == ["same_intent"]


def test_a_buy_that_is_being_cancelled_may_have_a_successor(desk: Desk) -> None:
    send(desk, buy())
    desk.engine.orders.cancel(desk.broker.submitted[0].id, desk.clock.now())
    send(desk, buy())
    assert broken(desk) == []


def test_more_symbols_than_allowed(make_desk: Any) -> None:
    desk = make_desk(("005930", "000660"), risk__max_positions=1)
    send(desk, buy("005930"))
    send(desk, buy("000660"))
    assert broken(desk) == ["exposure"]
    assert "2 symbols held and being bought, the limit is 1" in lamp_of(desk, "exposure").text.en


def test_an_overfilled_order(desk: Desk) -> None:
    send(desk, buy(quantity=2))
    desk.broker.fill(desk.broker.submitted[0], quantity=3)
    desk.drain()
    assert broken(desk) == ["exposure"]
    desk.tell(Start())
    assert desk.said(StateChanged)[-1].state is TradingState.RUNNING, "a person has seen it"


def test_an_entry_after_a_daily_limit(desk: Desk) -> None:
    send(desk, buy())
    desk.engine._look()
    desk.engine._day.limit(DailyLimit.LOSS, desk.clock.now())
    desk.tell(TimePassed(desk.clock.now()))
    assert broken(desk) == [], "it was sent before"
    desk.engine.orders.cancel(desk.broker.submitted[0].id, desk.clock.now())
    send(desk, buy())
    assert broken(desk) == ["daily_limit"]


def test_cash_below_zero_by_more_than_costs(desk: Desk) -> None:
    desk.engine.account.portfolio.cash = -1
    send(desk, buy())
    assert "cash" in broken(desk)


def test_a_position_without_a_stop(bought: Desk) -> None:
    book = bought.engine.account.portfolio
    position = book.position("005930")
    assert position is not None
    book.set_levels("005930", None, None)
    bought.tell(TimePassed(bought.clock.now()))
    assert broken(bought) == ["stops"]
    assert "14 shares have no stop" in lamp_of(bought, "stops").text.en


def test_it_stays_broken_until_it_is_mended_and_a_person_presses_start(bought: Desk) -> None:
    book = bought.engine.account.portfolio
    book.set_levels("005930", None, None)
    bought.tell(TimePassed(bought.clock.now()))
    bought.tell(Start())
    assert bought.said(StateChanged)[-1].state is TradingState.STOPPED
    assert "not started, since this is not mended" in notes(bought, Severity.ERROR)[-1]
    bought.engine._desk.watch_levels(bought.engine.markets["005930"], bought.settings)
    bought.tell(TimePassed(bought.clock.now()))
    assert broken(bought) == ["stops"], "nobody has looked yet"
    bought.tell(Start())
    assert bought.said(StateChanged)[-1].state is TradingState.RUNNING
    bought.broker.fills_at_once()
    bought.tick(68_000, 330)
    assert broken(bought) == []


def test_exits_and_flatten_go_on_while_something_is_broken(bought: Desk) -> None:
    send(bought, buy("005930"))
    send(bought, buy("005930"))
    assert broken(bought)
    bought.broker.fills_at_once(Side.SELL)
    bought.tell(Flatten("button"))
    for order in bought.broker.submitted:
        bought.broker.confirm_cancel(order.id)
    bought.pass_to(bought.clock.now() + timedelta(seconds=5))
    assert bought.engine.is_flat


def test_nothing_is_bought_while_something_is_broken(make_desk: Any) -> None:
    desk = make_desk(("005930", "000660"), **EAGER)
    send(desk, an_intent(Side.SELL, 5, symbol="000660"))
    desk.engine._day.start(desk.clock.now())  # whatever else lets entries pass
    fall_then_rise(desk)
    assert [order.intent.side for order in desk.broker.submitted] == [Side.SELL]


def test_a_fill_after_a_cancel_is_no_fault_of_ours(bought: Desk) -> None:
    """The second sell was made for what was held then."""
    sell = replace(an_intent(Side.SELL, bought.broker.held["005930"]), reason=Reason.MANUAL)
    send(bought, sell)
    first = bought.broker.submitted[-1]
    bought.engine.orders.cancel(first.id, bought.clock.now())
    bought.broker.confirm_cancel(first.id)
    bought.drain()
    send(bought, replace(sell, time=OPEN + timedelta(minutes=9)))
    bought.broker.fill(first, quantity=3)
    bought.drain()
    assert broken(bought) == []


class Kept:
    """Keeps evidence in memory."""

    def __init__(self) -> None:
        self.all: list[Evidence] = []

    def keep(self, evidence: Evidence) -> None:
        self.all.append(evidence)


def test_evidence_is_kept_once_for_each_thing_that_breaks(desk: Desk) -> None:
    kept = desk.engine._watch._keeper = Kept()
    send(desk, an_intent(Side.SELL, 5))
    send(desk, an_intent(Side.SELL, 6))
    (evidence,) = kept.all
    assert evidence.code == "oversold" and evidence.messages
    assert evidence.state["orders"][0].intent.quantity == 5
    assert "risk.max_positions" in evidence.settings


def test_an_invariant_with_a_bug_counts_as_broken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(_: Books) -> None:
        raise ZeroDivisionError("bug")

    known = [replace(k, broken=raises) if k.name == "cash" else k for k in all_invariants()]
    monkeypatch.setattr(desk.engine._watch._invariants, "_known", known)
    send(desk, buy())
    assert broken(desk) == ["cash"]
