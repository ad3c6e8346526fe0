"""What looks into the future is found, and what does not is left in peace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from config.schema import Settings
from config.text import Text
from core import indicators, rules
from core.backtest.lookahead import Cause, Finding, Kind, check, cuts_of
from core.backtest.market import SymbolBars
from core.domain.market import Bar
from core.domain.signal import RuleResult, Snapshot
from core.indicators import Arrays, Indicator, Plot
from core.indicators.registry import Numbers
from core.rules import Rule
from core.series import BarColumns
from tests.core.bar_samples import NEW_YORK, OPEN, SEOUL, real_bars

SETTINGS = Settings()


def random_bars(count: int = 900, seed: int = 3) -> list[Bar]:
    """Return a walk over several days of 300 minutes each."""
    random = np.random.default_rng(seed)
    closes = 70_000 + np.cumsum(random.integers(-3, 4, count) * 100)
    bars = []
    for at, close in enumerate(closes.tolist()):
        start = OPEN + timedelta(days=at // 300, minutes=at % 300)
        high, low = close + 100, close - 200
        bars.append(Bar("005930", start, close - 100, high, low, close, 10 + at % 7))
    return bars


def laid_out(bars: list[Bar]) -> SymbolBars:
    columns = BarColumns.from_bars(bars)
    first = columns.day_starts().astype(np.int64)
    return SymbolBars(bars[0].symbol, columns, first, columns.start[first] + 23_400)


@pytest.fixture
def registries() -> Iterator[None]:
    """Have every indicator and rule added by a test forgotten."""
    before = indicators.registered(), rules.registered()
    yield
    indicators.registry.restore(before[0])
    rules.registry.restore(before[1])


class _Own(Indicator):
    """Honest bar by bar: the close; a test gives `batch`."""

    title = Text.of("Own")
    names = ("own",)

    def __init__(self, settings: Settings) -> None: ...

    def update(self, bar: Bar, values: Numbers) -> None:
        values["own"] = float(bar.close)

    def batch(self, columns: BarColumns) -> Arrays:
        return {"own": columns.close.astype(np.float64)}

    def plots(self) -> tuple[Plot, ...]:
        return ()


class _NextClose(_Own):
    def batch(self, columns: BarColumns) -> Arrays:
        return {"own": np.append(columns.close[1:], np.nan)}


class _HighOfDay(_Own):
    def batch(self, columns: BarColumns) -> Arrays:
        days = columns.day
        highs = [columns.high[days == day].max() for day in days]
        return {"own": np.array(highs, dtype=np.float64)}


class _Normalised(_Own):
    def batch(self, columns: BarColumns) -> Arrays:
        return {"own": columns.close / columns.close.mean()}


class _Centred(_Own):
    def batch(self, columns: BarColumns) -> Arrays:
        close = columns.close
        padded = np.concatenate(([close[0]], close, [close[-1]]))
        return {"own": (padded[:-2] + padded[1:-1] + padded[2:]) / 3}


class _Differs(_Own):
    def update(self, bar: Bar, values: Numbers) -> None:
        values["own"] = float(bar.high)


class _Above(Rule):
    title = Text.of("Above")
    weight = 1.0

    def __init__(self, settings: Settings) -> None: ...

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        own = latest.values["own"]
        buys = own is not None and own > latest.close
        return RuleResult("above", buys, False, 1.0, {"own": own})


def looked_at(*codes: str, bars: list[Bar] | None = None) -> list[Finding]:
    verdicts = check(laid_out(bars or random_bars()), SETTINGS, SEOUL, codes or None)
    return [verdict.finding for verdict in verdicts if verdict.finding]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_indicator_and_rule_of_the_strategy_is_clean_on_random_bars(seed: int) -> None:
    verdicts = check(laid_out(random_bars(seed=seed)), SETTINGS, SEOUL, seed=seed)
    assert {v.code for v in verdicts if v.kind is Kind.INDICATOR} == set(indicators.registered())
    assert {v.code for v in verdicts if v.kind is Kind.RULE} == set(rules.registered())
    assert all(verdict.is_clean for verdict in verdicts)


@pytest.mark.parametrize("name", ["005930_1min", "AAPL_1min"])
def test_every_indicator_and_rule_of_the_strategy_is_clean_on_real_bars(name: str) -> None:
    zone = SEOUL if name.startswith("0") else NEW_YORK
    bars = laid_out(real_bars(name)[-1500:])
    assert all(verdict.is_clean for verdict in check(bars, SETTINGS, zone))


@pytest.mark.parametrize("cheat", [_NextClose, _HighOfDay, _Normalised, _Centred])
def test_an_indicator_that_uses_later_bars_is_found(
    registries: None, cheat: type[Indicator]
) -> None:
    indicators.register("cheat")(cheat)
    (found,) = looked_at("cheat")
    assert (found.kind, found.code, found.name, found.cause) == (
        Kind.INDICATOR, "cheat", "own", Cause.FUTURE,
    )  # fmt: skip
    assert found.known != found.later
    assert found.time < random_bars()[found.known_bars].start


def test_an_update_that_differs_from_the_batch_is_found(registries: None) -> None:
    indicators.register("differs")(_Differs)
    (found,) = looked_at("differs")
    assert found.cause is Cause.UPDATE
    first = random_bars()[0]
    assert (found.time, found.known, found.later) == (first.start, first.high, first.close)


def test_a_rule_that_peeks_through_a_cheating_indicator_is_found(registries: None) -> None:
    indicators.register("cheat")(_NextClose)
    rules.register("above")(_Above)
    (found,) = looked_at("above")
    assert (found.kind, found.name, found.cause) == (Kind.RULE, "buys", Cause.FUTURE)
    assert {found.known, found.later} == {0.0, 1.0}


def test_a_rule_on_an_indicator_that_differs_live_is_found(registries: None) -> None:
    indicators.register("differs")(_Differs)
    rules.register("above")(_Above)
    (found,) = looked_at("above")
    assert (found.name, found.cause, found.known, found.later) == ("buys", Cause.UPDATE, 1, 0)


def test_what_is_clean_stays_clean_beside_a_cheat(registries: None) -> None:
    indicators.register("cheat")(_NextClose)
    assert [found.code for found in looked_at()] == ["cheat"]


def test_a_finding_says_what_where_and_how_to_mend_it_in_both_languages(registries: None) -> None:
    indicators.register("cheat")(_NextClose)
    (found,) = looked_at("cheat")
    for text in (found.text.ko, found.text.en):
        assert "own" in text
        assert f"005930 {found.time:%Y-%m-%d %H:%M}" in text
        assert "shift(-1)" in text
        assert "{" not in text


def test_the_past_is_cut_at_first_bars_warm_up_edges_of_days_and_never_at_the_end() -> None:
    bars = laid_out(random_bars())
    cuts = cuts_of(bars, SETTINGS, seed=1)
    assert cuts == sorted(set(cuts))
    assert {1, 2, 20, 21, 22, 299, 300, 301, 600, 899} <= set(cuts)
    assert cuts[-1] == 899


def test_too_few_bars_show_nothing_and_say_so() -> None:
    verdicts = check(laid_out(random_bars(1)), SETTINGS, SEOUL)
    assert not any(verdict.is_clean or verdict.finding for verdict in verdicts)


def test_progress_may_break_it_off() -> None:
    def stop(done: float) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(laid_out(random_bars(50)), SETTINGS, SEOUL, progress=stop)
