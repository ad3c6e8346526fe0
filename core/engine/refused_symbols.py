"""Entries that a broker's refusal forbids: in one symbol for a while or today, or altogether."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.domain.order import Order, OrderRejected, OrderReport
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.execution.refusals import NextStep, step_of

_WAIT = timedelta(minutes=1)


class RefusedSymbols:
    """Owned by the engine thread; an `EntryBlock`."""

    def __init__(self, parts: Parts) -> None:
        self._day = parts.day
        self._waits: dict[str, datetime] = {}  # until when
        self._stopped: dict[str, date] = {}  # on which day
        parts.desk.watchers.append(self._on_order)

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        symbol = market.instrument.symbol
        if self._stopped.get(symbol) == now.date():
            return "refused_today"
        until = self._waits.get(symbol)
        return "refused" if until is not None and now < until else ""

    def _on_order(self, order: Order, report: OrderReport | None) -> None:
        if not isinstance(report, OrderRejected):
            return
        symbol, step = order.intent.symbol, step_of(report.code)
        if step is NextStep.STOP_ENTRIES:
            self._day.stop(report.time)
        elif step is NextStep.STOP_SYMBOL:
            self._stopped[symbol] = report.time.date()
        elif step is NextStep.WAIT_PHASE:
            self._waits[symbol] = report.time + _WAIT
