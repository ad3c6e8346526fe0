"""One closed bar through the indicators, against `ta` on 400 bars and TA-Lib's stream functions.

All sides get the same closes and the parameters of the default settings. TA-Lib knows no VWAP, so
it is left out on both sides there; keeping its array of closes up to date costs TA-Lib nothing
here. `ta` has a VWAP of another kind (over a window), which stands in for the day's.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import talib.stream
from ta.momentum import RSIIndicator
from ta.trend import EMAIndicator
from ta.volatility import BollingerBands
from ta.volume import VolumeWeightedAveragePrice

from config.schema import Settings
from core.domain.market import Bar
from core.indicators import IndicatorSet
from core.indicators.bollinger import Bollinger
from core.indicators.ema import EmaPair
from core.indicators.rsi import Rsi
from tests.bench.figures import Figures, median_ratio, seconds

pytestmark = pytest.mark.bench

BARS = 400
OPEN = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Seoul"))
ROUNDS = 9
AIM_TA, AIM_TALIB = 1000.0, 5.0


@pytest.fixture(scope="module")
def bars() -> list[Bar]:
    rng = random.Random(1)
    made, close = [], 70_000
    for number in range(BARS):
        opened, close = close, close + 100 * rng.randint(-2, 2)
        high, low, volume = max(opened, close) + 100, min(opened, close), rng.randint(1, 5_000)
        start = OPEN + timedelta(minutes=number)
        made.append(Bar("005930", start, opened, high, low, close, volume, close * volume, volume))
    return made


def us_each(work: Callable[[], object], times: int) -> float:
    """Return the microseconds of one of `times` calls in a row."""

    def all_of_them() -> None:
        for _ in range(times):
            work()

    return 1e6 * seconds(all_of_them) / times


def us_a_bar(update: Callable[[Bar], object], bars: list[Bar]) -> float:
    """Return the microseconds a bar takes; its indicators are past their warm-up."""
    feed = bars * 10

    def all_of_them() -> None:
        for bar in feed:
            update(bar)

    return 1e6 * seconds(all_of_them) / len(feed)


def test_one_bar_against_ta(figures: Figures, bars: list[Bar]) -> None:
    update = IndicatorSet(Settings()).update
    us_a_bar(update, bars)
    names = ("high", "low", "close", "volume")
    series = {name: pd.Series([float(getattr(bar, name)) for bar in bars]) for name in names}
    close = series["close"]

    def theirs() -> None:
        EMAIndicator(close, 9).ema_indicator()
        EMAIndicator(close, 21).ema_indicator()
        RSIIndicator(close, 14).rsi()
        bands = BollingerBands(close, 20, 2)
        bands.bollinger_lband(), bands.bollinger_mavg(), bands.bollinger_hband()
        VolumeWeightedAveragePrice(**series).volume_weighted_average_price()

    pairs = [(us_a_bar(update, bars), us_each(theirs, 10)) for _ in range(ROUNDS)]
    _report(figures, "one bar, all indicators", f"ta on {BARS} bars", pairs, AIM_TA)


def test_one_bar_against_talib_stream(figures: Figures, bars: list[Bar]) -> None:
    settings = Settings()
    indicators = (EmaPair(settings), Rsi(settings), Bollinger(settings))
    first, second, third = (one.update for one in indicators)

    def update(bar: Bar) -> dict[str, float | None]:
        values: dict[str, float | None] = {}
        first(bar, values)
        second(bar, values)
        third(bar, values)
        return values

    us_a_bar(update, bars)
    closes = np.array([float(bar.close) for bar in bars])

    def theirs() -> None:
        talib.stream.EMA(closes, 9)
        talib.stream.EMA(closes, 21)
        talib.stream.RSI(closes, 14)
        talib.stream.BBANDS(closes, 20, 2.0, 2.0)

    pairs = [(us_a_bar(update, bars), us_each(theirs, 1_000)) for _ in range(ROUNDS)]
    _report(figures, "one bar, without VWAP", "TA-Lib stream", pairs, AIM_TALIB)


def _report(
    figures: Figures, what: str, peer: str, pairs: list[tuple[float, float]], aim: float
) -> None:
    ours, theirs = zip(*pairs, strict=True)
    our_us, their_us = statistics.median(ours), statistics.median(theirs)
    ratio = median_ratio(ours, theirs)
    figures.compare(what, f"{our_us:.2f} us", f"{peer} {their_us:,.1f} us", ratio, aim)
    assert ratio > 1
