"""Ticks and bars for tests: made by hand, or real ones from ../shared/data beside the checkout."""

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.domain.market import Bar, Tick

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
OPEN = datetime(2024, 1, 2, 9, tzinfo=SEOUL)
REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
KRX_TICKS = ("005490", "000660", "033640", "033780", "306200")


def at(clock: str) -> datetime:
    """Return a moment of the sample day, from HH:MM:SS[.ffffff]."""
    return datetime.fromisoformat(f"2024-01-02T{clock}").replace(tzinfo=SEOUL)


def tick(clock: str, price: int = 1000, quantity: int = 1) -> Tick:
    return Tick("005930", at(clock), price, quantity)


def bar(
    start: datetime,
    close: float,
    volume: int = 10,
    turnover: float | None = None,
    spread: float = 0,
) -> Bar:
    """Return a bar that opens and closes at `close` and reaches `spread` beyond it both ways."""
    return Bar("005930", start, close, close + spread, close - spread, close, volume, turnover)


def bars_of(closes: Iterable[float], start: datetime = OPEN) -> list[Bar]:
    """Return a bar a minute with these closes."""
    return [bar(start + timedelta(minutes=i), close) for i, close in enumerate(closes)]


def real_bars(name: str) -> list[Bar]:
    """Return the bars of a real file, prices as `int` where they are whole."""
    return [
        Bar(
            name.split("_")[0],
            _moment(row),
            *(_price(row[key]) for key in ("open", "high", "low", "close")),
            int(row["volume"]),
        )
        for row in _rows(name)
    ]


def real_ticks(name: str) -> list[Tick]:
    symbol = name.split("_")[0]
    return [
        Tick(symbol, _moment(row), _price(row["price"]), int(row["volume"])) for row in _rows(name)
    ]


def in_order(bars: Sequence[Bar]) -> bool:
    return all(a.start < b.start for a, b in pairwise(bars))


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = REAL / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"no real market data at {path}")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _moment(row: dict[str, str]) -> datetime:
    moment = datetime.fromisoformat(row["datetime"])
    return moment.astimezone(SEOUL if moment.utcoffset() == timedelta(hours=9) else NEW_YORK)


def _price(text: str) -> float:
    price = float(text)
    return int(price) if price.is_integer() else price
