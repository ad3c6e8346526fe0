"""The doctor on what the last run has left, on dangerous settings and on services."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.store import load
from config.text import Text
from core.clock import SimClock
from core.doctor import DoctorContext, Finding, Level, run_doctor
from core.domain.messages import CertificateIssued
from core.domain.past import Mismatch
from core.instance import acquire
from core.journal import SqlJournal
from core.journal.records import (
    MismatchStep,
    certificate_record,
    end_record,
    mismatch_record,
    session_record,
)
from tests.builders import OPEN

Make = Callable[..., DoctorContext]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that makes a context with some settings."""

    def context(*settings: str, **more: Any) -> DoctorContext:
        found = DoctorContext(
            clock=SimClock(OPEN),
            home=tmp_path,
            configuration=load(tmp_path / "config.json", {}, list(settings)),
            journal=tmp_path / "journal.sqlite",
            requirements=tmp_path / "none.txt",
            environment={},
            keyring=lambda: None,
            version="1.0",
        )
        return replace(found, **more)

    return context


def examine(context: DoctorContext, name: str) -> Finding:
    (finding,) = run_doctor(context, {name})
    return finding


def a_run(path: Path, *records: tuple[str, dict[str, Any]], mode: str = "live") -> None:
    """Write a run that ends with these records."""
    journal = SqlJournal(path)
    first = session_record(mode=mode, version="1", start_capital=1, settings={})
    for kind, fields in (first, *records):
        journal.record(kind, OPEN, fields)
    journal.close()


def issued(verdict: str) -> tuple[str, dict[str, Any]]:
    fact = CertificateIssued(OPEN.date(), verdict, 2, -1, "ab" * 32, "x.json")
    return certificate_record(fact)


END = end_record(cash=1, equity=1, holdings={}, counts={})
FROZEN = Mismatch("005930", OPEN, 3, 5, Text.of("why"))


def test_a_run_that_goes_on_did_not_end_badly(make: Make) -> None:
    context = make()
    a_run(context.home / "journal.sqlite")
    with acquire(context.home, OPEN, "gui"):
        running = examine(context, "last_session")

    assert (running.level, "still running" in running.what.en) == (Level.OK, True)
    assert examine(context, "last_session").level is Level.WARN


def test_the_first_run_has_none_before_it(make: Make) -> None:
    context = make()
    assert "no run before" in examine(context, "last_session").what.en
    a_run(Path(context.journal))
    running = replace(context, session=1)
    assert "no run before" in examine(running, "last_session").what.en
    assert examine(running, "journal_chain").level is Level.OK


@pytest.mark.parametrize(
    ("records", "level", "said"),
    [
        ((issued("AGREES"), END), Level.OK, "agreed with the broker to the won"),
        ((issued("DIFFERS"), END), Level.FAIL, "2 lines differ"),
        ((issued("DIFFERS"), issued("AGREES"), END), Level.OK, "agreed"),
        ((issued("NOT_COMPARED"), END), Level.WARN, "not compared"),
        ((END,), Level.WARN, "no closing certificate"),
        ((issued("AGREES"),), Level.WARN, "did not end in good order"),
        ((mismatch_record(FROZEN, MismatchStep.FROZEN), END), Level.FAIL, "left open: 005930"),
        (
            (
                mismatch_record(FROZEN, MismatchStep.FROZEN),
                mismatch_record(FROZEN, MismatchStep.AGREED),
                issued("AGREES"),
                END,
            ),
            Level.OK,
            "agreed",
        ),
    ],
)
def test_the_last_run_is_judged_by_its_end_and_its_certificate(
    make: Make, records: tuple[Any, ...], level: Level, said: str
) -> None:
    context = make()
    a_run(Path(context.journal), *records)
    finding = examine(context, "last_session")
    assert (finding.level, said in finding.what.en) == (level, True)
    assert bool(finding.advice.ko) is (level is not Level.OK)


def test_a_demo_needs_no_certificate(make: Make) -> None:
    context = make()
    a_run(Path(context.journal), END, mode="demo")
    assert examine(context, "last_session").level is Level.OK


def test_the_running_session_is_not_the_last_one(make: Make) -> None:
    context = make()
    a_run(Path(context.journal), issued("AGREES"), END)
    a_run(Path(context.journal), issued("DIFFERS"))
    assert examine(replace(context, session=2), "last_session").level is Level.OK


def test_a_changed_record_of_the_last_run_is_found(make: Make) -> None:
    context = make()
    a_run(Path(context.journal), END)
    assert examine(context, "journal_chain").level is Level.OK
    a_run(Path(context.journal), END)
    with closing(sqlite3.connect(context.journal)) as db:
        db.execute("UPDATE records SET body = '{}' WHERE seq = 3")
        db.commit()
    finding = examine(context, "journal_chain")
    assert (finding.level, "record 3 was changed" in finding.what.en) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("risk.daily_max_loss_pct=0", "risk.daily_max_loss_pct"),
        ("risk.daily_max_loss_pct=30", "30%"),
        ("risk.stop_loss_pct=8", "risk.stop_loss_pct"),
        ("risk.block_managed=false", "off"),
    ],
)
def test_dangerous_settings_are_named(make: Make, setting: str, named: str) -> None:
    assert examine(make(), "dangers").level is Level.OK
    finding = examine(make(setting), "dangers")
    assert (finding.level, named in finding.what.en) == (Level.WARN, True)


def test_an_ai_without_an_address_is_warned_of(make: Make) -> None:
    assert examine(make("ai.enabled=true"), "ai").level is Level.WARN
    on = examine(make("ai.enabled=true", "ai.endpoint=https://ai.test/x?key=hush"), "ai")
    assert (on.level, on.what.en) == (Level.OK, "ai.test")


def test_alerts_that_lack_a_secret_are_warned_of(make: Make) -> None:
    assert examine(make(), "alerts").level is Level.OK
    finding = examine(make("alerts.telegram=all"), "alerts")
    assert (finding.level, "Telegram bot token" in finding.what.en) == (Level.WARN, True)
    told = make("alerts.telegram=all", "alerts.telegram_chat=1")
    able = replace(told, environment={"TERMINAL_SECRET__TELEGRAM_TOKEN": "hush"})
    assert examine(able, "alerts").what.en == "Telegram"


def test_a_played_market_has_its_own_today(make: Make) -> None:
    sunday = SimClock(OPEN.replace(day=22))
    assert "closed" in examine(make(clock=sunday), "calendar").what.en
    assert "today 09:00" in examine(make(clock=sunday, market=SimClock(OPEN)), "calendar").what.en
