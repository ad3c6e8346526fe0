"""The engine has its journal copied five minutes after the close, once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from core.engine import Engine
from core.engine.outside import Outside
from tests.builders import OPEN, at
from tests.core.engine.conftest import Desk


class Keeper:
    def __init__(self) -> None:
        self.made: list[date] = []

    def start(self, now: datetime, day: date) -> None:
        self.made.append(day)


def copied(calendar, until) -> tuple[list[date], Desk]:
    desk = Desk(calendar, ["005930"], {})
    keeper = Keeper()
    outside = Outside(desk.clock, desk.broker, desk.broker, desk.journal, calendar)
    outside = replace(outside, backups=keeper)
    desk.engine = Engine(desk.settings, outside, ["005930"], "t")
    desk.open()
    desk.pass_to(until)
    return keeper.made, desk


def test_a_copy_is_made_after_the_close_with_all_that_was_recorded(calendar):
    made, desk = copied(calendar, at(15, 34))
    assert made == []
    desk.pass_to(at(15, 36))
    assert made == [OPEN.date()]
    assert not desk.journal.batch
    desk.pass_to(at(23, 0))
    assert len(made) == 1


def test_the_next_day_has_one_of_its_own(calendar):
    made, _ = copied(calendar, at(15, 36) + timedelta(days=1))
    assert made == [OPEN.date(), OPEN.date() + timedelta(days=1)]
