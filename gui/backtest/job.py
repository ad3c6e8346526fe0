"""One backtest as the window asks for it and shows it; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.schema import Settings
from core.backtest.run import parameters
from core.domain.portfolio import Trade
from core.sessions import CalendarOptions
from gui.backtest.workbench import Chosen
from gui.backtest.works import Result, RunBacktest


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

    def work(self, number: int, kept: tuple[int, ...]) -> RunBacktest:
        """Return the task for the other process, without the person's secrets and addresses.

        The run will be known by `number`; those in `kept` go on being known.
        """
        zone = self.settings[CalendarOptions].timezone
        chosen = Chosen(self.folder, self.symbols, self.first, self.last, self.calendar, zone)
        return RunBacktest(number, chosen, self.engine, parameters(self.settings), kept)


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run; its bars are in the other process."""

    request: Request
    result: Result
    trades: tuple[Trade, ...]
