"""A restart on the same day neither forgets a daily limit nor where the day began."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from core.domain.messages import IntentDenied, StateChanged
from core.domain.order import Side
from core.domain.risk import TradingState
from core.engine.day_memory import DayMemory, DayStart
from core.risk.daily_limits import DailyLimit
from core.sessions.calendar import TradingCalendar
from tests.builders import OPEN
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise

DAY = date(2026, 11, 23)
VALUES = {key.replace("__", "."): value for key, value in EAGER.items()}


def desk_with(calendar: TradingCalendar, path: Path, cash: int = 10_000_000) -> Desk:
    desk = Desk(calendar, ["005930"], VALUES, DayMemory(path))
    desk.broker.cash = cash
    desk.open()
    return desk


def test_a_limit_reached_before_a_restart_still_holds(
    calendar: TradingCalendar, tmp_path: Path
) -> None:
    path = tmp_path / "day.json"
    DayMemory(path).keep(DayStart(DAY, 10_000_000, DailyLimit.LOSS))
    desk = desk_with(calendar, path, cash=9_790_000)
    assert desk.said(StateChanged)[-1].state is TradingState.EXITS_ONLY
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    assert desk.said(IntentDenied)


def test_losses_before_and_after_a_restart_add_up(
    calendar: TradingCalendar, tmp_path: Path
) -> None:
    path = tmp_path / "day.json"
    desk_with(calendar, path)
    desk = desk_with(calendar, path, cash=9_805_000)  # 1.95 % are gone already
    assert desk.engine.account.day_start == 10_000_000
    desk.broker.fills_at_once(Side.BUY)
    fall_then_rise(desk)
    desk.tick(69_600, 400)  # 13 shares lose 700 won each: 0.1 % more in all
    desk.pass_to(OPEN + timedelta(minutes=8))
    assert desk.said(StateChanged)[-1].state is TradingState.FLATTENING
    assert DayMemory(path).recall(DAY) == DayStart(DAY, 10_000_000, DailyLimit.LOSS)


def test_another_day_begins_anew(calendar: TradingCalendar, tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    DayMemory(path).keep(DayStart(DAY - timedelta(days=3), 5_000_000, DailyLimit.LOSS))
    desk = desk_with(calendar, path)
    assert desk.engine.account.day_start == 10_000_000
    assert desk.said(StateChanged)[-1].state is TradingState.RUNNING


@pytest.mark.parametrize("text", ["", "{", "[]", '{"day": "x"}', '{"day": 1, "value": 1}'])
def test_a_file_that_can_not_be_read_is_said_and_the_day_begins(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "day.json"
    path.write_text(text, "utf-8")
    assert DayMemory(path).recall(DAY) is None
    assert "can't be read" in caplog.text


def test_a_folder_that_is_gone_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    DayMemory(blocked / "day.json").keep(DayStart(DAY, 1))
    assert "can't be written" in caplog.text


def test_without_a_path_nothing_is_kept() -> None:
    memory = DayMemory()
    memory.keep(DayStart(DAY, 1))
    assert memory.recall(DAY) is None
