"""One-minute bars: files `{SYMBOL}_1min.csv.gz`, `.csv` or `.parquet`.

Columns, in any order: datetime (the bar's start), open, high, low, close, volume, and where known
turnover; others are ignored. The rules are those of strategy.md, section 5 (Data).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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
    time_reader,
)
from core.data.rows import Block, Note, blocks, half_row
from core.domain.errors import DataError
from core.domain.market import Bar

REQUIRED = ("datetime", "open", "high", "low", "close", "volume")
OPTIONAL = ("turnover",)
ENDINGS = (".csv.gz", ".csv", ".parquet")
"""In the order in which they are looked for."""

_SYMBOL = re.compile(r"[A-Z0-9.]+")
_Parse = Callable[[Sequence[str]], Bar]


@dataclass(frozen=True, slots=True)
class BarData:
    """The bars of one file, oldest first, each start once; and what was wrong with the file."""

    path: Path
    bars: tuple[Bar, ...]
    rows: int  # data rows in the file, all the others included
    out_of_order: int  # rows older than one before them; sorted
    duplicates: int  # rows equal to another; dropped
    skipped: tuple[str, ...]  # why each bad row was left out, with file and row


def bar_file(folder: Path, symbol: str) -> Path:
    """Return the symbol's file of 1-minute bars.

    Raises:
        DataError: There is none, or the symbol can't be the name of one.
    """
    if not _SYMBOL.fullmatch(symbol):
        raise DataError(f"symbol {symbol!r}: only A to Z, 0 to 9 and . can be in a symbol")
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder; check the path")
    for ending in ENDINGS:
        path = folder / f"{symbol}_1min{ending}"
        if path.is_file():
            return path
    raise DataError(
        f"{folder}: no 1-minute bars of {symbol}; looked for {symbol}_1min with the endings"
        f" {', '.join(ENDINGS)}"
    )


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
        bars=tuple(reader.unique(sorted(rows, key=lambda pair: pair[1].start))),
        rows=reader.rows,
        out_of_order=_out_of_order([bar for _, bar in rows]),
        duplicates=reader.duplicates,
        skipped=tuple(reader.skipped),
    )


class _Reader:
    """One pass over one file, and what it found."""

    def __init__(self, path: Path, note: Note, skip_bad_rows: bool) -> None:
        self.rows = self.duplicates = 0
        self.skipped: list[str] = []
        self._path, self._note, self._skip = path, note, skip_bad_rows

    def bars(self, zone: ZoneInfo, in_won: bool) -> Iterator[tuple[int, Bar]]:
        """Yield every good row with its number, in the file's order."""
        source = blocks(self._path, (*REQUIRED, *OPTIONAL), self._note)
        header = next(source).rows[0]
        symbol = self._path.name.partition("_")[0]
        place = places(self._path, header, REQUIRED)
        parse = _parser(symbol, place, len(header), zone, in_won)
        for block in source:
            yield from self._block(block, parse)

    def _block(self, block: Block, parse: _Parse) -> Iterator[tuple[int, Bar]]:
        for number, row in enumerate(block.rows, block.first):
            if not row:
                continue
            self.rows += 1
            try:
                yield number, parse(row)
            except ValueError as error:
                self._bad(number, error, block.is_unfinished)

    def unique(self, rows: Sequence[tuple[int, Bar]]) -> Iterator[Bar]:
        """Yield each start once, of rows sorted by start."""
        last: tuple[int, Bar] | None = None
        for number, bar in rows:
            if last is None or bar.start != last[1].start:
                last = number, bar
                yield bar
            elif bar == last[1]:
                self.duplicates += 1
            else:
                self._bad(number, BadCell(_contradicts(bar, last[0])))

    def _bad(self, row: int, reason: ValueError, is_unfinished: bool = False) -> None:
        error = bad_row(self._path, row, reason)
        if is_unfinished:
            self.rows -= 1
            self._note(half_row(self._path, row, error))
        elif self._skip:
            self.skipped.append(f"{self._path.name}, row {row}: {reason}")
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
    if bar.volume < 0:
        raise BadCell(
            Text(f"volume {bar.volume}이(가) 0보다 작습니다", f"volume {bar.volume} is below 0")
        )


def _out_of_order(bars: Sequence[Bar]) -> int:
    count, newest = 0, None
    for bar in bars:
        if newest is None or bar.start >= newest:
            newest = bar.start
        else:
            count += 1
    return count
