"""Symbols switched off in the settings are watched but not bought."""

from __future__ import annotations

from typing import Any

from core.domain.messages import ApplySettings, EnableSymbol

BOTH = ("005930", "000660")


def is_on(desk: Any, symbol: str) -> bool:
    enabled: bool = desk.engine.markets[symbol].is_enabled
    return enabled


def apply(desk: Any, **values: Any) -> None:
    changes = {key.replace("__", "."): value for key, value in values.items()}
    desk.tell(ApplySettings(desk.engine.settings.changed(changes)))


def test_a_symbol_may_be_off_from_the_start(make_desk: Any) -> None:
    desk = make_desk(BOTH, market__symbols_off=["000660"])
    assert is_on(desk, "005930")
    assert not is_on(desk, "000660")


def test_applied_settings_switch_a_symbol_off_and_on(make_desk: Any) -> None:
    desk = make_desk(BOTH)
    apply(desk, market__symbols_off=["000660"])
    assert not is_on(desk, "000660")
    apply(desk, market__symbols_off=[])
    assert is_on(desk, "000660")


def test_other_settings_leave_what_was_switched_by_hand(make_desk: Any) -> None:
    desk = make_desk(BOTH, market__symbols_off=["000660"])
    desk.tell(EnableSymbol("005930", False))
    desk.tell(EnableSymbol("000660", True))
    apply(desk, risk__stop_loss_pct=2.0)
    assert not is_on(desk, "005930")
    assert is_on(desk, "000660")


def test_a_removed_symbol_is_off_and_comes_back_on(make_desk: Any) -> None:
    desk = make_desk(BOTH)
    apply(desk, market__symbols=["005930"])
    assert not is_on(desk, "000660")
    apply(desk, market__symbols=list(BOTH))
    assert is_on(desk, "000660")


def test_a_symbol_may_be_added_switched_off(make_desk: Any) -> None:
    desk = make_desk(("005930",))
    apply(desk, market__symbols=list(BOTH), market__symbols_off=["000660"])
    assert not is_on(desk, "000660")
