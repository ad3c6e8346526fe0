"""Bars, events and a chart with them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from csv import DictReader
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QWidget

from config.schema import Settings
from core.domain.instrument import Instrument
from core.domain.market import Bar
from core.domain.messages import BarClosed, PositionView
from core.domain.order import Reason
from core.domain.portfolio import Position, Trade
from core.domain.signal import Score, Snapshot
from core.indicators import IndicatorSet
from gui.chart.panel import ChartPanel

SEOUL = ZoneInfo("Asia/Seoul")
NINE = datetime(2024, 8, 5, 9, 0, tzinfo=SEOUL)
DATA = Path(__file__).parents[4] / "shared" / "data"

MakeBar = Callable[..., Bar]


@pytest.fixture
def a_bar() -> MakeBar:
    """Makes the bar of minute `number` after nine."""

    def make(number: int = 0, open_: int = 70_000, close: int = 70_100, **other: int) -> Bar:
        high, low = max(open_, close), min(open_, close)
        values = {"high": high, "low": low, "volume": 100} | other
        start = NINE + timedelta(minutes=number)
        return Bar("005930", start, open_, close=close, **values)

    return make


@pytest.fixture
def some_bars(a_bar) -> Callable[[int], list[Bar]]:
    """Makes so many minutes that rise, fall and stand still in turn."""

    def make(count: int) -> list[Bar]:
        moves = (300, -200, 0)
        bars, price = [], 70_000
        for number in range(count):
            close = price + moves[number % 3]
            bars.append(
                a_bar(number, price, close, high=max(price, close) + 100, volume=number + 1)
            )
            price = close
        return bars

    return make


@pytest.fixture
def real_bars() -> Callable[[str], list[Bar]]:
    """Reads the recorded minutes of a KRX symbol."""

    def read(symbol: str) -> list[Bar]:
        path = DATA / f"{symbol}_1min.csv.gz"
        if not path.exists():
            pytest.skip(f"no recorded bars at {path.name}")
        with gzip.open(path, "rt") as file:
            return [
                Bar(
                    symbol,
                    datetime.fromisoformat(row["datetime"]).astimezone(SEOUL),
                    *(int(row[name]) for name in ("open", "high", "low", "close", "volume")),
                )
                for row in DictReader(file)
            ]

    return read


def events_of(bars: Sequence[Bar], buy: float = 0.0, sell: float = 0.0) -> list[BarClosed]:
    indicators = IndicatorSet(Settings())
    return [
        BarClosed(
            Snapshot(bar, indicators.update(bar)),
            Score(bar.symbol, bar.start, buy, sell, 1.5, 1.5, (), True),
        )
        for bar in bars
    ]


@pytest.fixture
def closed() -> Callable[..., list[BarClosed]]:
    """Makes what the engine publishes of closed bars, all with the same scores."""
    return events_of


@pytest.fixture
def chart(qtbot) -> ChartPanel:
    """An empty chart of 005930 on the screen."""
    panel = ChartPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    panel.set_symbol(Instrument("005930", "삼성전자", 70_000))
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def pixels() -> Callable[[QWidget], QImage]:
    """Paints a widget."""
    return lambda widget: widget.grab().toImage()


@pytest.fixture
def as_json() -> Callable[[object], object]:
    """Sends a value through JSON and back."""
    return lambda value: json.loads(json.dumps(value))


@pytest.fixture
def a_trade() -> Callable[..., Trade]:
    """Makes a round trip from the eighth to the third last bar, sold at its target."""

    def make(bars: Sequence[Bar], net: int = 10_000) -> Trade:
        entry, end = bars[-8], bars[-3]
        return Trade(
            "005930", entry.start, entry.close, 10, end.start, end.close, Reason.TP,
            gross_pnl=net + 300, commission=100, tax=200,
        )  # fmt: skip

    return make


@pytest.fixture
def a_position() -> Callable[..., PositionView]:
    """Makes a position bought at 70,000 with stop and target."""

    def make(shares: int = 10) -> PositionView:
        position = Position(
            "005930", NINE, shares, shares * 70_000, stop_level=69_300.0, target_level=71_400.0
        )
        return PositionView(position, 70_100, shares, 300)

    return make


@pytest.fixture
def tags_of() -> Callable[[ChartPanel], set[float]]:
    """Reads the values marked on the price axis."""

    def read(chart: ChartPanel) -> set[float]:
        part = chart.canvas.picture().parts[0]
        return {tag.value for layer in part.pane.layers for tag in layer.tags(part.view)}

    return read
