"""What the process that backtests for the window keeps from one task to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.text import Text
from core.backtest.loading import Loaded, load
from core.backtest.outcome import Progress
from core.backtest.run import Run
from core.clock import monotonic
from core.data.bars import bar_file
from core.domain.errors import DataError
from core.series import BarColumns
from core.sessions import calendar_of_home, corrections_of

_EVERY_S = 0.05  # progress shown more often is seen by nobody
GONE = Text(
    "이 결과는 더 이상 계산 프로세스에 없습니다. 다시 실행하세요",
    "the working process has this result no more: run again",
)


class CanceledError(Exception):
    """The trader has broken the work off."""


@dataclass(frozen=True, slots=True)
class Say:
    """Whom a task tells how far it is."""

    progressed: Callable[[Text, float], None]
    part: Callable[[Any], None]
    is_canceled: Callable[[], bool]

    def progress(self, stage: Text) -> Progress:
        """Return who is told of one stage's progress; it raises CanceledError to break it off."""
        told = -_EVERY_S

        def take(share: float) -> None:
            nonlocal told
            if self.is_canceled():
                raise CanceledError
            now = monotonic()
            if now - told >= _EVERY_S:
                told = now
                self.progressed(stage, share)

        return take


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which bars are traded on."""

    folder: Path
    symbols: tuple[str, ...]
    first: date | None
    last: date | None
    calendar: str
    zone: str

    def stamp(self, home: Path) -> Any:
        """Return what is equal as long as the files are those that were read.

        Raises:
            DataError: A file is missing.
        """
        paths = [*(bar_file(self.folder, symbol) for symbol in self.symbols), corrections_of(home)]
        return self, tuple(map(_stamp, paths))


class Workbench:
    """One for the process; each lane's work may use it beside another's.

    Attributes:
        notes: What the user's own code did wrong since somebody has looked.
    """

    def __init__(self, home: Path, journal: str | Path) -> None:
        self.home, self.journal = home, journal
        self.notes: list[Text] = []
        self._stamp: Any = None
        self._loaded: tuple[Loaded, tuple[Text, ...]] | None = None
        self._runs: dict[int, Run] = {}
        self._bars: tuple[int, BarColumns] | None = None

    def loaded(self, chosen: Chosen, progress: Progress) -> tuple[Loaded, tuple[Text, ...]]:
        """Return the bars with what was noted on the way; files read last are not read again.

        Raises:
            TerminalError: As `load`.
        """
        stamp = chosen.stamp(self.home)
        if self._loaded is None or stamp != self._stamp:
            self._loaded = None  # the old bars must not stand in the way of the new ones
            self._loaded, self._stamp = self._read(chosen, progress), stamp
        return self._loaded

    def keep(self, number: int, run: Run, others: Iterable[int]) -> None:
        """Keep a run, and of those before only `others`."""
        kept = {one: self._runs[one] for one in others if one in self._runs}
        self._runs = {**kept, number: run}

    def run(self, number: int) -> Run:
        """Return a run that was kept; raises DataError where it was not."""
        found = self._runs.get(number)
        if found is None:
            raise DataError(GONE)
        return found

    def chart(self, key: int, columns: BarColumns | None) -> BarColumns:
        """Return the bars known by `key`; keep `columns` under it where they come along."""
        if columns is not None:
            self._bars = (key, columns)
        if self._bars is None or self._bars[0] != key:
            raise DataError(GONE)
        return self._bars[1]

    def take_notes(self) -> tuple[Text, ...]:
        """Return the notes, and begin anew."""
        found, self.notes = tuple(self.notes), []
        return found

    def _read(self, chosen: Chosen, progress: Progress) -> tuple[Loaded, tuple[Text, ...]]:
        zone = ZoneInfo(chosen.zone)
        notes: list[Text] = []
        loaded = load(
            chosen.folder,
            chosen.symbols,
            calendar_of_home(self.home, chosen.calendar, zone),
            zone,
            chosen.calendar == "XKRX",
            chosen.first,
            chosen.last,
            False,
            notes.append,
            progress,
        )
        return loaded, tuple(notes)


def _stamp(path: Path) -> tuple[str, int, int] | None:
    if not path.exists():
        return None
    stat = path.stat()
    return str(path), stat.st_size, stat.st_mtime_ns
