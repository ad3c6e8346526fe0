"""`backtest --look-ahead` names what looks ahead, and its exit code says whether anything does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from config import arguments
from core import indicators
from core.backtest.lookahead_command import look_ahead, newest
from core.backtest.market import MarketData
from core.indicators import Indicator
from core.program import Program
from tests.core.backtest.test_lookahead import _NextClose, laid_out, random_bars
from tests.core.bar_samples import SEOUL

MARKET = MarketData((laid_out(random_bars(700)),), SEOUL)


@pytest.fixture
def program(tmp_path: object) -> Program:
    words = ["config", "show", "--home", str(tmp_path), "--config", f"{tmp_path}/config.json"]
    return Program(arguments.parse([*words, "--lang", "en"]))


@pytest.fixture
def cheat() -> Iterator[type[Indicator]]:
    before = indicators.registered()
    yield indicators.register("cheat")(_NextClose)
    indicators.registry.restore(before)


def test_what_is_clean_is_listed_with_exit_code_0(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    assert look_ahead(program, MARKET, as_json=False) == 0
    out = capsys.readouterr().out
    assert "005930: checked on 700 bars" in out
    for code in ("ema", "vwap", "ema_cross", "ai"):
        assert f"({code}): does not look ahead" in out


def test_a_cheat_is_named_with_exit_code_1(
    program: Program, cheat: type[Indicator], capsys: pytest.CaptureFixture[str]
) -> None:
    assert look_ahead(program, MARKET, as_json=True) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["is_clean"]
    (wrong,) = [each for each in found["verdicts"] if not each["is_clean"]]
    assert (wrong["symbol"], wrong["kind"], wrong["code"]) == ("005930", "indicator", "cheat")
    assert (wrong["finding"]["cause"], wrong["finding"]["name"]) == ("future", "own")


def test_without_enough_bars_nothing_is_called_clean(program: Program) -> None:
    market = MarketData((laid_out(random_bars(1)),), SEOUL)
    assert look_ahead(program, market, as_json=False) == 1


def test_only_the_newest_whole_days_are_looked_at() -> None:
    bars = laid_out(random_bars(900))
    part = newest(bars, 650)
    assert len(part) == 600
    assert part.day_first.tolist() == [0, 300]
    assert part.columns.start[0] == bars.columns.start[300]
    assert part.closes.tolist() == bars.closes[1:].tolist()
    assert newest(bars, 900) is bars
    assert len(newest(bars, 10)) == 300
