"""The lines of the pre-market check: what is seen, how it is judged, what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from config.text import Text
from core.doctor import Finding, Level
from core.doctor.live import Seen
from core.doctor.premarket import CHECKS, LINES, Row, level_of, premarket
from core.domain.messages import (
    BrokerIdentified,
    ConditionsListed,
    Health,
    MarketNotice,
    MarketNoticed,
    PredictorReported,
    RequestBudget,
    Vital,
)
from core.domain.session import Phase
from tests.builders import OPEN


def vital(name: str, age_s: float | None, health: Health = Health.OK) -> Vital:
    return Vital(name, Text.of(name), age_s, health, Text.of(f"{name} text"))


VITALS = {name: vital(name, 0.5) for name in ("feed", "broker", "journal", "clock")}
REAL = BrokerIdentified("real", "80******11")
READY = Seen(
    now=OPEN - timedelta(minutes=20),
    mode="live",
    account="",
    phase=Phase.BEFORE_OPEN,
    is_engine_alive=True,
    is_connected=True,
    broker=REAL,
    vitals=VITALS,
)
WELL = tuple(Finding(name, Level.OK, Text.of(name)) for name in CHECKS)


def row(code: str, seen: Seen = READY, findings: tuple[Finding, ...] = WELL) -> Row:
    return next(each for each in premarket(seen, findings) if each.code == code)


def but(**changes: Any) -> Seen:
    return replace(READY, **changes)


def test_a_terminal_that_is_ready_is_green_in_every_line() -> None:
    rows = premarket(READY, WELL)
    assert [each.code for each in rows] == [line.code for line in LINES]
    assert level_of(rows) is Level.OK
    assert all(each.what.ko and each.what.en and not each.advice.en for each in rows)


@pytest.mark.parametrize(
    ("code", "seen", "level", "said"),
    [
        ("account", but(broker=None), Level.FAIL, "not logged in"),
        (
            "account",
            but(broker=replace(REAL, needs_confirmation=True)),
            Level.WARN,
            "80******11 · real server: not confirmed yet",
        ),
        ("account", but(broker=None, mode="demo", account="80******11"), Level.OK, "(demo)"),
        ("account", but(broker=BrokerIdentified("mock", "8012345611")), Level.OK, "80******11"),
        ("connection", but(is_connected=None), Level.FAIL, "no connection"),
        ("connection", but(is_engine_alive=False), Level.FAIL, "the engine has stopped"),
        (
            "connection",
            but(vitals={"feed": vital("feed", 40, Health.ERROR)}),
            Level.FAIL,
            "feed text",
        ),
        ("connection", but(vitals={"feed": vital("feed", 9, Health.OFF)}), Level.OK, "opens"),
        ("password", but(vitals={}), Level.FAIL, "no account report"),
        ("password", but(vitals={}, mode="demo"), Level.WARN, "no account report"),
        (
            "password",
            but(vitals={"broker": vital("broker", 40, Health.ERROR)}),
            Level.FAIL,
            "broker text",
        ),
        ("clock", but(vitals={"clock": vital("clock", 9, Health.ERROR)}), Level.FAIL, "+9.0 s"),
        ("conditions", but(has_conditions=True), Level.OK, "not used"),
        (
            "conditions",
            but(has_conditions=True, conditions=ConditionsListed((), "refused")),
            Level.WARN,
            "refused",
        ),
        ("last", but(frozen=("005930",)), Level.FAIL, "005930"),
        (
            "journal",
            but(vitals={"journal": vital("journal", 9, Health.ERROR)}),
            Level.FAIL,
            "journal text",
        ),
        ("budget", but(budget=RequestBudget(5, 5, 5, 5, 12)), Level.WARN, "12 left"),
        ("budget", but(budget=RequestBudget(5, 5, 5, 5, 900)), Level.OK, "900 left"),
        (
            "budget",
            but(
                budget=RequestBudget(
                    0, 5, 0, 5, 900, OPEN + timedelta(minutes=1), Text.of("penalty")
                )
            ),
            Level.FAIL,
            "blocked until 09:01:00",
        ),
        (
            "market",
            but(notice=MarketNoticed(OPEN, MarketNotice.BEFORE_OPEN), phase=Phase.CLOSED_DAY),
            Level.WARN,
            "closed by the calendar",
        ),
        (
            "market",
            but(notice=MarketNoticed(OPEN, MarketNotice.BEFORE_OPEN)),
            Level.OK,
            "before the open",
        ),
        (
            "ai",
            but(has_ai=True, prediction=PredictorReported("005930", None, 0, "timeout")),
            Level.WARN,
            "timeout",
        ),
    ],
)
def test_what_the_window_knows_is_judged(code: str, seen: Seen, level: Level, said: str) -> None:
    found = row(code, seen)
    assert (found.level, said in found.what.en) == (level, True), found.what.en
    assert bool(found.advice.ko and found.advice.en) is (level is not Level.OK)


def test_an_old_word_of_the_exchange_is_of_another_day() -> None:
    old = MarketNoticed(OPEN - timedelta(days=1), MarketNotice.DAY_ENDED)
    assert "no word" in row("market", but(notice=old)).what.en


def test_what_is_wrong_is_told_without_what_is_right() -> None:
    full = Finding("disk", Level.FAIL, Text.of("3 MB free"), Text.of("make room"))
    found = row("disk", findings=(*(each for each in WELL if each.check != "disk"), full))
    assert (found.level, found.what.en, found.advice.en) == (Level.FAIL, "3 MB free", "make room")


def test_a_check_that_was_not_made_yet_leaves_its_line_to_the_rest() -> None:
    found = row("clock", findings=())
    assert (found.level, found.what.en) == (Level.OK, "off by +0.5 s")
