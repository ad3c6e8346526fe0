from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from config.schema import Settings
from core.bars import resample
from core.indicators import IndicatorSet
from core.series import BarColumns
from gui.chart.candle_columns import NAMES
from gui.chart.series import BUY_SCORE, DAY_MINUTES, SELL_SCORE, ChartSeries


@pytest.fixture
def series() -> ChartSeries:
    return ChartSeries(IndicatorSet(Settings()))


def table(series: ChartSeries) -> list[list[float]]:
    candles = series.candles(0, len(series))
    return [np.asarray(getattr(candles, name)).tolist() for name in NAMES]


@pytest.mark.parametrize("minutes", [3, 5, 15, 60, DAY_MINUTES])
def test_longer_bars_grow_minute_by_minute_into_the_same_as_at_once(
    series, some_bars, closed, minutes
):
    bars = [bar for bar in some_bars(400) if bar.start.minute % 7]  # minutes without a trade
    series.set_timeframe(minutes)
    for event in closed(bars):
        assert series.append(event)
    grown = table(series)

    series.load(bars)

    assert table(series) == grown
    whole = resample(BarColumns.from_bars(bars), minutes)
    assert grown == [whole[name].tolist() for name in NAMES]


def test_real_days_join_as_the_core_joins_them(series, real_bars):
    bars = real_bars("005930")
    series.set_timeframe(5)
    series.load(bars)

    whole = resample(BarColumns.from_bars(bars), 5)
    assert table(series) == [whole[name].tolist() for name in NAMES]


@pytest.mark.parametrize("minutes", [1, 5])
def test_values_are_those_of_the_core(series, real_bars, minutes):
    bars = real_bars("005930")[:2_000]
    series.set_timeframe(minutes)
    series.load(bars)

    columns = resample(BarColumns.from_bars(bars), minutes)
    wanted = IndicatorSet(Settings()).batch(columns)
    for name in ("ema_short", "ema_long", "rsi", "bb_low", "bb_high", "vwap"):
        found = series.values(name, 0, len(columns) - 1)
        np.testing.assert_allclose(found, wanted[name][:-1], rtol=1e-12)


def test_values_of_closed_bars_go_on_without_a_step(series, some_bars, closed):
    bars = some_bars(60)
    series.load(bars[:40])
    series.values("ema_short", 0, 40)
    for event in closed(bars)[40:]:
        series.append(event)

    wanted = IndicatorSet(Settings()).batch(BarColumns.from_bars(bars))
    np.testing.assert_allclose(series.values("ema_long", 0, 60), wanted["ema_long"], rtol=1e-12)


def test_bars_that_came_before_the_first_painting_have_values_too(series, some_bars, closed):
    bars = some_bars(40)
    series.load(bars[:30])
    for event in closed(bars)[30:]:
        series.append(event)

    assert np.isfinite(series.values("ema_short", 8, 40)).all()


def test_other_parameters_give_other_values(series, some_bars):
    series.load(some_bars(60))
    before = series.values("ema_short", 0, 60)

    series.set_indicators(IndicatorSet(Settings({"strategy.ema_short": 5})))

    assert np.isfinite(series.values("ema_short", 4, 60)).all()
    assert not np.array_equal(series.values("ema_short", 20, 60), before[20:60])


def test_the_forming_minute_is_the_last_row_and_has_no_values(series, some_bars, a_bar):
    series.load(some_bars(30))
    series.set_forming(a_bar(30, close=71_000))

    assert len(series) == 31
    assert series.candle(30).close == 71_000
    assert np.isnan(series.values("ema_short", 30, 31)[0])
    assert series.value("ema_short", 30) == series.value("ema_short", 29)


def test_the_forming_minute_moves_the_longer_bar_without_changing_closed_minutes(
    series, some_bars, a_bar
):
    bars = some_bars(7)
    series.set_timeframe(5)
    series.load(bars)
    series.set_forming(a_bar(7, close=99_000))
    series.set_forming(a_bar(7, close=70_000))

    assert len(series) == 2
    assert series.candle(1).close == 70_000
    assert series.candle(1).high == max(bar.high for bar in [*bars[5:], a_bar(7, close=70_000)])


def test_a_forming_minute_of_the_next_bar_stands_beside_an_incomplete_one(series, some_bars, a_bar):
    series.set_timeframe(5)
    series.load(some_bars(7))
    series.set_forming(a_bar(10))

    assert len(series) == 3


def test_closing_replaces_the_forming_minute(series, some_bars, closed):
    bars = some_bars(10)
    series.load(bars[:9])
    series.set_forming(bars[9])
    series.append(closed(bars)[9])

    assert len(series) == 10


def test_a_forming_minute_that_has_closed_is_left_out(series, some_bars):
    bars = some_bars(10)
    series.load(bars)
    series.set_forming(bars[9])

    assert len(series) == 10


def test_a_bar_is_not_taken_twice_and_not_out_of_order(series, some_bars, closed):
    bars = some_bars(10)
    series.load(bars)

    assert not series.append(closed(bars)[9])
    assert not series.append(closed(bars)[3])
    assert len(series) == 10


def test_history_out_of_order_is_put_right(series, some_bars):
    bars = some_bars(6)
    series.load([bars[0], bars[2], bars[1], bars[2], bars[3]])

    assert series.candles(0, 9).local.tolist() == [
        series.candle(0).local + 60 * number for number in (0, 2, 3)
    ]


def test_only_live_bars_have_scores(series, some_bars, closed):
    bars = some_bars(10)
    series.load(bars[:8])
    for event in closed(bars, buy=1.7, sell=0.5)[8:]:
        series.append(event)

    assert np.isnan(series.values(BUY_SCORE, 0, 8)).all()
    assert series.values(BUY_SCORE, 8, 10).tolist() == [1.7, 1.7]
    assert series.values(SELL_SCORE, 8, 10).tolist() == [0.5, 0.5]


def test_a_longer_bar_keeps_its_highest_score(series, some_bars, closed):
    series.set_timeframe(5)
    events = closed(some_bars(10), buy=0.5)
    events[6] = replace(events[6], score=events[6].score._replace(buy=2.2))
    for event in events:
        series.append(event)

    assert series.values(BUY_SCORE, 0, 2).tolist() == [0.5, 2.2]


def test_a_moment_finds_its_bar(series, some_bars, a_bar):
    bars = some_bars(10)
    series.load(bars[:4] + bars[6:9])
    series.set_forming(bars[9])

    assert series.row_at(bars[2].start + timedelta(seconds=59)) == 2
    assert series.row_at(bars[5].start) == 3  # nothing was traded then
    assert series.row_at(bars[9].start + timedelta(seconds=3)) == 7
    assert series.row_at(bars[0].start - timedelta(seconds=1)) is None


def test_a_row_knows_its_aware_time(series, some_bars):
    bars = some_bars(3)
    series.load(bars)

    assert series.start_of(series.candle(1).local) == bars[1].start
    assert series.start_of(series.candle(1).local).utcoffset() == timedelta(hours=9)


def test_whole_prices_have_no_decimals(series, some_bars):
    bars = some_bars(3)
    series.load(bars)
    assert series.decimals == 0

    series.load([replace(bar, close=bar.close + 0.25, high=bar.high + 1) for bar in bars])
    assert series.decimals == 2


def test_nothing_has_no_rows(series):
    series.load([])

    assert len(series) == 0
    assert len(series.candles(0, 10)) == 0
    assert series.value("rsi", 0) is None
    assert series.values(BUY_SCORE, 0, 0).tolist() == []


@pytest.mark.parametrize("minutes", [1, 5, 60])
def test_moments_are_found_in_the_rows_that_hold_them(series, some_bars, closed, minutes):
    bars = some_bars(200)
    series.set_timeframe(minutes)
    series.load(bars[:197])
    for event in closed(bars)[197:]:
        series.append(event)
    starts = np.array([round(bar.start.timestamp()) for bar in bars])

    assert series.rows_of(starts).tolist() == [series.row_at(bar.start) for bar in bars]
    assert series.rows_of(starts[:1] - 86_400).tolist() == [-1]


def test_values_that_come_with_the_bars_are_shown_as_they_are(series, some_bars):
    bars = BarColumns.from_bars(some_bars(50))
    names = IndicatorSet(Settings()).batch(bars)
    bars.set_values({name: np.full(50, 7.0) for name in names})
    series.load(bars)
    assert series.values("ema_short", 0, 50).tolist() == [7.0] * 50


def test_bars_that_bring_only_some_values_have_all_computed(series, some_bars):
    bars = BarColumns.from_bars(some_bars(50))
    bars.set_values({"ema_short": np.full(50, 7.0)})
    series.load(bars)
    assert series.value("ema_short", 49) != 7.0
