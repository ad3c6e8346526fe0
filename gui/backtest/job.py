"""One backtest as the window asks for it; no Qt, so that it can run on any thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from config.schema import Settings
from config.text import Text
from core.backtest.command import ENGINES
from core.backtest.load_texts import lines
from core.backtest.loading import load
from core.backtest.outcome import Progress
from core.backtest.run import Run
from core.clock import monotonic
from core.sessions import CalendarOptions, open_calendar

READING, TRADING = Text("파일 읽는 중", "Reading files"), Text("계산 중", "Trading")


class CanceledError(Exception):
    """The trader has broken the run off."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be traded on, and by which settings."""

    folder: Path
    symbols: tuple[str, ...]
    first: date | None
    last: date | None
    calendar: str
    engine: str
    settings: Settings
    home: Path  # of caches and of the user's corrections of the calendar


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run, and what was found in its files."""

    request: Request
    run: Run
    notes: tuple[Text, ...]


def perform(
    request: Request, tell: Callable[[Text, float], None], is_canceled: Callable[[], bool]
) -> Done:
    """Read the files and trade.

    Raises:
        CanceledError: `is_canceled` said so on the way.
        TerminalError: The files can't be used, or the calendar does not know their days.
    """

    def progress(stage: Text) -> Progress:
        def take(share: float) -> None:
            if is_canceled():
                raise CanceledError
            tell(stage, share)

        return take

    zone = ZoneInfo(request.settings[CalendarOptions].timezone)
    calendar = open_calendar(
        request.calendar,
        zone,
        cache_dir=request.home / "cache",
        overrides=request.home / "sessions.json",
    )
    notes: list[Text] = []
    loaded = load(
        request.folder,
        request.symbols,
        calendar,
        zone,
        request.calendar == "XKRX",
        request.first,
        request.last,
        False,
        notes.append,
        progress(READING),
    )
    began = monotonic()
    trading = progress(TRADING)
    trading(0.0)
    outcome = ENGINES[request.engine](loaded.market, request.settings, trading)
    run = Run(
        outcome,
        loaded.market,
        request.settings,
        loaded.reports,
        request.engine,
        monotonic() - began,
        loaded.calendar.name,
        request.first,
        request.last,
    )
    _ = run.metrics  # worked out here rather than where it is shown
    found = [line for report in loaded.reports for line in lines(report)]
    return Done(request, run, (*notes, *found))
