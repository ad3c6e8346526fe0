"""Stocks the exchange has halted or warns of are not bought, as far as the trader wants it so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.schema import Settings
from core.risk.checks.instrument_state import instrument_state
from core.risk.context import RiskContext
from tests.builders import an_intent
from tests.core.risk.test_gate import GOOD

ALL = ("관리종목", "정리매매", "투자위험", "투자경고", "단기과열")


def reason(context: RiskContext) -> str:
    check = instrument_state(an_intent(), context)
    assert check.passed == (check.reason is None)
    return check.reason.ko if check.reason else ""


def marked(*warnings: str, **options: bool) -> RiskContext:
    settings = Settings({f"risk.{name}": value for name, value in options.items()})
    return replace(GOOD, warnings=warnings, settings=settings)


@pytest.mark.parametrize("word", ["관리종목", "정리매매", "투자위험"])
def test_the_gravest_warnings_are_kept_away_from(word: str) -> None:
    assert word in reason(marked(word))


@pytest.mark.parametrize("word", ["투자경고", "단기과열", "투자주의", "환기종목", ""])
def test_others_are_bought_unless_the_trader_says_otherwise(word: str) -> None:
    assert reason(marked(word)) == ""


def test_every_warning_has_its_switch() -> None:
    names = ("managed", "liquidation", "risk", "alert", "overheated")
    switches = [f"block_{name}" for name in names]
    for word, switch in zip(ALL, switches, strict=True):
        only = {name: name == switch for name in switches}
        assert reason(marked(*ALL, **only)) == f"거래소 지정: {word}"
    assert reason(marked(*ALL, **dict.fromkeys(switches, False))) == ""


def test_a_halted_stock_is_never_bought() -> None:
    assert "거래정지" in reason(replace(marked(block_managed=False), is_halted=True))


def test_all_of_several_reasons_are_told() -> None:
    told = reason(replace(marked("관리종목", "투자위험"), is_halted=True))
    assert told == "거래소 지정: 거래정지·관리종목·투자위험"
