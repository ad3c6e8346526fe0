"""The bars that a recorded engine closed, and those it was given before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from config.text import Text
from core.blackbox.errors import RecordingError
from core.blackbox.player import Player
from core.blackbox.reel import Reel
from core.domain.market import Bar
from core.domain.messages import BarClosed, Event, HistoryReady
from core.sessions import TradingCalendar


def closed_bars(path: Path, calendar: TradingCalendar) -> Mapping[str, tuple[Bar, ...]]:
    """Return all 1-minute bars by symbol, oldest first: history, then the session's own.

    The recorded engine is run again, so the bars are those it decided by.

    Raises:
        RecordingError: The recording can't be read, or this program does something else on it.
    """
    heard = _Heard()
    played = Player(Reel(path, calendar.zone), calendar, None, heard).play()
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
    return heard.bars()


class _Heard:
    """Keeps the bars that an engine tells of."""

    def __init__(self) -> None:
        self._bars: dict[str, dict[datetime, Bar]] = {}

    def __call__(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, BarClosed):
                self._keep(event.bar)
            elif isinstance(event, HistoryReady):
                self._bars.setdefault(event.instrument.symbol, {})
                for bar in event.bars:
                    self._keep(bar)

    def bars(self) -> dict[str, tuple[Bar, ...]]:
        return {
            symbol: tuple(bars[start] for start in sorted(bars))
            for symbol, bars in self._bars.items()
        }

    def _keep(self, bar: Bar) -> None:
        self._bars.setdefault(bar.symbol, {})[bar.start] = bar
