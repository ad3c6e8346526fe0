"""Minutes that were missed while the line was down: asked for again, and no entries until then."""

from __future__ import annotations

from datetime import datetime

from config.text import Text
from core.domain.messages import ConnectionChanged, HistoryLoaded, Severity
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.ports import MarketFeed

_DAYS = 1  # of history: the gap is of today
_ASKING = Text(
    "끊긴 동안의 분봉을 다시 받습니다: {}종목. 받은 종목부터 다시 삽니다",
    "asking for the minutes that were missed: {} symbols; each is bought again once they are there",
)
_FILLED = Text("끊긴 동안의 분봉을 모두 채웠습니다", "all minutes that were missed are filled in")


class Gaps:
    """Owned by the engine thread. Indicators that run over a hole give signals that never were."""

    def __init__(self, parts: Parts, feed: MarketFeed) -> None:
        self._parts, self._feed = parts, feed
        self._missing: set[str] = set()  # symbols whose bars have a hole
        self._asked: set[str] = set()

    def on_connection(self, change: ConnectionChanged) -> None:
        """Hear of the line, lost or back; the first time there is nothing to fill."""
        if not change.is_connected:
            self._missing |= {s for s, market in self._parts.markets.items() if market.is_ready}
            return
        wanted = sorted(self._missing - self._asked, key=self._place)
        if not wanted:
            return
        now = self._parts.clock.now()
        self._parts.outbox.note(now, Severity.INFO, _ASKING.format(len(wanted)))
        self._asked |= set(wanted)
        self._feed.request_history(wanted, _DAYS)

    def on_history(self, history: HistoryLoaded) -> None:
        """Hear of a symbol's history after it was taken in; a failed one is asked for again."""
        symbol = history.instrument.symbol
        if history.error or symbol not in self._missing:
            return
        self._missing.discard(symbol)
        self._asked.discard(symbol)
        if not self._missing:
            self._parts.outbox.note(self._parts.clock.now(), Severity.INFO, _FILLED)

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        return "gap" if market.instrument.symbol in self._missing else ""

    def _place(self, symbol: str) -> tuple[bool, int]:
        """What is held comes first, then the order of the watchlist."""
        return not self._parts.account.portfolio.held(symbol), list(self._parts.markets).index(
            symbol
        )
