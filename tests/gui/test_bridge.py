"""The bridge: typed signals, quotes conflated, nothing else lost, the GUI never held for long."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from core.domain.messages import AuctionIndicated, Event, Heartbeat, RequestBudget, Resumed
from core.domain.signal import Action
from gui import bridge as bridge_module
from gui.bridge import Bridge
from tests.builders import OPEN
from tests.gui.window_desk import a_closed_bar, a_decision, a_quote, an_account


class Listener:
    """Notes everything in the order in which it came."""

    def __init__(self, bridge: Bridge) -> None:
        self.heard: list[Any] = []
        self.lists = 0
        for signal in bridge.signals.values():
            signal.connect(self._hear)

    def _hear(self, events: list[Any]) -> None:
        self.lists += 1
        self.heard.extend(events)


@pytest.fixture
def bridge(qtbot: QtBot) -> Bridge:
    return Bridge()


@pytest.fixture
def listener(bridge: Bridge) -> Listener:
    return Listener(bridge)


def until_idle(qtbot: QtBot, bridge: Bridge) -> None:
    qtbot.waitUntil(lambda: bridge.is_idle)


def test_every_kind_of_event_has_its_signal(bridge: Bridge) -> None:
    assert set(bridge.signals) == set(get_args(Event))


def test_only_the_newest_quote_of_a_symbol_arrives(
    qtbot: QtBot, bridge: Bridge, listener: Listener
) -> None:
    bridge.on_batch([a_quote(70_000), a_quote(50_000, "000660"), a_quote(70_100)])
    bridge.on_batch([a_quote(70_200)])
    until_idle(qtbot, bridge)
    assert {(quote.symbol, quote.price) for quote in listener.heard} == {
        ("005930", 70_200),
        ("000660", 50_000),
    }


def test_only_the_newest_expected_price_and_budget_arrive(
    qtbot: QtBot, bridge: Bridge, listener: Listener
) -> None:
    def indicated(price: int, symbol: str = "005930") -> AuctionIndicated:
        return AuctionIndicated(symbol, OPEN, price, 100)

    budgets = [RequestBudget(5, 5, left, 5, 900) for left in range(5)]
    resumed = Resumed("005930", OPEN)
    bridge.on_batch([indicated(1), *budgets, indicated(2), indicated(9, "000660"), resumed])
    until_idle(qtbot, bridge)
    assert listener.heard[0] == resumed, "what is never dropped comes first"
    assert set(listener.heard[1:]) == {indicated(2), indicated(9, "000660"), budgets[-1]}


def test_batches_within_a_frame_are_handed_out_together(
    qtbot: QtBot, bridge: Bridge, listener: Listener
) -> None:
    for price in range(100):
        bridge.on_batch([a_quote(70_000 + price)])
    until_idle(qtbot, bridge)
    assert listener.lists == 1


def test_other_events_keep_their_order_and_come_before_quotes(
    qtbot: QtBot, bridge: Bridge, listener: Listener
) -> None:
    events = [a_closed_bar(0), a_decision(), a_decision(Action.HOLD), a_closed_bar(1), an_account()]
    bridge.on_batch([a_quote(), *events])
    until_idle(qtbot, bridge)
    assert listener.heard == [*events, a_quote()]


def test_a_batch_too_large_for_one_slice_is_continued(
    qtbot: QtBot, bridge: Bridge, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge_module, "BUDGET_MS", 0.000001)
    events = [a_closed_bar(minute) for minute in range(260)]
    bridge.on_batch([*events, *(a_quote(symbol=f"{i:06d}") for i in range(120))])
    with qtbot.waitSignal(bridge.bars_closed):
        pass
    assert not bridge.is_idle, "the loop must run between two slices"
    until_idle(qtbot, bridge)
    assert listener.heard[:260] == events
    assert len(listener.heard) == 380


def test_a_batch_is_noticed_before_it_is_handed_out(qtbot: QtBot, bridge: Bridge) -> None:
    with qtbot.waitSignal(bridge.received):
        bridge.on_batch([Heartbeat(OPEN, {}, is_connected=True)])
    assert not bridge.is_idle


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(batches=st.lists(st.lists(st.integers(0, 30), max_size=40), max_size=8))
def test_nothing_but_old_quotes_is_ever_dropped(qtbot: QtBot, batches: list[list[int]]) -> None:
    bridge = Bridge()
    listener = Listener(bridge)
    kinds = [
        [a_quote(1000 + n, f"{n % 3}") if n % 2 else a_closed_bar(n) for n in batch]
        for batch in batches
    ]
    for batch in kinds:
        bridge.on_batch(batch)
    until_idle(qtbot, bridge)
    sent = [event for batch in kinds for event in batch]
    others = [event for event in sent if type(event) is not type(a_quote())]
    newest = {event.symbol: event for event in sent if type(event) is type(a_quote())}
    assert listener.heard[: len(others)] == others
    assert {quote.symbol: quote for quote in listener.heard[len(others) :]} == newest
