"""A recording as data files, so that its day can be replayed and backtested anywhere."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from core.blackbox.day import Row
from core.domain.market import Bar, Tick
from core.domain.order import Side

TICK_COLUMNS = ("datetime", "price", "volume", "bid", "ask", "side")
BAR_COLUMNS = ("datetime", "open", "high", "low", "close", "volume", "turnover")
_SIDES = {Side.BUY: "B", Side.SELL: "S", None: ""}


def write_ticks(rows: Iterable[Row], folder: Path) -> list[Path]:
    """Write `{SYMBOL}_ticks.csv.gz` of every symbol that traded, in the order of arrival.

    Raises:
        OSError: The folder can't be written.
    """
    writers: dict[str, Any] = {}
    paths: list[Path] = []
    with ExitStack() as stack:
        for _, message in rows:
            if not isinstance(message, Tick):
                continue
            writer = writers.get(message.symbol)
            if writer is None:
                paths.append(folder / f"{message.symbol}_ticks.csv.gz")
                writer = writers[message.symbol] = _opened(stack, paths[-1], TICK_COLUMNS)
            writer.writerow(_tick_cells(message))
    return sorted(paths)


def write_bars(bars: Mapping[str, Sequence[Bar]], folder: Path) -> list[Path]:
    """Write `{SYMBOL}_1min.csv.gz` of every symbol that has bars; raises OSError likewise."""
    paths = []
    for symbol, own in sorted(bars.items()):
        if own:
            paths.append(folder / f"{symbol}_1min.csv.gz")
            with ExitStack() as stack:
                _opened(stack, paths[-1], BAR_COLUMNS).writerows(map(_bar_cells, own))
    return paths


def _opened(stack: ExitStack, path: Path, columns: Sequence[str]) -> Any:
    """Return a CSV writer that has written the header; the same rows give the same file."""
    raw = stack.enter_context(path.open("wb"))
    packed = stack.enter_context(gzip.GzipFile("", "wb", 6, raw, mtime=0))
    text = stack.enter_context(io.TextIOWrapper(packed, "utf-8", newline=""))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    return writer


def _tick_cells(tick: Tick) -> Iterator[Any]:
    yield from (tick.time.isoformat(), tick.price, tick.quantity)
    yield from ("" if quote is None else quote for quote in (tick.bid, tick.ask))
    yield _SIDES[tick.side]


def _bar_cells(bar: Bar) -> tuple[Any, ...]:
    turnover = "" if bar.turnover is None else bar.turnover
    prices = (bar.open, bar.high, bar.low, bar.close)
    return (bar.start.isoformat(), *prices, bar.volume, turnover)
