"""When a day's twin is due, and who hears of it; nothing is run here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config import arguments
from core.backtest.twin import daily
from core.backtest.twin.compare import Twin
from core.backtest.twin.daily import DayTwins
from core.backtest.twin.kept import Kept, find_kept, keep_twin, newest_kept
from core.backtest.twin.pending import Pending
from core.domain.errors import TerminalError
from core.domain.messages import Heartbeat, Message, Noted, PhaseChanged, Severity
from core.domain.session import Phase
from core.program import Program
from tests.app.terminal import Terminal
from tests.builders import OPEN

TODAY = OPEN.date()
CLOSE = OPEN + timedelta(hours=6, minutes=30)
KEPT = Kept(Twin((1,), "live", TODAY, ()), Path("a.html"), Path("a.json"))


class Desk:
    """A run whose other process is a function, and all it was asked and has told."""

    def __init__(self, folder: Path, *words: str) -> None:
        terminal = Terminal(folder)
        args = arguments.parse(terminal.words("headless", *words))
        self.looked: list[date] = []
        self.made: list[int] = []
        self.posted: list[Message] = []
        self.failure: Exception | None = None
        self.twins = DayTwins(Program(args), args, self.posted.append)
        self.twins._elsewhere = cast(Any, SimpleNamespace(make=self._make, close=lambda: None))

    def pending(self, _: Program, last_over: date) -> Pending | None:
        self.looked.append(last_over)
        return Pending(last_over, 7)

    def hear(self, phase: Phase | None, now: datetime) -> None:
        """Have a batch of events told, and what comes of it done."""
        changed = [] if phase is None else [PhaseChanged(phase, now, None)]
        self.twins.hear([*changed, Heartbeat(now, {}, True)])
        if self.twins._thread is not None:
            self.twins._thread.join(10)

    def _make(self, session: int, language: str, is_over: bool) -> Kept:
        if self.failure is not None:
            raise self.failure
        assert is_over
        self.made.append(session)
        return KEPT


@pytest.fixture
def make_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    def make(*words: str) -> Desk:
        desk = Desk(tmp_path, *words)
        monkeypatch.setattr(daily, "pending", desk.pending)
        return desk

    return make


def test_it_is_made_some_minutes_after_the_close(make_desk):
    desk = make_desk()
    desk.hear(Phase.CONTINUOUS, OPEN)
    desk.hear(Phase.AFTER_CLOSE, CLOSE)
    desk.hear(None, CLOSE + timedelta(minutes=5))
    assert desk.looked == [TODAY - timedelta(days=1)]  # that of the start
    desk.hear(None, CLOSE + timedelta(minutes=6))
    desk.hear(None, CLOSE + timedelta(minutes=7))
    assert desk.looked[1:] == [TODAY]


@pytest.mark.parametrize(
    ("phase", "last_over"),
    [
        (Phase.BEFORE_OPEN, TODAY - timedelta(days=1)),
        (Phase.CONTINUOUS, TODAY - timedelta(days=1)),
        (Phase.AFTER_CLOSE, TODAY),
        (Phase.CLOSED_DAY, TODAY),
    ],
)
def test_a_start_looks_for_a_day_that_is_over(make_desk, phase, last_over):
    desk = make_desk()
    desk.hear(phase, OPEN)
    assert desk.looked == [last_over]


def test_who_listens_gets_it_and_the_log_tells_of_it(make_desk):
    desk, heard = make_desk(), []
    desk.twins.listen(heard.append)
    desk.hear(Phase.CLOSED_DAY, OPEN)
    (note,) = desk.posted
    assert isinstance(note, Noted) and note.severity is Severity.INFO
    assert note.text.en.startswith(f"Daily twin {TODAY}") and "a.html" in note.text.en
    assert heard == [KEPT]


def test_a_failure_is_told_with_day_reason_and_remedy(make_desk):
    desk = make_desk()
    desk.failure = TerminalError("x.box: cut off")
    desk.hear(Phase.CLOSED_DAY, OPEN)
    (note,) = desk.posted
    assert isinstance(note, Noted) and note.severity is Severity.WARNING
    for part in (str(TODAY), "x.box: cut off", "Compare now"):
        assert part in note.text.en


def test_switched_off_nothing_is_looked_for(make_desk):
    desk = make_desk("--set", "journal.daily_twin=false")
    desk.hear(Phase.CLOSED_DAY, OPEN)
    assert (desk.looked, desk.posted) == ([], [])


def test_once_closed_nothing_is_told(make_desk):
    desk = make_desk()
    desk.failure = TerminalError("broken off")
    desk.twins.close()
    desk.hear(Phase.CLOSED_DAY, OPEN)
    assert desk.posted == []


def test_what_is_kept_can_be_read_again(tmp_path):
    twin = Twin((1, 2), "demo", TODAY, (), is_final=True)
    kept = keep_twin(twin, tmp_path, "ko")
    assert newest_kept(tmp_path) == kept
    assert find_kept(tmp_path, TODAY, (1, 2)) == twin
    assert find_kept(tmp_path, TODAY, (1, 2, 3)) is None
    kept.json.write_text("{", "utf-8")
    assert find_kept(tmp_path, TODAY, (1, 2)) is None
    assert newest_kept(tmp_path) is None


def test_made_anew_by_hand_a_final_twin_stays_final(tmp_path):
    final = Twin((1,), "demo", TODAY, (), is_final=True)
    keep_twin(final, tmp_path, "ko")
    assert keep_twin(Twin((1,), "demo", TODAY, ()), tmp_path, "ko").twin == final
    assert not keep_twin(Twin((1, 2), "demo", TODAY, ()), tmp_path, "ko").twin.is_final
