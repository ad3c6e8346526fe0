"""What the exchange says beside trades: its hours, interruptions, and what auctions would pay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from config.text import Text
from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    Interruption,
    MarketNoticed,
    Noted,
    Resumed,
    Severity,
)
from core.engine.clock_drift import Arrival
from core.engine.parts import Parts
from core.journal.records import note_record

_KINDS = {
    Interruption.STATIC_VI: Text("정적 VI 발동", "static volatility interruption"),
    Interruption.DYNAMIC_VI: Text("동적 VI 발동", "dynamic volatility interruption"),
    Interruption.HALT: Text("거래정지", "trading halt"),
    Interruption.CIRCUIT_BREAKER: Text("서킷브레이커 발동", "circuit breaker"),
}
_RESUMED = Text("거래 재개", "trading resumes")


class ExchangeWord:
    """Owned by the engine thread."""

    def __init__(self, parts: Parts, day_changed: Callable[[datetime], None]) -> None:
        self._interruptions, self._markets, self._day = (
            parts.interruptions,
            parts.markets,
            parts.day,
        )
        self._outbox, self._clock, self._day_changed = parts.outbox, parts.clock, day_changed
        self._arrivals = parts.arrivals
        self._indicated: dict[str, AuctionIndicated] = {}  # since the last batch of events

    def on_interruption(self, word: Interrupted | Resumed) -> None:
        """Show it as it came; the journal keeps why no entry was possible meanwhile."""
        self._interruptions.take(word)
        self._outbox.publish(word)
        text = _RESUMED if isinstance(word, Resumed) else _stopped(word)
        if not word.symbol:
            self._outbox.note(self._clock.now(), Severity.WARNING, text)
        elif word.symbol in self._markets:
            noted = Noted(word.time, Severity.INFO, text, word.symbol)
            self._outbox.record(note_record(noted), self._clock.now())

    def on_indicated(self, word: AuctionIndicated) -> None:
        self._indicated[word.symbol] = word

    def on_notice(self, notice: MarketNoticed) -> None:
        """Follow the exchange where its hours are not the calendar's."""
        self._outbox.publish(notice)
        now = self._clock.now()
        self._arrivals.append(Arrival(now, notice.time))
        has_traded = any(market.volume for market in self._markets.values())
        if self._day.hear(notice, now, has_traded):
            self._day_changed(now)

    def flush(self) -> None:
        """Publish the newest indication of each symbol."""
        for word in self._indicated.values():
            self._outbox.publish(word)
        self._indicated.clear()


def _stopped(word: Interrupted) -> Text:
    kind = _KINDS[word.kind]
    price = f" {word.price:,}" if word.price is not None else ""
    until = f" ~{word.until:%H:%M:%S}" if word.until else ""
    return Text(f"{kind.ko}{price}{until}", f"{kind.en}{price}{until}")
