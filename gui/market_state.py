"""What the exchange has stopped, and at which price its auctions would trade: newest word only."""

from __future__ import annotations

from datetime import datetime

from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    Interruption,
    MarketNoticed,
    PhaseChanged,
    Resumed,
)
from core.domain.session import Phase

WHOLE_MARKET = ""


class MarketState:
    """Plain state without Qt, a part of `gui.latest.Latest`."""

    def __init__(self) -> None:
        self.phase: PhaseChanged | None = None
        self.notice: MarketNoticed | None = None
        self.interruptions: dict[str, Interrupted] = {}  # by symbol; "": the whole market
        self._indications: dict[str, AuctionIndicated] = {}
        self._since: dict[str, datetime] = {}  # older indications are of an auction that is over

    def interruption(self, symbol: str) -> Interrupted | None:
        """Return what keeps `symbol` from trading: its own halt, the market's, or its own VI."""
        own = self.interruptions.get(symbol)
        if own is not None and own.kind is Interruption.HALT:
            return own
        return self.interruptions.get(WHOLE_MARKET, own)

    def indication(self, symbol: str) -> AuctionIndicated | None:
        """Return at what the present auction of `symbol` would trade; None outside an auction."""
        interruption = self.interruption(symbol)
        if interruption is not None and interruption.kind is Interruption.HALT:
            return None
        is_continuous = self.phase is None or self.phase.phase is Phase.CONTINUOUS
        if is_continuous and interruption is None:
            return None
        return self._indications.get(symbol)

    def take_phase(self, event: PhaseChanged) -> None:
        self.phase = event
        self._indications.clear()
        self._since = {WHOLE_MARKET: event.now}

    def take_interruption(self, event: Interrupted) -> None:
        self.interruptions[event.symbol] = event
        self._end_auction(event.symbol, event.time)

    def take_resumption(self, event: Resumed) -> None:
        self.interruptions.pop(event.symbol, None)
        self._end_auction(event.symbol, event.time)

    def take_indication(self, event: AuctionIndicated) -> None:
        since = [self._since[key] for key in (WHOLE_MARKET, event.symbol) if key in self._since]
        if event.time >= max(since, default=event.time):
            self._indications[event.symbol] = event

    def take_notice(self, event: MarketNoticed) -> None:
        self.notice = event

    def _end_auction(self, symbol: str, time: datetime) -> None:
        self._since[symbol] = time
        if symbol == WHOLE_MARKET:
            self._indications.clear()
        else:
            self._indications.pop(symbol, None)
