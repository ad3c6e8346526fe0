"""Loads the files of a backtest: every symbol's bars of regular sessions, and what was found."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise, repeat
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from config.text import Text
from core.backtest import load_findings as find
from core.backtest.load_report import Gap, LoadReport
from core.backtest.market import MarketData, SymbolBars
from core.backtest.outcome import Progress, silent
from core.data.bar_columns import ColumnData, read_columns
from core.data.bars import bar_file
from core.data.rows import Note
from core.domain.errors import CalendarError, DataError
from core.series import DAY_S, BarColumns
from core.sessions import DataCalendar, SessionHours, TradingCalendar

_EPOCH = date(1970, 1, 1)
_COLUMNS = ("start", "local", "open", "high", "low", "close", "volume", "turnover", "ticks")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What a backtest runs on; reports in the order of symbols."""

    market: MarketData
    reports: tuple[LoadReport, ...]
    calendar: TradingCalendar  # the one in force: of "data", with the dates of the files


@dataclass(frozen=True, slots=True, eq=False)
class _Sifted:
    """The bars of sessions of one file, and how many others there were."""

    data: ColumnData
    columns: BarColumns
    outside_dates: int
    off_session: int


def load(
    folder: Path,
    symbols: Sequence[str],
    calendar: TradingCalendar,
    zone: ZoneInfo,
    in_won: bool,
    first: date | None,
    last: date | None,
    skip_bad_rows: bool,
    note: Note,
    progress: Progress = silent,
) -> Loaded:
    """Read the symbols' files and keep the bars of sessions from `first` to `last`.

    Args:
        symbols: In the order in which they will be handled.
        calendar: Its exchange's zone is that of times without an offset, and decides what a date
            is. Of "data", the files' own dates become the sessions.
        zone: In which times are told afterwards.
        first: The exchange's date, included, as `last` is.

    Raises:
        DataError: A file is missing, can't be read or has bad rows; or no bar is left.
        CalendarError: Bars of a date for which the calendar knows no sessions.
    """
    paths = [bar_file(folder, symbol) for symbol in symbols]
    shares = _shares(paths, progress)
    sifted = []
    for path, told in zip(paths, shares, strict=True):
        data = read_columns(path, calendar.exchange_zone, note, in_won, skip_bad_rows, told)
        sifted.append(_sift(data, calendar, first, last))
    if isinstance(calendar, DataCalendar):
        calendar = DataCalendar(calendar.zone, _last_bars(sifted, calendar.zone))
    bars = [
        SymbolBars.of(symbol, part.columns, calendar)
        for symbol, part in zip(symbols, sifted, strict=True)
    ]
    if not any(map(len, bars)):
        raise DataError(_nothing_left(sifted, calendar, first, last))
    reports = map(_report, bars, sifted, repeat(calendar), repeat(zone))
    return Loaded(MarketData(tuple(bars), zone), tuple(reports), calendar)


def _shares(paths: Sequence[Path], progress: Progress) -> Iterator[Progress]:
    """Yield for each file who tells of it as a part of all."""
    sizes = [path.stat().st_size for path in paths]
    total, done = sum(sizes) or 1, 0
    for size in sizes:
        yield partial(_tell_share, progress, done / total, size / total)
        done += size


def _tell_share(progress: Progress, before: float, share: float, fraction: float) -> None:
    progress(before + share * fraction)


def _sift(
    data: ColumnData, calendar: TradingCalendar, first: date | None, last: date | None
) -> _Sifted:
    columns = data.columns
    start, keeps = columns.start, np.zeros(len(columns), dtype=bool)
    edges = [*columns.day_starts().tolist(), len(columns)]
    outside = 0
    for begin, end in pairwise(edges):
        day = _EPOCH + timedelta(days=int(columns.local[begin]) // DAY_S)
        if (first and day < first) or (last and day > last):
            outside += end - begin
        elif hours := _hours(data.path, calendar, day):
            moments = [math.ceil(hours.first.timestamp()), math.floor(hours.last.timestamp()) + 1]
            from_, until = begin + np.searchsorted(start[begin:end], moments)
            keeps[from_:until] = True
    kept = int(np.count_nonzero(keeps))
    if kept < len(columns):
        columns = BarColumns.from_arrays(**{name: columns[name][keeps] for name in _COLUMNS})
    return _Sifted(data, columns, outside, len(keeps) - kept - outside)


def _hours(path: Path, calendar: TradingCalendar, day: date) -> SessionHours | None:
    try:
        return calendar.hours(day)
    except CalendarError as error:
        ko, en = error.text.ko, error.text.en
        raise CalendarError(Text(f"{path.name}: {ko}", f"{path.name}: {en}")) from error


def _last_bars(sifted: Iterable[_Sifted], zone: ZoneInfo) -> dict[date, datetime]:
    """Return the start of each date's last bar over all files."""
    last: dict[date, datetime] = {}
    for part in sifted:
        columns = part.columns
        ends = np.append(columns.day_starts()[1:], len(columns))[: len(columns.day_starts())] - 1
        for start in columns.start[ends].tolist():
            moment = datetime.fromtimestamp(start, zone)
            last[moment.date()] = max(moment, last.get(moment.date(), moment))
    return last


def _report(
    bars: SymbolBars, part: _Sifted, calendar: TradingCalendar, zone: ZoneInfo
) -> LoadReport:
    data, columns = part.data, part.columns
    first, last = (
        datetime.fromtimestamp(int(columns.start[at]), zone) if len(columns) else None
        for at in (0, -1)
    )
    minutes, longest = find.gaps(bars, calendar)
    return LoadReport(
        symbol=bars.symbol,
        path=data.path,
        sha256=_sha256(data.path),
        rows=data.rows,
        bars=len(columns),
        first=first,
        last=last,
        days=len(bars.day_first),
        missing_days=find.missing_days(find.day_dates(bars), calendar),
        gap_minutes=minutes,
        longest_gap=longest and Gap(longest.start.astimezone(zone), longest.minutes),
        duplicates=data.duplicates,
        out_of_order=data.out_of_order,
        skipped=data.skipped,
        zero_volume=int(np.count_nonzero(columns.volume == 0)),
        off_session=part.off_session,
        outside_dates=part.outside_dates,
        jumps=find.jumps(bars),
        step_s=find.step_s(bars),
        has_end_labels=find.has_end_labels(bars, calendar),
        crosses_midnight=find.crosses_midnight(bars),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _nothing_left(
    sifted: Sequence[_Sifted], calendar: TradingCalendar, first: date | None, last: date | None
) -> Text:
    spans = [_span(part.data, calendar.exchange_zone) for part in sifted if len(part.data.columns)]
    if not spans:
        names = ", ".join(part.data.path.name for part in sifted)
        return Text(
            f"{names}: 쓸 수 있는 봉이 하나도 없습니다. 머리글 아래에 행이 있는지 보세요",
            f"{names}: no bar that can be used; see that there are rows below the header",
        )
    begin, end = min(spans)[0], max(span[1] for span in spans)
    have = f"{begin:%Y-%m-%d %H:%M} ~ {end:%Y-%m-%d %H:%M}"
    if any(part.off_session for part in sifted):
        return Text(
            f"{calendar.name} 정규장에 드는 봉이 없습니다. 파일의 시각은 {have}"
            f"({calendar.exchange_zone})입니다. --calendar를 확인하세요",
            f"no bar lies in a regular session of {calendar.name}: the files hold {have} "
            f"({calendar.exchange_zone}); check --calendar",
        )
    return Text(
        f"{first or '처음'} ~ {last or '끝'}에는 봉이 없습니다. 파일의 시각은 {have}입니다. "
        "--from과 --to를 확인하세요",
        f"no bar from {first or 'the first day'} to {last or 'the last one'}: the files hold "
        f"{have}; check --from and --to",
    )


def _span(data: ColumnData, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, last = (datetime.fromtimestamp(int(data.columns.start[at]), zone) for at in (0, -1))
    return first, last
