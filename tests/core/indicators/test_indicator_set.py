"""All indicators together, and how new ones come in."""

import numpy as np
import pytest

from config.schema import Settings
from config.text import Text
from core.domain.market import Bar
from core.indicators import Arrays, Indicator, IndicatorSet, Plot, Shape, register, registered
from core.indicators.registry import Numbers
from core.series import BarColumns
from tests.core.bar_samples import bars_of, real_bars
from tests.core.indicators.samples import settings

NAMES = {"ema_short", "ema_long", "rsi", "bb_low", "bb_mid", "bb_high", "vwap"}


def test_it_names_every_value_of_the_strategy() -> None:
    assert set(registered()) == {"ema", "rsi", "bollinger", "vwap"}
    indicators = IndicatorSet(settings())
    (bar,) = bars_of([100])
    assert set(indicators.names) == NAMES
    assert set(indicators.update(bar)) == NAMES


@pytest.mark.parametrize("name", ["005930_1min", "AAPL_1min"])
def test_bar_by_bar_and_all_at_once_are_equal(name: str) -> None:
    bars = real_bars(name)
    live, columns = (
        IndicatorSet(settings()),
        BarColumns(live_names := IndicatorSet(settings()).names),
    )
    for bar in bars:
        columns.append(bar, live.update(bar))
    batch = IndicatorSet(settings()).batch(columns)
    assert set(batch) == set(live_names)
    for value, array in batch.items():
        np.testing.assert_allclose(array, columns[value], rtol=1e-13, err_msg=value)


def test_a_batch_leaves_the_live_values_alone() -> None:
    bars = bars_of(range(100, 200))
    touched, alone = IndicatorSet(settings()), IndicatorSet(settings())
    for bar in bars:
        touched.batch(BarColumns.from_bars(bars))
        assert touched.update(bar) == alone.update(bar)


@pytest.mark.parametrize(
    ("strategy", "warmup"),
    [({}, 21), ({"rsi_period": 50}, 50), ({"bb_period": 99}, 99), ({"ema_long": 30}, 30)],
)
def test_warmup_is_the_longest_period(strategy: dict[str, int], warmup: int) -> None:
    indicators = IndicatorSet(settings(**strategy))
    assert indicators.warmup == warmup
    rows = [indicators.update(bar) for bar in bars_of(range(1000, 1000 + warmup))]
    assert None in rows[-2].values()
    assert None not in rows[-1].values()


def test_every_value_is_drawn_once() -> None:
    plots = IndicatorSet(settings()).plots()
    assert sorted(name for plot in plots for name in plot.names) == sorted(NAMES)
    assert [plot.names for plot in plots if plot.shape is Shape.BAND] == [
        ("bb_low", "bb_mid", "bb_high")
    ]
    assert all(plot.title.ko and plot.title.en and plot.color for plot in plots)


class _Other(Indicator):
    title = Text.of("Other")
    names = ("other",)

    def __init__(self, settings: Settings) -> None: ...

    def update(self, bar: Bar, values: Numbers) -> None:
        values["other"] = bar.close

    def batch(self, columns: BarColumns) -> Arrays:
        return {"other": columns.close}

    def plots(self) -> tuple[Plot, ...]:
        return (Plot(self.title, self.names, "other"),)


def test_one_class_adds_an_indicator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.indicators.registry._registered", registered())
    register("other")(_Other)
    (bar,) = bars_of([100])
    indicators = IndicatorSet(settings())
    assert indicators.update(bar)["other"] == 100
    assert indicators.names[-1] == "other"


@pytest.mark.parametrize(("code", "value"), [("rsi", "other"), ("other", "rsi")])
def test_what_is_taken_is_refused(code: str, value: str) -> None:
    class Twice(_Other):
        names = (value,)

    with pytest.raises(ValueError, match=f"indicator {code}: rsi is already taken"):
        register(code)(Twice)
