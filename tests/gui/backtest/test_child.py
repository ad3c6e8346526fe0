"""What the process does that backtests for the window, asked by its messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from config.schema import Settings
from core.backtest.command import ENGINES
from core.backtest.run import parameters
from core.user_code import FOLDER, UserCode
from gui.backtest import workbench, works
from gui.backtest.messages import Asked, Begin, Cancel, Ended, Failed, Part, Progressed
from gui.backtest.workbench import Chosen
from gui.backtest.works import Around, Result, RunBacktest, SaveReport
from tests.gui.backtest.conftest import start_thread
from tests.gui.backtest.files import write_bars

PATIENCE_S = 20.0


class Line:
    """The window's end."""

    def __init__(self, home: Path, code: dict[str, str] | None = None) -> None:
        self._line: Connection
        self._line, self.join = start_thread()
        self.parts: list[Any] = []
        self.stages: list[str] = []
        self.send(Begin(home, home / "journal.sqlite", code or {}))

    def send(self, message: object) -> None:
        self._line.send(message)

    def end(self) -> Any:
        """Return the next end of a task."""
        while True:
            assert self._line.poll(PATIENCE_S)
            message = self._line.recv()
            if isinstance(message, Part):
                self.parts.extend(message.value)
            elif isinstance(message, Progressed):
                self.stages.append(message.stage.en)
            else:
                return message

    def close(self) -> None:
        self.send(None)
        self.join()


def settings() -> Settings:
    """Not made at import, when not all options are declared."""
    return Settings({"strategy.buy_threshold": 0.5})


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = Line(tmp_path)
    yield made
    made.close()


@pytest.fixture
def work(tmp_path: Path) -> RunBacktest:
    folder = write_bars(tmp_path / "bars")
    chosen = Chosen(folder, ("005930",), None, None, "XKRX", "Asia/Seoul")
    return RunBacktest(1, chosen, "fast", parameters(settings()), ())


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whenever files are read."""
    seen: list[Any] = []
    load = workbench.load
    monkeypatch.setattr(workbench, "load", lambda *args: seen.append(args[0]) or load(*args))
    return seen


def run(line: Line, work: Any, number: int = 1) -> Any:
    line.send(Asked(number, work))
    found = line.end()
    assert isinstance(found, Ended), found
    return found.value


def test_trades_come_in_parts_before_the_result(line: Line, work: RunBacktest) -> None:
    result = run(line, work)
    assert isinstance(result, Result)
    assert result.metrics.trades == len(line.parts) > 0
    assert "Reading files" in line.stages


def test_files_that_are_as_they_were_are_not_read_again(
    line: Line, work: RunBacktest, reads: list[Any]
) -> None:
    run(line, work)
    other = Settings({"strategy.buy_threshold": 0.5, "risk.stop_loss_pct": 0.2})
    run(line, replace(work, number=2, settings=parameters(other)), 2)
    assert len(reads) == 1


@pytest.mark.parametrize("change", ["file", "dates", "corrections"])
def test_what_decides_about_the_bars_has_them_read_again(
    line: Line, work: RunBacktest, reads: list[Any], tmp_path: Path, change: str
) -> None:
    before = run(line, work)
    path = work.chosen.folder / "005930_1min.csv"
    chosen = work.chosen
    if change == "file":
        path.write_text("\n".join(path.read_text("utf-8").splitlines()[:-50]) + "\n", "utf-8")
    elif change == "dates":
        chosen = replace(chosen, first=date(2026, 11, 24))
    else:
        text = '{"XKRX": {"sessions": [{"day": "2026-11-23", "closed": true, "reason": "x"}]}}'
        (tmp_path / "sessions.json").write_text(text, "utf-8")
    after = run(line, replace(work, number=2, chosen=chosen), 2)
    assert len(reads) == 2
    assert after.bars < before.bars


def test_a_run_can_be_broken_off(
    line: Line, work: RunBacktest, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(market: Any, settings: Settings, progress: Callable[[float], None]) -> Any:
        while True:
            begun.set()
            progress(0.5)

    monkeypatch.setitem(ENGINES, "fast", endless)
    line.send(Asked(7, work))
    assert begun.wait(PATIENCE_S)
    line.send(Cancel(7))
    found = line.end()
    assert isinstance(found, Failed)
    assert (found.number, found.is_canceled) == (7, True)


def test_the_candles_round_a_trade_have_the_values_its_rules_saw(
    line: Line, work: RunBacktest
) -> None:
    run(line, work)
    trade = line.parts[-1]
    moment = round(trade.exit_time.timestamp())
    found = run(line, Around(1, "005930", moment), 2)
    assert found.columns.start[found.at] == moment
    assert trade in found.trades
    assert found.columns["ema_long"][found.at] > 0


def test_only_runs_that_are_still_shown_are_kept(line: Line, work: RunBacktest) -> None:
    run(line, work)
    run(line, replace(work, number=2, kept=(1,)), 2)
    run(line, replace(work, number=3, kept=(2,)), 3)
    run(line, Around(2, "005930", 0), 4)
    line.send(Asked(5, Around(1, "005930", 0)))
    found = line.end()
    assert isinstance(found, Failed)
    assert "run again" in found.text.en


def test_a_report_is_written_by_the_process(line: Line, work: RunBacktest, tmp_path: Path) -> None:
    run(line, work)
    saved = run(line, SaveReport(1, tmp_path / "out", "ko"), 2)
    assert all(path.exists() for path in saved.paths)
    assert saved.lacks is None


def test_a_report_tells_of_real_fills_on_its_days(
    line: Line, work: RunBacktest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(works, "twins_beside", lambda target, _: asked.append(target) or ())
    run(line, work)
    run(line, SaveReport(1, tmp_path / "out", "ko"), 2)
    assert asked == [tmp_path / "journal.sqlite"]


def test_a_journal_that_can_not_be_read_costs_that_section_alone(
    line: Line, work: RunBacktest, tmp_path: Path
) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"no journal at all, but long enough " * 99)
    run(line, work)
    saved = run(line, SaveReport(1, tmp_path / "out", "ko"), 2)
    assert all(path.exists() for path in saved.paths)
    assert "without what was really filled" in saved.lacks.en


def test_money_has_the_name_that_its_market_gives_it(line: Line, work: RunBacktest) -> None:
    assert run(line, work).currency.en == "won"
    abroad = {"market.timezone": "America/New_York", "costs.tick_rule": "none"}
    there = Settings({"strategy.buy_threshold": 0.5, **abroad})
    chosen = replace(work.chosen, calendar="data", zone="America/New_York")
    other = replace(work, number=2, chosen=chosen, settings=parameters(there))
    assert run(line, other, 2).currency.en == "dollars"


def test_what_no_one_foresaw_is_told_to_who_asked(
    line: Line, work: RunBacktest, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setitem(ENGINES, "fast", broken)
    line.send(Asked(1, work))
    assert "by nothing" in line.end().text.en
    caplog.clear()  # it is in the log, too


OWN = '''"""Buys always."""
from core.domain.signal import RuleResult
from core.rules import Rule, register
from config.text import Text


@register("always")
class Always(Rule):
    title = Text.of("always")

    def __init__(self, settings):
        self.weight = 9.0

    def evaluate(self, prev, latest):
        return RuleResult("always", True, False, self.weight, {}, "")
'''


@pytest.fixture
def own(tmp_path: Path) -> Iterator[UserCode]:
    """A rule of the user's own that is trusted and loaded."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "always.py").write_text(OWN, "utf-8")
    code = UserCode(tmp_path)
    code.look()
    code.trust_one(code.files[0])
    code.load_only()
    yield code
    for file in code.files:
        code.distrust(file)
    code.load_only()


def test_the_code_that_runs_in_the_window_runs_there_too(
    own: UserCode, work: RunBacktest, tmp_path: Path
) -> None:
    line = Line(tmp_path, dict(own.hashes()))
    values = parameters(Settings({"strategy.buy_threshold": 9.0}))
    run(line, replace(work, settings=values))
    assert line.parts
    line.close()


def test_code_that_has_changed_since_is_not_run(
    own: UserCode, work: RunBacktest, tmp_path: Path
) -> None:
    (tmp_path / FOLDER / "always.py").write_text(OWN + "# other\n", "utf-8")
    line = Line(tmp_path, dict(own.hashes()))
    line.send(Asked(1, work))
    assert "always.py" in line.end().text.en
    line.close()


def test_code_that_does_not_run_in_the_window_does_not_run_there(
    own: UserCode, work: RunBacktest, tmp_path: Path
) -> None:
    line = Line(tmp_path, {})
    values = parameters(Settings({"strategy.buy_threshold": 9.0}))
    run(line, replace(work, settings=values))
    assert not line.parts
    line.close()
