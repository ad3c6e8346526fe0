"""When what was recorded arrives again."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.schema import Settings
from core.blackbox.blocks import BlockWriter
from core.blackbox.day import RecordedDay
from core.blackbox.errors import RecordingError
from core.blackbox.header import Header
from core.blackbox.items import packer
from core.domain.market import Tick
from core.domain.messages import (
    ApplySettings,
    ConnectionChanged,
    IndexMoved,
    Message,
    Pulsed,
    Start,
)
from tests.builders import OPEN, SEOUL


def at(second: float) -> datetime:
    return OPEN + timedelta(seconds=second)


def look(second: float) -> list[Any]:
    return ["call", "clock.now", [], None, at(second).isoformat()]


def tick(second: float) -> Tick:
    return Tick("005930", at(second), 70_000, 1)


@pytest.fixture
def recorded(tmp_path: Path) -> Any:
    def record(*items: Message | list[Any]) -> RecordedDay:
        path = tmp_path / "a.box"
        writer = BlockWriter(path)
        corrections, absent = "", ()
        writer.write(
            Header(
                *("1", "demo", 1, at(0), "run", ("005930",)),
                Settings(),
                *("Asia/Seoul", corrections, absent),
            ).packed()
        )
        writer.write(list(map(packer(), items)))
        writer.close()
        return RecordedDay(path, SEOUL)

    return record


def moments(day: RecordedDay) -> list[float]:
    return [(moment - OPEN).total_seconds() for moment, _ in day.rows()]


def test_a_trade_arrives_at_its_own_time_between_two_looks_at_the_clock(recorded):
    day = recorded(look(1), tick(2), tick(3), ["events"], look(4))
    assert moments(day) == [2, 3]


def test_a_late_trade_arrives_when_it_came(recorded):
    day = recorded(look(5), tick(2), ["events"], look(6))
    assert moments(day) == [5]


def test_a_trade_from_a_clock_that_is_fast_arrives_before_the_next_look(recorded):
    day = recorded(look(1), tick(9), ["events"], look(2), tick(3), ["events"], look(4))
    assert moments(day) == [2, 3]


def test_what_had_the_engine_look_at_the_clock_arrives_at_that_moment(recorded):
    day = recorded(look(1), tick(2), Start(), look(3))
    assert moments(day) == [2, 3]


def test_the_last_trades_of_a_killed_program_arrive_at_their_own_times(recorded):
    assert moments(recorded(look(1), tick(2), tick(3))) == [2, 3]


def test_the_login_of_then_and_real_time_are_not_played_again(recorded):
    index = IndexMoved("KOSPI", at(3), 2_700.0)
    lost = ConnectionChanged(False)
    day = recorded(ConnectionChanged(True), look(0), Pulsed(1.0), tick(1), lost, look(2), index)
    assert [type(message) for _, message in day.rows()] == [Tick, ConnectionChanged, IndexMoved]


def test_changed_settings_are_left_out_on_demand(recorded):
    day = recorded(tick(1), ApplySettings(Settings()), look(2))
    assert len(list(day.rows())) == 2
    assert len(list(day.rows(with_settings=False))) == 1


def test_the_end_is_when_the_last_thing_came(recorded):
    assert recorded(tick(1), look(2), tick(3)).end == at(3)


def test_a_recording_without_a_trade_is_refused(recorded):
    with pytest.raises(RecordingError, match="no trade"):
        recorded(Start(), look(1))
