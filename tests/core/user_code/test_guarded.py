"""Whatever a user's code does while it runs costs its own word, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from config.schema import Settings
from core.domain.signal import RuleResult, Snapshot
from core.indicators import IndicatorSet, registered
from core.scoring import Scorer
from core.series import BarColumns
from core.user_code import UserCode
from core.user_code.trouble import MOST_FAILURES, Trouble
from tests.core.bar_samples import OPEN, bars_of
from tests.core.user_code.conftest import OwnCode
from tests.core.user_code.samples import INDICATOR, RULE, indicator_with, rule_with

BARS = bars_of(range(100, 130))


def score_of(bars: int = 2) -> list[RuleResult]:
    """Return what the last registered rule says of the first bars, as the engine asks it."""
    settings = Settings()
    indicators, scorer = IndicatorSet(settings), Scorer(settings)
    prev, said = None, []
    for bar in BARS[:bars]:
        latest = Snapshot(bar, indicators.update(bar))
        said.append(scorer.score(prev, latest, True).results[-1])
        prev = latest
    return said


def heard(code: UserCode) -> list[Trouble]:
    troubles: list[Trouble] = []
    code.troubles.listen(troubles.append)
    return troubles


def loaded(own: OwnCode, text: str, name: str = "mine.py") -> UserCode:
    own.write(name, text)
    code = own.begin(name)
    assert code.files[0].why is None
    return code


def test_a_rule_that_works_has_its_row_in_the_score_with_its_weight(own: OwnCode) -> None:
    loaded(own, RULE)
    first, second = score_of()
    assert (first.rule, first.buys, first.sells) == ("rise", False, True)
    assert (second.buys, second.sells, second.weight) == (True, False, 1.0)
    assert second.seen == {"close": 101}


@pytest.mark.parametrize(
    ("evaluate", "said"),
    [
        ("raise KeyError('no')", "KeyError"),
        ("return latest.values['nowhere']", "KeyError"),
        ("import sys; sys.exit()", "SystemExit"),
        ("return None", "no RuleResult"),
        ("return (True, False)", "no RuleResult"),
        ("return RuleResult('rise', 1.0, False, 1, {})", "buys is 1.0"),
        ("return RuleResult('rise', None, False, 1, {})", "buys is None"),
        ("return RuleResult('rise', True, False, 1, {'x': float('nan')})", "x is nan"),
        ("return RuleResult('rise', True, False, 1, {'x': 'text'})", "x is 'text'"),
        ("return RuleResult('rise', True, False, 1, 7)", "mapping"),
        ("latest.values['rsi'] = 0.0", "TypeError"),
        ("return self.evaluate(prev, latest)", "RecursionError"),
    ],
)
def test_a_rule_that_fails_or_talks_nonsense_has_no_vote(
    own: OwnCode, evaluate: str, said: str
) -> None:
    code = loaded(own, rule_with(evaluate))
    troubles = heard(code)
    first, second = score_of()
    assert (first.buys, first.sells, first.note) == (False, False, "error")
    assert second.weight == 1.0
    (trouble,) = troubles
    assert said in trouble.text.en
    assert "mine.py" in trouble.text.ko
    assert code.troubles.count("mine.py") == 2


def test_numpy_answers_are_as_good_as_our_own(own: OwnCode) -> None:
    text = "import numpy as np\n" + rule_with(
        "return RuleResult('other', np.True_, np.False_, 99, {'x': np.float32(2)}, 'ok')"
    )
    loaded(own, text)
    (result,) = score_of(1)
    assert result == RuleResult("rise", True, False, 1.0, {"x": 2.0}, "ok")
    assert type(result.buys) is bool
    assert json.dumps(result)


def test_a_weight_that_is_none_counts_nothing(own: OwnCode) -> None:
    loaded(own, RULE.replace("settings[Opts].weight_rise", "None"))
    assert score_of()[1].weight == 0.0


def test_what_fails_too_often_is_asked_no_more_and_that_is_said_once(own: OwnCode) -> None:
    code = loaded(own, rule_with("raise ValueError('always')"))
    troubles = heard(code)
    notes = [result.note for result in score_of(MOST_FAILURES + 3)]
    assert notes == ["error"] * (MOST_FAILURES - 1) + ["off"] * 4
    assert [trouble.is_off for trouble in troubles] == [False, True]
    assert "switched off" in troubles[1].text.en
    assert code.troubles.count("mine.py") == MOST_FAILURES


def test_trouble_before_anybody_listens_is_told_later(own: OwnCode) -> None:
    code = loaded(own, rule_with("raise ValueError('early')"))
    score_of()
    (trouble,) = heard(code)
    assert "early" in trouble.text.en
    assert "mine.py:28: ValueError" in trouble.text.en


def test_the_other_rules_vote_as_ever_beside_one_that_fails(own: OwnCode) -> None:
    settings = Settings()
    indicators, alone = IndicatorSet(settings), Scorer(settings)
    latest = Snapshot(BARS[0], indicators.update(BARS[0]))
    wanted = alone.score(None, latest, True).results
    loaded(own, rule_with("raise ValueError"))
    assert Scorer(Settings()).score(None, latest, True).results[:-1] == wanted


def values(bars: int = 3) -> list[dict[str, float | None]]:
    indicators = IndicatorSet(Settings())
    return [indicators.update(bar) for bar in BARS[:bars]]


def batch() -> np.ndarray:
    return IndicatorSet(Settings()).batch(BarColumns.from_bars(BARS))["twice"]


def test_an_indicator_that_works_gives_its_values(own: OwnCode) -> None:
    loaded(own, INDICATOR)
    assert [row["twice"] for row in values()] == [200, 202, 204]
    np.testing.assert_array_equal(batch(), [2 * bar.close for bar in BARS])
    assert IndicatorSet(Settings({"strategy.ema_long": 10})).warmup == 20
    assert IndicatorSet(Settings()).plots()[-1].title.ko == "두 배"


@pytest.mark.parametrize(
    "update",
    [
        "raise OverflowError",
        "values['other'] = 1.0",
        "values['twice'] = float('nan')",
        "values['twice'] = float('inf')",
        "values['twice'] = 'high'",
        "values['twice'] = True",
        "bar.close = 0",
    ],
)
def test_an_indicator_that_fails_or_talks_nonsense_is_undefined(own: OwnCode, update: str) -> None:
    code = loaded(own, indicator_with(update=update))
    troubles = heard(code)
    rows = values()
    assert [row["twice"] for row in rows] == [None] * 3
    assert all("other" not in row for row in rows)
    assert len(troubles) == 1


def test_an_indicator_cannot_write_under_the_name_of_another(own: OwnCode) -> None:
    wanted = [row["ema_short"] for row in values(12)]
    loaded(own, indicator_with(update="values['twice'] = 1.0; values['ema_short'] = 5.0"))
    assert [row["ema_short"] for row in values(12)] == wanted


@pytest.mark.parametrize(
    "body",
    [
        "raise MemoryError",
        "return None",
        "return {}",
        "return {'twice': columns.close[1:]}",
        "return {'twice': columns.close + np.inf}",
        "return {'twice': ['a'] * len(columns)}",
        "columns.close[:] = 0; return {'twice': columns.close}",
    ],
)
def test_a_batch_that_fails_is_undefined_and_harms_no_bars(own: OwnCode, body: str) -> None:
    code = loaded(own, indicator_with(batch=body))
    columns = BarColumns.from_bars(BARS)
    found = IndicatorSet(Settings()).batch(columns)["twice"]
    assert np.isnan(found).all()
    assert len(found) == len(BARS)
    assert columns.close[0] == 100
    assert len(heard(code)) == 1


def test_an_indicator_that_cannot_be_made_by_other_settings_is_undefined(own: OwnCode) -> None:
    broken = "self.warmup = 1 / (settings.value('strategy.ema_short') != 5)"
    loaded(own, indicator_with(init=broken.replace("1 /", "1 //")))
    indicators = IndicatorSet(Settings({"strategy.ema_short": 5}))
    assert indicators.update(BARS[0])["twice"] is None
    assert indicators.warmup == 21
    assert len(indicators.plots()) == len(IndicatorSet(Settings()).plots()) - 1


@pytest.mark.parametrize("warmup", ["'3'", "-1", "10**9", "True"])
def test_a_warmup_that_is_no_number_of_bars_never_keeps_trading_waiting(
    own: OwnCode, warmup: str
) -> None:
    loaded(own, indicator_with(init=f"self.warmup = {warmup}"))
    assert IndicatorSet(Settings()).warmup == 21


def test_plots_of_others_values_are_not_drawn(own: OwnCode) -> None:
    text = INDICATOR.replace("self.names, ", "('vwap',), ")
    code = loaded(own, text)
    assert not [p for p in IndicatorSet(Settings()).plots() if p.color == "twice"]
    assert len(heard(code)) == 1


def test_the_built_in_ones_are_not_wrapped(own: OwnCode) -> None:
    loaded(own, INDICATOR)
    modules = {cls.__module__.partition(".")[0] for cls in list(registered().values())[:-1]}
    assert modules == {"core"}


def test_each_symbol_has_an_indicator_of_its_own(own: OwnCode) -> None:
    loaded(
        own, indicator_with(update="self.n = getattr(self, 'n', 0) + 1; values['twice'] = self.n")
    )
    first, second = IndicatorSet(Settings()), IndicatorSet(Settings())
    bars = bars_of([1, 2], OPEN + timedelta(minutes=5))
    assert [first.update(bar)["twice"] for bar in bars] == [1, 2]
    assert second.update(bars[0])["twice"] == 1
