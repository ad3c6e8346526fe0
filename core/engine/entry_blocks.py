"""Everything that forbids entries altogether, in the order in which a trader should hear of it."""

from __future__ import annotations

from datetime import datetime

from core.engine.desk import Moment
from core.engine.line import BrokerLine
from core.engine.market import SymbolMarket
from core.engine.market_shock import MarketShock
from core.engine.parts import EntryBlock, Parts


class EntryBlocks:
    """Asks the line, the journal, the day, then whoever was added, then the symbol itself."""

    def __init__(self, parts: Parts, line: BrokerLine, shock: MarketShock) -> None:
        self._parts, self._line, self._shock = parts, line, shock
        self._others: list[EntryBlock] = []

    def add(self, other: EntryBlock) -> None:
        """Ask `other` too from now on."""
        self._others.append(other)

    def moment(self, market: SymbolMarket, bar_start: datetime) -> Moment:
        """Return what the desk is told of the present for an entry from the bar starting then."""
        now = self._parts.clock.now()
        block, fall = self._code(market, bar_start, now), self._shock.fall_pct(now)
        return Moment(now, self._parts.day.phase, block, fall)

    def _code(self, market: SymbolMarket, bar_start: datetime, now: datetime) -> str:
        if self._line.entry_block:
            return self._line.entry_block
        if self._parts.outbox.is_journal_failing:
            return "journal"
        if block := self._parts.day.entry_block(bar_start):
            return block
        for other in self._others:
            if block := other.entry_block(market, now):
                return block
        if not market.is_enabled:
            return "symbol_off"
        stop = self._parts.interruptions.of(market.instrument.symbol, now)
        return "interrupted" if stop is not None else ""
