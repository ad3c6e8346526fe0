"""Tells of every symbol whether its data can be traded on: quiet, dead, wrong, or stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.text import Text
from core.domain.messages import (
    DataDoubted,
    Interruption,
    Severity,
    SymbolState,
    SymbolStateChanged,
)
from core.domain.session import Phase
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.engine.silence import LOOK, Rhythm
from core.engine.suspicion import Suspicion

_QUIET = timedelta(seconds=60)
_DEAD = timedelta(seconds=60)
_FEED_DEAD = timedelta(seconds=30)
_OPENING = timedelta(seconds=60)  # until a feed that has said nothing at all is dead
_FEW = 5  # symbols; of fewer there may be no trade for long
_OPENING_OF_FEW = timedelta(minutes=5)
_FEED_TIMES_USUAL = 10
_NIGHT_LOOK = timedelta(seconds=60)  # the exchange may open at an hour of its own
_BLOCKS = {SymbolState.DEAD: "data_dead", SymbolState.SUSPECT: "data_suspect"}
_CLOSED = frozenset({Phase.CLOSED_DAY, Phase.BEFORE_OPEN, Phase.AFTER_CLOSE})
_AUCTIONS = frozenset({Phase.OPENING_AUCTION, Phase.CLOSING_AUCTION})

_NOTHING = Text.of("")
_SILENT = Text("{} 동안 체결이 없습니다. 평소와 다릅니다", "no trade for {}, which is not its way")
_ALL_SILENT = Text("어느 종목에서도 {} 동안 체결이 없습니다", "no trade of any symbol for {}")
_NOTES = {
    SymbolState.DEAD: Text("시세가 끊긴 듯합니다: {}. 진입 차단", "data seem dead: {}; no entries"),
    SymbolState.SUSPECT: Text("시세가 이상합니다: {}. 진입 차단", "data are wrong: {}; no entries"),
}


@dataclass(slots=True)
class _Watched:
    rhythm: Rhythm
    suspicion: Suspicion
    state: SymbolState | None = None


class Sentinel:
    """Owned by the engine thread; looks at every symbol each five seconds of market time."""

    def __init__(self, parts: Parts, is_over: Callable[[], bool]) -> None:
        """`is_over` tells that no more data will come, so that silence means nothing."""
        self._parts, self._is_over = parts, is_over
        self._watched: dict[str, _Watched] = {}
        self._feed: Rhythm | None = None  # while the market trades continuously
        self._is_real = False  # somebody tells the real time
        self.wakeup = parts.clock.now()

    def advance(self, now: datetime) -> None:
        """Look at every symbol; while nothing is traded there is next to nothing to see."""
        day = self._parts.day
        self._look_at_feed(now)
        is_feed_dead = self.is_feed_dead(now)
        for symbol, market in self._parts.markets.items():
            if market.is_ready:
                self._look_at(symbol, market, now, is_feed_dead)
        night = max(min(day.wakeup, now + _NIGHT_LOOK), now + LOOK)
        self.wakeup = night if day.phase in _CLOSED else now + LOOK

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {DataDoubted: self._on_doubt}

    def _on_doubt(self, doubt: DataDoubted) -> None:
        watched = self._watched.get(doubt.symbol)
        if watched is not None:
            watched.suspicion.doubt(doubt.text, self._parts.clock.now())
            self.wakeup = self._parts.clock.now()  # say it at once

    def pulse(self, passed_s: float) -> None:
        """So much real time has passed: what is silent must be so by both clocks."""
        self._is_real = True
        if self._feed is not None:
            self._feed.pulse(self._parts.counts.ticks, passed_s)
        for symbol, watched in self._watched.items():
            watched.rhythm.pulse(self._parts.markets[symbol].volume, passed_s)

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        watched = self._watched.get(market.instrument.symbol)
        if watched is None or watched.state is None:
            return ""
        is_back = watched.state is SymbolState.DEAD and (
            watched.rhythm.has_traded_since(market.volume)
        )
        return "" if is_back else _BLOCKS.get(watched.state, "")

    def is_feed_dead(self, now: datetime) -> bool:
        """Whether the session is open, data were asked for, and nothing of any symbol comes."""
        feed = self._feed
        if feed is None or feed.has_traded_since(self._parts.counts.ticks):
            return False
        opening = _OPENING if len(self._parts.markets) >= _FEW else _OPENING_OF_FEW
        at_least = _FEED_DEAD if feed.is_known else opening
        return feed.is_implausible(now, at_least, self._is_real)

    def _look_at_feed(self, now: datetime) -> None:
        parts = self._parts
        is_open = parts.day.phase is Phase.CONTINUOUS and not self._is_over()
        is_due = is_open and any(
            market.is_ready and parts.interruptions.of(symbol, now) is None
            for symbol, market in parts.markets.items()
        )
        if not is_due:
            self._feed = None
        elif self._feed is None:
            self._feed = Rhythm(parts.counts.ticks, now, _FEED_TIMES_USUAL)
        else:
            self._feed.look(parts.counts.ticks, now)

    def _look_at(
        self, symbol: str, market: SymbolMarket, now: datetime, is_feed_dead: bool
    ) -> None:
        watched = self._watched.get(symbol)
        if watched is None:
            watched = _Watched(Rhythm(market.volume, now), Suspicion(market))
            self._watched[symbol] = watched
        state, text = self._stopped(symbol, now), _NOTHING
        if state is None:
            state, text = self._judged(watched, market, now, is_feed_dead)
        else:
            watched.rhythm.restart(market.volume, now)
            watched.suspicion.restart(now)
        if state is not watched.state:
            self._change(symbol, watched, SymbolStateChanged(symbol, now, state, text))

    def _stopped(self, symbol: str, now: datetime) -> SymbolState | None:
        """Return why nothing is due; None while it trades continuously."""
        phase = self._parts.day.phase
        if phase in _CLOSED or self._is_over():
            return SymbolState.CLOSED
        stop = self._parts.interruptions.of(symbol, now)
        if stop is not None:
            is_halt = stop.kind is Interruption.HALT
            return SymbolState.HALTED if is_halt else SymbolState.INTERRUPTED
        return SymbolState.AUCTION if phase in _AUCTIONS else None

    def _judged(
        self, watched: _Watched, market: SymbolMarket, now: datetime, is_feed_dead: bool
    ) -> tuple[SymbolState, Text]:
        silent = watched.rhythm.look(market.volume, now)
        wrong = watched.suspicion.look(market, now)
        if wrong is not None:
            return SymbolState.SUSPECT, wrong
        if is_feed_dead:
            return SymbolState.DEAD, _told(_ALL_SILENT, silent, watched)
        rhythm = watched.rhythm
        if rhythm.is_known and rhythm.is_implausible(now, _DEAD, self._is_real):
            return SymbolState.DEAD, _told(_SILENT, silent, watched)
        return (SymbolState.QUIET if silent >= _QUIET else SymbolState.LIVE), _NOTHING

    def _change(self, symbol: str, watched: _Watched, change: SymbolStateChanged) -> None:
        watched.state = change.state
        outbox = self._parts.outbox
        outbox.publish(change)
        form = _NOTES.get(change.state)
        # A dead feed is said once for all symbols, by whoever watches the feed.
        if form is not None and not self.is_feed_dead(change.time):
            text = form.format(change.text)
            outbox.note(change.time, Severity.WARNING, text, symbol, stops_entries=True)


def _told(form: Text, silent: timedelta, watched: _Watched) -> Text:
    """Return the words for a silence; only its beginning is told."""
    if watched.state is SymbolState.DEAD:
        return _NOTHING
    seconds = f"{silent.total_seconds():.0f}"
    return form.format(Text(f"{seconds}초", f"{seconds} s"))
