"""Makes the twin of a recorded session and keeps it in the home folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.files import write_atomically
from config.schema import Settings
from config.text import Text
from core.backtest.market import MarketData, market_of
from core.backtest.outcome import Outcome
from core.backtest.twin.compare import Twin, compare
from core.backtest.twin.page import page
from core.backtest.twin.plain import as_json
from core.backtest.twin.real_day import read_real_day
from core.blackbox.closed_bars import closed_bars
from core.blackbox.errors import RecordingError
from core.blackbox.header import Header
from core.blackbox.reel import Reel
from core.blackbox.shelf import Shelf
from core.commands.recordings import calendar_of
from core.domain.price import FREE, KRX_STOCK
from core.journal.encoding import dumps
from core.journal.reader import read
from core.program import Program
from core.series import BarColumns
from core.sessions import TradingCalendar
from core.simulation.costs import CostOptions

FOLDER = "twins"
Run = Callable[[MarketData, Settings, date], Outcome]
"""Trades a market by settings from a day on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A twin with its files."""

    twin: Twin
    page: Path
    json: Path


def make_twin(program: Program, session: int | None, run: Run) -> Twin:
    """Return the twin of a recorded session, of the last one where None is named.

    Raises:
        RecordingError: There is no recording of it, or it can't be run again.
        JournalError: The journal can't be read.
    """
    path = Shelf(program.home).find(session)
    header = Reel(path, program.zone).header
    _check_journaled(program, path, header)
    calendar = calendar_of(program, header)
    market, day = _market(path, header, calendar), calendar.day_of(header.began)
    outcome = run(market, header.settings, day)
    real = read_real_day(program.journal_target, header.session)
    grid = KRX_STOCK if header.settings[CostOptions].tick_rule == "krx" else FREE
    return Twin(header.session, header.mode, day, compare(real, outcome.trades, grid))


def keep_twin(twin: Twin, home: Path, language: str) -> Kept:
    """Write a twin's page and JSON file; raises OSError where that fails."""
    folder, name = home / FOLDER, f"{twin.day}-session-{twin.session:06d}"
    folder.mkdir(parents=True, exist_ok=True)
    kept = Kept(twin, folder / f"{name}.html", folder / f"{name}.json")
    write_atomically(kept.json, dumps(as_json(twin)) + "\n")
    write_atomically(kept.page, page(twin, language))
    return kept


def _market(path: Path, header: Header, calendar: TradingCalendar) -> MarketData:
    bars = closed_bars(path, calendar)
    columns = [
        (
            symbol,
            BarColumns.from_bars(
                bar for bar in bars.get(symbol, ()) if calendar.session_of(bar.start) is not None
            ),
        )
        for symbol in header.symbols
    ]
    return market_of(columns, calendar, calendar.zone)


def _check_journaled(program: Program, path: Path, header: Header) -> None:
    found = read(program.journal_target, ("session",), header.session)
    if [record.time for record in found] != [header.began]:
        raise RecordingError(
            Text(
                f"{path}: 매매일지에 이 녹화의 세션 {header.session}이(가) 없어 비교할 체결이 "
                "없습니다. 녹화와 같은 홈 폴더의 매매일지로 하세요",
                f"{path}: the journal has no session {header.session} of this recording, so there "
                "are no fills to compare; use the journal of the same home folder",
            )
        )
