"""One-minute bars: files `{SYMBOL}_1min.csv.gz`, `.csv` or `.parquet`.

Columns, in any order: datetime (the bar's start), open, high, low, close, volume, and where known
turnover; others are ignored. The rules are those of strategy.md, section 5 (Data).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from config.text import Text
from core.data.fields import (
    BadCell,
    bad_row,
    check_width,
    places,
    price_reader,
    quote_reader,
    shares,
    skipped_row,
    time_reader,
)
from core.data.rows import Block, Note, blocks, half_row
from core.domain.errors import DataError
from core.domain.market import Bar

REQUIRED = ("datetime", "open", "high", "low", "close", "volume")
OPTIONAL = ("turnover",)
ENDINGS = (".csv.gz", ".csv", ".parquet")
"""In the order in which they are looked for."""

MOST = 2**53
"""Prices and volumes are below it: from here on a double skips whole numbers."""

_MOST_LISTED = 20
_SYMBOL = re.compile(r"[A-Z0-9.]+")
_Parse = Callable[[Sequence[str]], Bar]
_Row = tuple[int, float, Bar]
"""Row number, start in UTC epoch seconds, bar. Clock times alone would mix up the two hours of the
same name at the end of summer time."""


@dataclass(frozen=True, slots=True)
class BarData:
    """The bars of one file, oldest first, each start once; and what was wrong with the file."""

    path: Path
    bars: tuple[Bar, ...]
    rows: int  # data rows in the file, all the others included
    out_of_order: int  # rows older than one before them; sorted
    duplicates: int  # rows equal to another; dropped
    skipped: tuple[Text, ...]  # why each bad row was left out, with file and row


def bar_file(folder: Path, symbol: str) -> Path:
    """Return the symbol's file of 1-minute bars.

    Raises:
        DataError: There is none, or the symbol can't be the name of one.
    """
    if not _SYMBOL.fullmatch(symbol):
        raise DataError(
            Text(
                f"종목코드 {symbol!r}: 영문 대문자, 숫자, 점(.)만 쓸 수 있습니다",
                f"symbol {symbol!r}: only A to Z, 0 to 9 and . can be in a symbol",
            )
        )
    found = bar_files(folder)
    if symbol in found:
        return found[symbol]
    ko, en = _listed(found)
    endings = ", ".join(ENDINGS)
    raise DataError(
        Text(
            f"{folder}: {symbol} 종목의 1분봉 파일이 없습니다({symbol}_1min에 {endings}). {ko}",
            f"{folder}: no 1-minute bars of {symbol}; looked for {symbol}_1min with the endings"
            f" {endings}. {en}",
        )
    )


def bar_files(folder: Path) -> dict[str, Path]:
    """Return every file of 1-minute bars by its symbol, sorted; the first ending counts.

    Raises:
        DataError: There is no such folder, or it can't be read.
    """
    if not folder.is_dir():
        raise DataError(
            Text(
                f"{folder}: 폴더가 없습니다. 경로를 확인하세요",
                f"{folder}: there is no such folder; check the path",
            )
        )
    found: dict[str, Path] = {}
    for ending in ENDINGS:
        for path in folder.glob(f"*_1min{ending}"):
            symbol = path.name.removesuffix(f"_1min{ending}")
            if _SYMBOL.fullmatch(symbol) and path.is_file():
                found.setdefault(symbol, path)
    return dict(sorted(found.items()))


def _listed(found: Iterable[str]) -> tuple[str, str]:
    """Return what there is instead, in Korean and English."""
    codes = list(found)
    if not codes:
        return "폴더에 1분봉 파일이 하나도 없습니다", "The folder has none at all"
    more = len(codes) - _MOST_LISTED
    shown = ", ".join(codes[:_MOST_LISTED])
    ko, en = (f" 외 {more:,}개", f" and {more:,} more") if more > 0 else ("", "")
    return f"폴더에 있는 종목: {shown}{ko}", f"The folder has {shown}{en}"


def read_bars(
    path: Path, zone: ZoneInfo, note: Note, in_won: bool = True, skip_bad_rows: bool = False
) -> BarData:
    """Read a file of bars; the symbol is what stands before the first underscore of its name.

    Times are given in `zone`; with `in_won` whole prices are `int`, without it all are `float`.
    `note` is told of what could not be read of a file that is cut off. Of two rows with one time
    and different values the later one is the bad one.

    Raises:
        DataError: The file can't be read, or, without `skip_bad_rows`, it has a bad row.
    """
    reader = _Reader(path, note, skip_bad_rows)
    rows = list(reader.bars(zone, in_won))
    return BarData(
        path=path,
        bars=tuple(reader.unique(sorted(rows, key=lambda row: row[1]))),
        rows=reader.rows,
        out_of_order=_out_of_order([moment for _, moment, _ in rows]),
        duplicates=reader.duplicates,
        skipped=tuple(reader.skipped),
    )


class _Reader:
    """One pass over one file, and what it found."""

    def __init__(self, path: Path, note: Note, skip_bad_rows: bool) -> None:
        self.rows = self.duplicates = 0
        self.skipped: list[Text] = []
        self._path, self._note, self._skip = path, note, skip_bad_rows

    def bars(self, zone: ZoneInfo, in_won: bool) -> Iterator[_Row]:
        """Yield every good row with its number and moment, in the file's order."""
        source = blocks(self._path, (*REQUIRED, *OPTIONAL), self._note)
        header = next(source).rows[0]
        symbol = self._path.name.partition("_")[0]
        place = places(self._path, header, REQUIRED)
        parse = _parser(symbol, place, len(header), zone, in_won)
        for block in source:
            yield from self._block(block, parse)

    def _block(self, block: Block, parse: _Parse) -> Iterator[_Row]:
        for number, row in enumerate(block.rows, block.first):
            if not row:
                continue
            self.rows += 1
            try:
                bar = parse(row)
                yield number, bar.start.timestamp(), bar
            except ValueError as error:
                self._bad(number, error, block.is_unfinished)

    def unique(self, rows: Sequence[_Row]) -> Iterator[Bar]:
        """Yield each start once, of rows sorted by moment."""
        last: _Row | None = None
        for number, moment, bar in rows:
            if last is None or moment != last[1]:
                last = number, moment, bar
                yield bar
            elif bar == last[2]:
                self.duplicates += 1
            else:
                self._bad(number, BadCell(_contradicts(bar, last[0])))

    def _bad(self, row: int, reason: ValueError, is_unfinished: bool = False) -> None:
        error = bad_row(self._path, row, reason)
        if is_unfinished:
            self.rows -= 1
            self._note(half_row(self._path, row, error))
        elif self._skip:
            self.skipped.append(skipped_row(self._path, row, reason))
        else:
            raise error


def _parser(symbol: str, place: dict[str, int], width: int, zone: ZoneInfo, in_won: bool) -> _Parse:
    at_time, at_open, at_high, at_low, at_close, at_volume = (place[name] for name in REQUIRED)
    at_turnover = place.get("turnover")
    read_time = time_reader(zone)
    read_open, read_high, read_low, read_close = (price_reader(c, in_won) for c in REQUIRED[1:5])
    read_turnover = quote_reader("turnover", in_won)

    def parse(row: Sequence[str]) -> Bar:
        check_width(row, width)
        bar = Bar(
            symbol,
            read_time(row[at_time]),
            read_open(row[at_open]),
            read_high(row[at_high]),
            read_low(row[at_low]),
            read_close(row[at_close]),
            shares("volume", row[at_volume]),
            None if at_turnover is None else read_turnover(row[at_turnover]),
        )
        _check(bar)
        return bar

    return parse


def _contradicts(bar: Bar, row: int) -> Text:
    start = bar.start.isoformat()
    return Text(f"{start}의 값이 {row}행과 다릅니다", f"other values for {start} than row {row}")


def _check(bar: Bar) -> None:
    if not (bar.low <= bar.open <= bar.high and bar.low <= bar.close <= bar.high):
        raise BadCell(
            Text(
                f"open {bar.open}와 close {bar.close}가 low {bar.low}와 high {bar.high} 사이에 "
                "있지 않습니다",
                f"open {bar.open} and close {bar.close} are not both within low {bar.low} and "
                f"high {bar.high}",
            )
        )
    if bar.low <= 0:
        raise BadCell(
            Text(
                f"low {bar.low}은(는) 0보다 큰 가격이 아닙니다",
                f"low {bar.low} is not a price above 0",
            )
        )
    for name, value in (("volume", bar.volume), ("turnover", bar.turnover or 0)):
        if value < 0:
            raise BadCell(
                Text(f"{name} {value}이(가) 0보다 작습니다", f"{name} {value} is below 0")
            )
    for name, value in (("high", bar.high), ("volume", bar.volume)):
        if value >= MOST:
            raise BadCell(
                Text(
                    f"{name}이(가) 2^53 이상이어서 정확히 셈할 수 없습니다",
                    f"{name} is 2^53 or more, too large to reckon with exactly",
                )
            )


def _out_of_order(moments: Sequence[float]) -> int:
    count, newest = 0, -math.inf
    for moment in moments:
        if moment >= newest:
            newest = moment
        else:
            count += 1
    return count
