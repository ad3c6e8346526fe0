"""What the command `replay` is given: files of ticks, or a session that was recorded."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.errors import ConfigError
from config.text import Text
from core.blackbox.closed_bars import closed_bars
from core.blackbox.data_files import write_bars, write_ticks
from core.blackbox.day import RecordedDay
from core.commands.console import DONE, say_object, say_result
from core.commands.recordings import calendar_of, recording_of, settings_of
from core.data.ticks import TickFile, merge
from core.domain.market import Tick
from core.engine.day_memory import DayMemory, DayStart
from core.program import Program
from core.risk.sizing import SizingOptions
from core.sessions import CalendarOptions
from core.simulation.setup import recorded_venue, session_venue
from core.simulation.venue import Venue


@dataclass(frozen=True, slots=True)
class Replay:
    """A market that can be made as often as somebody wants to see it from its start.

    Attributes:
        last: Returns when the last trade comes; reads all there is.
        starts: Trading begins without a START of a person; in a recording it comes when it came.
        asks_ai: Predictions are asked for; those of a recording are part of it.
    """

    symbols: Sequence[str]
    make_venue: Callable[[], Venue]
    last: Callable[[], datetime]
    starts: bool = True
    asks_ai: bool = True
    day_memory: DayMemory = field(default_factory=DayMemory)
    recording: RecordedDay | None = None

    @property
    def terms(self) -> dict[str, Any]:
        """What a run on it is to be told besides its market, by name."""
        return {
            "starts": self.starts,
            "asks_ai": self.asks_ai,
            "day_memory": self.day_memory,
        }


class _RecalledDay(DayMemory):
    """Remembers what was known of the day when it was recorded, and nothing beyond that."""

    def __init__(self, start: DayStart | None) -> None:
        super().__init__()
        self._recalled = start

    def recall(self, day: date) -> DayStart | None:
        found = self._recalled
        return found if found is not None and found.day == day else None


def chosen_replay(program: Program, args: Namespace) -> Replay:
    """Return what the command line names; `program` goes on with the settings to replay it by.

    Raises:
        RecordingError: The recording is missing, changed, or holds no trade.
        DataError, ConfigError: The files can't be used.
    """
    path = recording_of(program, [str(file) for file in args.files])
    if path is None:
        if args.export is not None or args.present_settings:
            raise ConfigError(_ONLY_RECORDINGS)
        return _of_files(program, args)
    day = RecordedDay(path, program.zone)
    zone = ZoneInfo(day.header.zone)
    if zone != program.zone:
        day = RecordedDay(path, zone)
    if not args.present_settings:
        program.borrow(settings_of(program, day.header), calendar_of(program, day.header))
    program.say(_replayed(day, args.present_settings))
    return _of_recording(program, day, not args.present_settings)


def export(program: Program, args: Namespace, day: RecordedDay) -> int:
    """Write a recording as data files into `args.export`."""
    args.export.mkdir(parents=True, exist_ok=True)
    bars = closed_bars(day.path, calendar_of(program, day.header))
    written = [*write_ticks(day.rows(), args.export), *write_bars(bars, args.export)]
    if args.json:
        say_object({"files": [str(path) for path in written]}, as_json=True)
    else:
        say_result("\n".join(map(str, written)))
    return DONE


def _of_files(program: Program, args: Namespace) -> Replay:
    is_krx = program.settings[CalendarOptions].calendar == "XKRX"
    files = [TickFile(path, program.zone, program.say, is_krx) for path in args.files]
    symbols = [file.symbol for file in files]
    if len(set(symbols)) < len(symbols):
        twice = next(symbol for symbol in symbols if symbols.count(symbol) > 1)
        raise ConfigError(
            Text(
                f"{twice}: 같은 종목의 파일이 둘입니다. 종목마다 한 파일만 주세요",
                f"{twice}: two files of one symbol; name one file for each symbol",
            )
        )
    cash = program.settings[SizingOptions].start_capital

    def make_venue() -> Venue:
        return recorded_venue(merge(files), symbols, program.settings, cash)

    def last() -> datetime:
        ticks: Sequence[Tick] = list(merge(files))
        return max(tick.time for tick in ticks)

    return Replay(symbols, make_venue, last)


def _of_recording(program: Program, day: RecordedDay, with_settings: bool) -> Replay:
    header, account = day.header, day.account
    cash = program.settings[SizingOptions].start_capital if account is None else account.cash
    holdings = () if account is None else account.holdings

    def make_venue() -> Venue:
        rows, settings = day.rows(with_settings), program.settings
        return session_venue(rows, header.began, day.histories, settings, cash, holdings)

    return Replay(
        header.symbols,
        make_venue,
        lambda: day.end,
        starts=False,
        asks_ai=False,
        day_memory=_RecalledDay(day.recalled),
        recording=day,
    )


def _replayed(day: RecordedDay, has_present_settings: bool) -> Text:
    header = day.header
    began, end = f"{header.began:%Y-%m-%d %H:%M:%S}", f"{day.end:%H:%M:%S}"
    ko = "지금 설정" if has_present_settings else "그때 설정"
    en = "the present settings" if has_present_settings else "the settings of then"
    return Text(
        f"세션 {header.session}({header.mode}, {began}~{end}, 체결 {day.ticks:,}건)을 {ko}으로 "
        "재생합니다. 주문은 녹화된 체결로 맞추므로 체결 가격은 그때와 다를 수 있습니다",
        f"session {header.session} ({header.mode}, {began} to {end}, {day.ticks:,} trades) is "
        f"replayed with {en}; orders are filled from the recorded trades, so their prices may "
        "differ from those of then",
    )


_ONLY_RECORDINGS = Text(
    "--export와 --present-settings는 녹화에만 쓸 수 있습니다. 체결 파일 대신 녹화(세션 번호, 날짜, "
    "last, .box 파일)를 주세요",
    "--export and --present-settings are for recordings only; name a recording (number of its "
    "session, day, last, or .box file) instead of files of ticks",
)
