"""Recorded ticks: files `{SYMBOL}_ticks.csv`, `.csv.gz` or `.parquet`.

Columns, in any order: datetime, price, volume, and where recorded bid, ask, side (B or S, the
aggressor's). Others are ignored. Rows come as they stand: identical ones are separate trades, and
prices of 0, old times and the like are the engine's to refuse and count.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from config.text import Text
from core.data.fields import (
    bad_row,
    check_width,
    places,
    price_reader,
    quote_reader,
    shares,
    side,
    time_reader,
)
from core.data.rows import Block, Note, blocks, half_row
from core.domain.errors import DataError
from core.domain.market import Tick

REQUIRED = ("datetime", "price", "volume")
OPTIONAL = ("bid", "ask", "side")

_NAME = re.compile(r"([A-Z0-9.]+)_ticks\.(csv|csv\.gz|parquet)")
_Parse = Callable[[Sequence[str]], Tick]


class TickFile:
    """One recording; iterate over it for its ticks in file order, as often as needed.

    `rows` counts the data rows given so far by the latest iteration.
    """

    def __init__(self, path: Path, zone: ZoneInfo, note: Note, in_won: bool = True) -> None:
        """Take the symbol from the file's name; nothing is opened yet.

        Times are given in `zone`; with `in_won` whole prices are `int`, without it all are `float`.
        `note` is told of what could not be read of a file that is cut off.

        Raises:
            DataError: The name is not that of a tick file.
        """
        match = _NAME.fullmatch(path.name)
        if not match:
            raise DataError(
                Text(
                    f"{path.name}: 체결 파일의 이름이 아닙니다. 005930_ticks.csv.gz처럼 "
                    "종목코드_ticks.csv, .csv.gz 또는 .parquet으로 지으세요",
                    f"{path.name}: not the name of a tick file; call it SYMBOL_ticks.csv, .csv.gz "
                    "or .parquet, for example 005930_ticks.csv.gz",
                )
            )
        self.path, self.symbol, self.rows = path, match[1], 0
        self._zone, self._note, self._in_won = zone, note, in_won

    def __iter__(self) -> Iterator[Tick]:
        """Yield every tick.

        Raises:
            DataError: The file can't be read, or a row not: with file, row, text and what to do.
        """
        self.rows = 0
        source = blocks(self.path, (*REQUIRED, *OPTIONAL), self._note)
        header = next(source).rows[0]
        parse = self._parser(places(self.path, header, REQUIRED), len(header))
        for block in source:
            yield from (
                self._unfinished(block, parse) if block.is_unfinished else self._ticks(block, parse)
            )
        if not self.rows:
            self._note(_without_rows(self.path))

    def _ticks(self, block: Block, parse: _Parse) -> Iterator[Tick]:
        for number, row in enumerate(block.rows, block.first):
            if row:
                try:
                    tick = parse(row)
                except ValueError as error:
                    raise bad_row(self.path, number, error) from error
                self.rows += 1
                yield tick

    def _unfinished(self, block: Block, parse: _Parse) -> Iterator[Tick]:
        """Take the last row if it reads well: many programs leave out the last line break."""
        try:
            yield from self._ticks(block, parse)
        except DataError as error:
            self._note(half_row(self.path, block.first, error))

    def _parser(self, place: dict[str, int], width: int) -> _Parse:
        symbol = self.symbol
        at_time, at_price, at_volume = (place[name] for name in REQUIRED)
        at_bid, at_ask, at_side = (place.get(name) for name in OPTIONAL)
        read_time = time_reader(self._zone)
        read_price = price_reader("price", self._in_won)
        read_bid = quote_reader("bid", self._in_won)
        read_ask = quote_reader("ask", self._in_won)

        def parse(row: Sequence[str]) -> Tick:
            check_width(row, width)
            return Tick(
                symbol,
                read_time(row[at_time]),
                read_price(row[at_price]),
                shares("volume", row[at_volume]),
                None if at_side is None else side(row[at_side]),
                None if at_bid is None else read_bid(row[at_bid]),
                None if at_ask is None else read_ask(row[at_ask]),
            )

        return parse


def merge(files: Sequence[TickFile]) -> Iterator[Tick]:
    """Yield the ticks of all files by time; of one moment, those of the earlier file first.

    Within a file the order stays: a tick older than one before it comes when that one has come, so
    that late ticks are late here too.
    """
    if len(files) == 1:
        return iter(files[0])
    return map(itemgetter(1), heapq.merge(*map(_stamped, files), key=itemgetter(0)))


def _stamped(file: TickFile) -> Iterator[tuple[datetime, Tick]]:
    newest = None
    for tick in file:
        if newest is None or tick.time > newest:
            newest = tick.time
        yield newest, tick


def _without_rows(path: Path) -> Text:
    return Text(f"{path.name}: 체결 데이터가 한 줄도 없습니다.", f"{path.name}: holds no ticks.")
