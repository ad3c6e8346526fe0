"""A recorded session as a market: trades, books and news arrive again when they arrived then.

Our orders meet the recorded trades by the rules of `tape_floor`, so their fills are this run's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from core.domain.instrument import Instrument
from core.domain.market import OrderBook
from core.domain.messages import AuctionIndicated, HistoryLoaded, Message
from core.simulation.recorded import RecordedMarket


class SessionMarket(RecordedMarket):
    """Answers to requests of history are rows too: they come as late as they came then."""

    def __init__(
        self,
        rows: Iterable[tuple[datetime, Message]],
        slippage_ticks: int,
        start: datetime,
        histories: Mapping[str, int],
    ) -> None:
        """Begin at `start`; `histories` says how many `HistoryLoaded` the rows hold by symbol.

        Raises:
            DataError: There is no row at all.
        """
        super().__init__(rows, {}, slippage_ticks)
        self.start = self.end = min(start, self.start)
        self._awaited = Counter(histories)
        self._told: dict[str, HistoryLoaded] = {}

    def history(self, symbol: str, days: int, now: datetime) -> HistoryLoaded | None:
        """Return None where the answer of then is still to come, else the last one there was."""
        if self._awaited[symbol] > 0:
            return None
        if symbol in self._told:
            return self._told[symbol]
        return HistoryLoaded(Instrument(symbol, symbol), (), f"{symbol}: not in the recording")

    def _announce(self, message: Message) -> None:
        if isinstance(message, HistoryLoaded):
            symbol = message.instrument.symbol
            self._awaited[symbol] -= 1
            self._told[symbol] = message
            self._floor.learn(message.instrument)
        if isinstance(message, OrderBook | AuctionIndicated):
            is_wanted = message.symbol in self._watched
        else:
            is_wanted = True
        if is_wanted:
            self._emit(message)
