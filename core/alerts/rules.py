"""Which events are alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from config.text import Text
from core.alerts.alert import Alert, AlertKind
from core.domain.messages import (
    Decided,
    Event,
    FlattenProgressed,
    Heartbeat,
    Noted,
    OrderUpdated,
)
from core.domain.order import Order, OrderId, OrderStatus, Reason, Side
from core.domain.own_words import told
from core.domain.signal import Action

_SIDES = {Side.BUY: Text("매수", "buy"), Side.SELL: Text("매도", "sell")}
_LOST = Text(
    "증권사와 연결이 끊겼습니다. 새로 사지 않으며, 다시 접속합니다",
    "the line to the broker is lost; nothing is bought, and it is taken up again",
)
_BACK = Text("증권사에 다시 접속했습니다", "the line to the broker stands again")


class AlertRules:
    """Looks at every event once; remembers what it needs to tell news from repetition."""

    def __init__(self) -> None:
        self._told: dict[OrderId, OrderStatus] = {}
        self._flatten_began: datetime | None = None  # of the one that is under way
        self._was_connected, self._is_lost = False, False
        self._rules: Mapping[type, Callable[[Any], Alert | None]] = {
            OrderUpdated: self._order,
            Decided: self._decision,
            Heartbeat: self._beat,
            FlattenProgressed: self._flatten,
            Noted: self._note,
        }

    def of(self, events: Sequence[Event]) -> list[Alert]:
        """Return the alerts of a batch, in its order."""
        rules = self._rules
        found = (rules[type(event)](event) for event in events if type(event) in rules)
        return [alert for alert in found if alert is not None]

    def _order(self, event: OrderUpdated) -> Alert | None:
        order = event.order
        kind = _OF_STATUS.get(order.status)
        if kind is None or self._told.get(order.id) is order.status:
            return None
        self._told[order.id] = order.status
        return Alert(kind, order.changed or order.intent.time, _words(order), order.intent.symbol)

    def _decision(self, event: Decided) -> Alert | None:
        decision = event.decision
        kind = _OF_ACTION.get(decision.action)
        if kind is None:
            return None
        text = Text(f"{decision.price:,}원에 매도합니다", f"selling at {decision.price:,}")
        return Alert(kind, decision.time, text, decision.symbol)

    def _beat(self, beat: Heartbeat) -> Alert | None:
        """The first login is no news."""
        self._was_connected = self._was_connected or beat.is_connected
        if beat.is_connected and self._is_lost:
            self._is_lost = False
            return Alert(AlertKind.RECONNECTED, beat.now, _BACK)
        if self._was_connected and not (beat.is_connected or self._is_lost):
            self._is_lost = True
            return Alert(AlertKind.DISCONNECTED, beat.now, _LOST)
        return None

    def _flatten(self, progress: FlattenProgressed) -> Alert | None:
        if progress.reason is Reason.EOD:
            return None
        is_new = progress.started != self._flatten_began
        if progress.is_done:
            self._flatten_began = progress.started
            return Alert(AlertKind.FLATTEN_ENDED, progress.now, progress.note)
        if not is_new:
            return None
        self._flatten_began = progress.started
        is_limit = progress.reason is Reason.LIMIT
        kind = AlertKind.LIMIT_REACHED if is_limit else AlertKind.FLATTEN_BEGUN
        return Alert(kind, progress.now, progress.note)

    def _note(self, note: Noted) -> Alert | None:
        if not note.stops_entries:
            return None
        return Alert(AlertKind.ENTRIES_STOPPED, note.time, note.text, note.symbol)


_OF_STATUS = {
    OrderStatus.REJECTED: AlertKind.ORDER_REJECTED,
    OrderStatus.UNKNOWN: AlertKind.ORDER_UNKNOWN,
}
_OF_ACTION = {
    Action.SELL_SL: AlertKind.STOP_HIT,
    Action.SELL_TIME: AlertKind.STOP_HIT,
    Action.SELL_TP: AlertKind.TARGET_HIT,
}


def _words(order: Order) -> Text:
    intent, side = order.intent, _SIDES[order.intent.side]
    why = Text.of(": {}").format(told(order.note)) if order.note else Text.of("")
    shares = f"{intent.quantity:,}"
    return Text(f"{side.ko} {shares}주{why.ko}", f"{side.en} {shares}{why.en}")
