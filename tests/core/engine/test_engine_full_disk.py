"""A disk that is really full: entries stop, exits go on, and all is written later, in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from config.text import Text
from core.domain.messages import IntentDenied, Severity
from core.domain.order import Side
from core.engine import Engine
from core.engine.outside import Outside
from core.journal import SqlJournal, read, verify
from core.journal.records import session_record
from tests.builders import OPEN
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise, notes

HYNIX = "000660"
LONG = Text.of("y" * 20_000)


class Watch:
    """Real seconds, as far as the engine asks for them."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqlJournal]:
    made = SqlJournal(tmp_path / "journal.sqlite")
    kind, fields = session_record(
        mode="demo", version="0", start_capital=10_000_000, settings={"filler": "x" * 4000}
    )
    made.record(kind, OPEN, fields)
    made.commit()
    yield made
    made.close()


@contextmanager
def full(journal: SqlJournal) -> Iterator[None]:
    """No page more fits in the file, and the pages there are full."""
    with journal.engine.connect() as db:
        pages = db.execute(sql("PRAGMA page_count")).scalar_one()
        db.execute(sql(f"PRAGMA max_page_count = {pages}"))
    try:
        yield
    finally:
        with journal.engine.connect() as db:
            db.execute(sql("PRAGMA max_page_count = 1000000"))


def desk_on(calendar: Any, journal: SqlJournal, watch: Watch) -> Desk:
    symbols = ["005930", HYNIX]
    desk = Desk(calendar, symbols, {key.replace("__", "."): value for key, value in EAGER.items()})
    outside = Outside(desk.clock, desk.broker, desk.broker, journal, calendar, elapsed_s=watch)
    desk.engine = Engine(desk.settings, outside, symbols, "t")
    desk.broker.fills_at_once()
    desk.open()
    return desk


def test_entries_stop_exits_go_on_and_all_is_written_later_in_order(calendar, journal, tmp_path):
    watch = Watch()
    desk = desk_on(calendar, journal, watch)
    fall_then_rise(desk)
    assert desk.broker.held["005930"] > 0
    with full(journal):
        desk.engine._outbox.note(desk.clock.now(), Severity.INFO, LONG)
        desk.engine._outbox.commit(desk.clock.now())
        desk.drain()
        assert any("the disk is full" in text for text in notes(desk, Severity.ERROR))
        fall_then_rise(desk, HYNIX, start=600)
        assert [order.intent.symbol for order in desk.broker.submitted] == ["005930"]
        (denied,) = desk.said(IntentDenied)
        refused = [c.reason.en for c in denied.checks if not c.passed and c.reason]
        assert any("the journal can't be written" in text for text in refused), refused
        desk.tick(60_000, 1_000)
        assert desk.broker.submitted[-1].intent.side is Side.SELL
        assert desk.broker.held["005930"] == 0
        assert journal.pending > 0
    watch.now_s += 2.5
    desk.pass_to(desk.clock.now().replace(minute=59))
    assert any("is written again" in text for text in notes(desk, Severity.INFO))
    fall_then_rise(desk, HYNIX, start=4_020)
    assert desk.broker.submitted[-1].intent.symbol == HYNIX
    desk.engine.close()
    kinds = [record.kind for record in read(tmp_path / "journal.sqlite")]
    assert kinds.count("fill") == 3 and kinds.index("trade") > kinds.index("fill")
    assert not verify(tmp_path / "journal.sqlite").problems
