"""The bars that a recorded engine closed, and those it was given before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.text import Text
from core.blackbox.errors import RecordingError
from core.blackbox.player import Player
from core.blackbox.reel import Reel
from core.domain.market import Bar
from core.domain.messages import BarClosed, Event, HistoryReady
from core.sessions import TradingCalendar

Bars = dict[str, dict[datetime, Bar]]
"""By symbol and start."""


@dataclass(slots=True)
class ToldBars:
    """1-minute bars of one recording.

    Attributes:
        history: Those that were loaded, also of the same day.
        closed: Those that the engine closed itself.
    """

    history: Bars = field(default_factory=dict)
    closed: Bars = field(default_factory=dict)

    def __call__(self, events: Sequence[Event]) -> None:
        """Take the bars that an engine tells of."""
        for event in events:
            if isinstance(event, BarClosed):
                self.closed.setdefault(event.bar.symbol, {})[event.bar.start] = event.bar
            elif isinstance(event, HistoryReady):
                symbol = event.instrument.symbol
                history, closed = self.history.setdefault(symbol, {}), self.closed.get(symbol, {})
                for bar in event.bars:  # a closed one may be mended by what was loaded since
                    (closed if bar.start in closed else history)[bar.start] = bar


def closed_bars(path: Path, calendar: TradingCalendar) -> Mapping[str, tuple[Bar, ...]]:
    """Return all 1-minute bars by symbol, oldest first: history, then the session's own.

    Raises:
        RecordingError: As `told_bars`.
    """
    return joined([told_bars(path, calendar)])


def told_bars(path: Path, calendar: TradingCalendar) -> ToldBars:
    """Return the bars of a recording.

    The recorded engine is run again, so the bars are those it decided by.

    Raises:
        RecordingError: The recording can't be read, or this program does something else on it.
    """
    told = ToldBars()
    played = Player(Reel(path, calendar.zone), calendar, None, told).play()
    if played.difference is not None:
        raise RecordingError(
            Text(
                f"{path}: 이 버전의 프로그램은 녹화 때와 다르게 움직여 봉을 그대로 만들 수 "
                f"없습니다({played.difference.where.ko}). 녹화한 버전으로 하세요",
                f"{path}: this version of the program does not do what was recorded, so the bars "
                f"can't be had as they were ({played.difference.where.en}); use the version that "
                "recorded it",
            )
        )
    return told


def joined(recordings: Sequence[ToldBars]) -> dict[str, tuple[Bar, ...]]:
    """Return the bars of recordings that follow each other, as those of one.

    What an engine closed itself goes before what was loaded, as it decided by that; what passed
    between two recordings is only in the history of the second.
    """
    found: Bars = {}
    for kind in ("history", "closed"):
        for recording in recordings:
            bars: Bars = getattr(recording, kind)
            for symbol, own in bars.items():
                found.setdefault(symbol, {}).update(own)
    return {symbol: tuple(bars[start] for start in sorted(bars)) for symbol, bars in found.items()}
