"""The templates work as they are, through the whole path, and look into no future."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.schema import Settings
from core.backtest.lookahead import check
from core.domain.signal import Snapshot
from core.indicators import IndicatorSet
from core.predict import own as predictors
from core.rules import registered
from core.user_code import State, UserCode
from core.user_code.templates import KINDS, create
from tests.core.backtest.test_lookahead import laid_out, random_bars
from tests.core.bar_samples import SEOUL, bars_of
from tests.core.user_code.conftest import OwnCode
from tests.core.user_code.samples import rule_with


def made(own: OwnCode, kind: str, name: str) -> UserCode:
    create(own.home / "user_code", kind, name)
    return own.begin(f"{name}.py")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["my_own", "b2"])
def test_a_new_file_loads_under_its_own_name(own: OwnCode, kind: str, name: str) -> None:
    (file,) = made(own, kind, name).files
    assert (file.state, file.why) == (State.LOADED, None)
    assert [(r.kind, r.code) for r in file.registered] == [(kind, name)]
    assert f"my_{kind}" not in file.described.content.decode()
    assert file.described.summary


@pytest.mark.parametrize("kind", ["indicator", "rule"])
def test_a_template_looks_into_no_future(own: OwnCode, kind: str) -> None:
    made(own, kind, "mine")
    (verdict,) = check(laid_out(random_bars()), Settings(), SEOUL, ["mine"])
    assert verdict.is_clean


def test_code_that_fails_is_never_called_clean(own: OwnCode) -> None:
    own.write("bad.py", rule_with("raise ValueError"))
    own.begin("bad.py")
    (verdict,) = check(laid_out(random_bars(100)), Settings(), SEOUL, ["rise"])
    assert not verdict.is_clean
    assert verdict.finding is None
    assert verdict.failures > 0


def test_two_of_one_kind_live_side_by_side(own: OwnCode) -> None:
    made(own, "rule", "one")
    create(own.home / "user_code", "rule", "two")
    assert [file.state for file in own.begin("two.py").files] == [State.LOADED, State.LOADED]
    assert {"strategy.weight_one", "strategy.weight_two"} <= set(Settings().flat())


def test_the_rule_votes_both_ways_on_a_market_that_swings(own: OwnCode) -> None:
    made(own, "rule", "mine")
    settings = Settings()
    rule, indicators = registered()["mine"](settings), IndicatorSet(settings)
    prev, bought, sold = None, 0, 0
    for bar in random_bars():
        latest = Snapshot(bar, indicators.update(bar))
        result = rule.evaluate(prev, latest)
        bought, sold, prev = bought + result.buys, sold + result.sells, latest
    assert bought > 3
    assert sold > 3


def test_the_indicator_is_the_change_over_its_period_in_percent(own: OwnCode) -> None:
    made(own, "indicator", "mine")
    settings = Settings({"strategy.mine_bars": 2})
    indicators = IndicatorSet(settings)
    rows = [indicators.update(bar)["mine"] for bar in bars_of([100, 101, 110, 50])]
    assert rows[:2] == [None, None]
    assert rows[2:] == pytest.approx([10.0, (50 / 101 - 1) * 100])


def test_the_predictor_expects_half_of_the_last_move_back(own: OwnCode) -> None:
    made(own, "predictor", "mine")
    assert predictors.ask("mine", {"return_5": 0.01}).value == -0.005
    assert predictors.ask("mine", {"return_5": 0.5}).value == -0.02


def test_a_file_that_is_there_is_never_overwritten(own: OwnCode) -> None:
    path = own.write("mine.py", "# mine\n")
    with pytest.raises(ConfigError, match="not overwritten"):
        create(path.parent, "rule", "mine")
    assert path.read_text("utf-8") == "# mine\n"


@pytest.mark.parametrize("name", ["", "Rule", "1st", "my-rule", "../rule", "a b", "규칙", "x" * 41])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be a name"):
        create(tmp_path, "rule", name)
    assert not list(tmp_path.iterdir())
