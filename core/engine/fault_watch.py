"""Exceptions in handlers: told, counted, and entries stopped where they may harm."""

from __future__ import annotations

import logging
import traceback
from collections import Counter, deque
from datetime import datetime, timedelta
from pathlib import PurePath

from config.masking import masked_text
from config.text import Text
from core.domain.messages import ForeignOrderSeen, HistoryLoaded, Lamp, Severity
from core.engine.market import SymbolMarket
from core.engine.parts import Parts

logger = logging.getLogger(__name__)

WINDOW = timedelta(seconds=60)
"""Of market time: a second fault within it stops all entries."""
_MOST_IN_ONE = 2

_TITLE = Text("내부 오류 없음", "No internal error")
_WHAT = Text(
    "내부 오류({}번째, {} 처리 중): {} ({})", "internal error (number {}, handling {}): {} ({})"
)
_ONE = Text(
    "{}. 이 종목의 신규 진입을 멈췄습니다. 청산은 계속됩니다. 로그를 보내 알려 주시고, "
    "다시 하려면 중지 후 시작을 누르세요",
    "{}. Nothing more is bought of this symbol; exits go on. Please report it with the log; "
    "press STOP and START to trade it again",
)
_ALL = Text(
    "{}. 신규 진입을 모두 멈췄습니다. 청산은 계속됩니다. 로그를 보내 알려 주시고, "
    "다시 하려면 시작을 누르세요",
    "{}. All entries are stopped; exits go on. Please report it with the log; "
    "press START to trade again",
)
_COUNTED = Text("{} {}번", "{} x{}")
_HOUSES = {"core", "broker", "gui", "config"}


class FaultWatch:
    """Owned by the engine thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._kinds: Counter[str] = Counter()  # "Tick: ZeroDivisionError" -> how often
        self._times: deque[datetime] = deque(maxlen=_MOST_IN_ONE)
        self._symbols: set[str] = set()
        self._is_stopped = False
        self.first: Text | None = None  # for the end of a run without a window

    @property
    def count(self) -> int:
        return sum(self._kinds.values())

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        if self._is_stopped:
            return "fault"
        return "fault_symbol" if market.instrument.symbol in self._symbols else ""

    def take(self, error: Exception, message: object, now: datetime) -> bool:
        """Count a fault and say it; return whether it has just stopped all entries."""
        kind = f"{_name(message)}: {type(error).__name__}"
        self._kinds[kind] += 1
        self._parts.counts.errors += 1
        symbol = self.symbol_of(message)
        what = _WHAT.format(
            self._kinds[kind], _name(message), masked_text(repr(error)), place_of(error)
        )
        self.first = self.first or what
        was_stopped, is_new = self._is_stopped, symbol not in self._symbols
        self._times.append(now)
        is_repeated = len(self._times) == _MOST_IN_ONE and now - self._times[0] <= WINDOW
        self._is_stopped = self._is_stopped or is_repeated or not symbol
        self._symbols.add(symbol)
        has_stopped = self._is_stopped and not was_stopped
        # A fault at every tick would drown the log and whoever reads it.
        if has_stopped or is_new or str(self._kinds[kind]).strip("0") == "1":
            logger.error("handling %s", _name(message), exc_info=error, extra={"is_told": True})
            form = _ALL if self._is_stopped else _ONE
            self._parts.outbox.note(
                now,
                Severity.ERROR,
                form.format(what),
                symbol,
                stops_entries=has_stopped or is_new,
            )
        return has_stopped

    def acknowledge(self) -> None:
        """A person trades on: forget what is blocked, but not what was counted."""
        self._symbols.clear()
        self._times.clear()
        self._is_stopped = False

    def lamp(self) -> Lamp:
        """Return how often which kind of fault has come."""
        told = [_COUNTED.format(kind, times) for kind, times in self._kinds.most_common()]
        text = Text(", ".join(t.ko for t in told), ", ".join(t.en for t in told))
        is_ok = not (self._is_stopped or self._symbols)
        return Lamp("faults", _TITLE, is_ok, text)

    def symbol_of(self, message: object) -> str:
        """Return the symbol a message is about; empty where it is about none or nobody knows."""
        if isinstance(message, HistoryLoaded):
            return message.instrument.symbol
        if isinstance(message, ForeignOrderSeen):
            return message.order.intent.symbol
        order_id = getattr(message, "order_id", None)
        if order_id is not None and order_id in self._parts.orders:
            return self._parts.orders[order_id].intent.symbol
        return str(getattr(message, "symbol", "") or "")


def place_of(error: Exception) -> str:
    """Return file and line where `error` was raised, the same on every machine.

    An error that is replayed says itself where it was raised when it was recorded.
    """
    if place := getattr(error, "place", ""):
        return str(place)
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        parts = PurePath(frame.filename).parts
        for house in _HOUSES & set(parts):
            return f"{'/'.join(parts[parts.index(house) :])}:{frame.lineno}"
    return "?"


def _name(message: object) -> str:
    return "?" if message is None else type(message).__name__
