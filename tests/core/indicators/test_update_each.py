"""Many bars in a row give what one bar after the other gives, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from config.text import Text
from core.domain.market import Bar
from core.indicators import Arrays, Indicator, IndicatorSet, Plot, registered
from core.indicators.registry import Numbers
from core.indicators.stretch import Lines
from core.series import BarColumns
from tests.core.bar_samples import OPEN, bars_of, real_bars
from tests.core.indicators.samples import CENTS, REAL_FILES, WHOLE, settings, stretch_of

PERIODS = st.fixed_dictionaries(
    {
        "ema_short": st.integers(2, 5),
        "ema_long": st.integers(6, 30),
        "rsi_period": st.integers(2, 30),
        "bb_period": st.integers(2, 30),
        "bb_width": st.sampled_from([0.1, 2.0, 2.5]),
    }
)


def by_day(bars: Sequence[Bar]) -> list[list[Bar]]:
    return [list(day) for _, day in groupby(bars, lambda bar: bar.start.date())]


def one_by_one(indicator: Indicator, bars: Sequence[Bar]) -> Lines:
    lines: Lines = {name: [] for name in indicator.names}
    for bar in bars:
        values: Numbers = {}
        indicator.update(bar, values)
        assert set(values) == set(lines)
        for name, value in values.items():
            lines[name].append(nan if value is None else value)
    return lines


def mixed(indicator: Indicator, bars: Sequence[Bar], cuts: Sequence[int]) -> Lines:
    """Take the bars in turns: a few one by one, the next few in a row."""
    lines: Lines = {name: [] for name in indicator.names}
    edges = sorted({0, len(bars), *(cut % len(bars) for cut in cuts)})
    for turn, (first, end) in enumerate(pairwise(edges)):
        for day in by_day(bars[first:end]):
            part = (
                one_by_one(indicator, day) if turn % 2 else indicator.update_each(stretch_of(day))
            )
            for name, line in part.items():
                lines[name] += line
    return lines


@st.composite
def some_bars(draw: st.DrawFn) -> list[Bar]:
    """Return bars of some days with closes whole, in cents, or turning from one to the other."""
    closes = draw(WHOLE | CENTS | st.tuples(WHOLE, CENTS).map(lambda both: [*both[0], *both[1]]))
    spread = draw(st.sampled_from([0, 1, 500]))
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 3) | st.integers(0, 10**7), st.booleans(), st.booleans()),
            min_size=len(closes),
            max_size=len(closes),
        )
    )
    bars, start = [], OPEN
    for close, (volume, is_known, is_next_day) in zip(closes, rows, strict=True):
        start += timedelta(days=is_next_day, minutes=1)
        low = max(close - spread, 1)
        turnover = close * volume if is_known else None
        bars.append(Bar("005930", start, close, close + spread, low, close, volume, turnover, 7))
    return bars


@given(some_bars(), st.lists(st.integers(0, 10**6), max_size=6), PERIODS)
def test_turns_of_both_give_the_same_on_any_bars(
    bars: list[Bar], cuts: list[int], periods: dict[str, Any]
) -> None:
    chosen = settings(**periods)
    for cls in registered().values():
        # As text, since that tells every float from every other and NaN is equal to itself.
        assert repr(mixed(cls(chosen), bars, cuts)) == repr(one_by_one(cls(chosen), bars))


@pytest.mark.parametrize("name", REAL_FILES)
def test_days_of_real_prices_give_the_same(name: str) -> None:
    bars = [bar for bar in real_bars(name) if bar.close == bar.close]
    for cls in registered().values():
        each, together = cls(settings()), cls(settings())
        for day in by_day(bars):
            assert repr(together.update_each(stretch_of(day))) == repr(one_by_one(each, day))


@pytest.mark.parametrize("close", [4_700_000, 4_750_000, 3_000_000_000, 10**15 + 1])
def test_sums_stay_exact_where_floats_no_longer_are(close: int) -> None:
    """20 x 4,744,000 is about where the squares of whole sums leave the numbers floats have."""
    bars = bars_of([close + step * step % 97 for step in range(120)])
    for cls in registered().values():
        assert repr(mixed(cls(settings()), bars, [30, 31, 70])) == repr(
            one_by_one(cls(settings()), bars)
        )


def test_the_set_gives_the_values_of_all() -> None:
    bars = bars_of(range(100, 160))
    live, lines = IndicatorSet(settings()), IndicatorSet(settings()).update_each(stretch_of(bars))
    assert tuple(lines) == live.names
    for row, bar in enumerate(bars):
        values = {
            name: None if line[row] != line[row] else line[row] for name, line in lines.items()
        }
        assert values == live.update(bar)


class _Plain(Indicator):
    """As a user writes it: without a loop of its own."""

    title = Text.of("Plain")
    names = ("plain", "last_ticks")

    def __init__(self, settings: Settings) -> None:
        self._last: int | None = None

    def update(self, bar: Bar, values: Numbers) -> None:
        values |= {"plain": bar.start.minute + bar.close, "last_ticks": self._last}
        self._last = bar.ticks

    def batch(self, columns: BarColumns) -> Arrays:
        raise AssertionError("bars come one by one here, columns are for history")

    def plots(self) -> tuple[Plot, ...]:
        return ()


@given(some_bars(), st.lists(st.integers(0, 10**6), max_size=3))
def test_one_without_a_loop_of_its_own_is_updated_bar_by_bar(
    bars: list[Bar], cuts: list[int]
) -> None:
    chosen = settings()
    assert repr(mixed(_Plain(chosen), bars, cuts)) == repr(one_by_one(_Plain(chosen), bars))


def test_a_stretch_gives_the_records_of_live_trading_back() -> None:
    bars = bars_of([100, 101.5, 102])
    stretch = stretch_of(bars)
    assert len(stretch) == 3
    assert repr([stretch.bar(row) for row in range(3)]) == repr(bars)
