"""A real process that backtests for the window: its life and its end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from config.schema import Settings
from core.backtest.exact import run_exact
from core.backtest.loading import load
from core.backtest.run import parameters
from core.sessions import calendar_of_home
from gui.backtest.elsewhere import DIED, Asking, Elsewhere
from gui.backtest.messages import Begin, Failed
from gui.backtest.workbench import Chosen
from gui.backtest.works import RunBacktest
from tests.builders import SEOUL
from tests.gui.backtest.files import write_bars

PATIENCE_S = 20
WAIT_MS = PATIENCE_S * 1000


def settings() -> Settings:
    """Not made at import, when not all options are declared."""
    return Settings({"strategy.buy_threshold": 0.5})


@pytest.fixture
def elsewhere(qtbot: QtBot, tmp_path: Path) -> Iterator[Elsewhere]:
    made = Elsewhere(lambda: Begin(tmp_path, tmp_path / "journal.sqlite", {}))
    yield made
    children = [psutil.Process(child.pid) for child in multiprocessing.active_children()]
    made.close()
    _, left = psutil.wait_procs(children, PATIENCE_S)
    assert not left


@pytest.fixture
def asking(elsewhere: Elsewhere) -> Asking:
    return Asking(elsewhere)


@pytest.fixture
def work(tmp_path: Path) -> RunBacktest:
    folder = write_bars(tmp_path / "bars")
    chosen = Chosen(folder, ("005930", "000660"), None, None, "XKRX", "Asia/Seoul")
    return RunBacktest(1, chosen, "fast", parameters(settings()), ())


def end(qtbot: QtBot, asking: Asking, signal_: str, work: RunBacktest) -> Any:
    with qtbot.waitSignal(getattr(asking, signal_), timeout=WAIT_MS) as caught:
        assert asking.ask(work)
    return caught.args[0]


def test_it_trades_as_this_process_does(
    qtbot: QtBot, asking: Asking, work: RunBacktest, tmp_path: Path
) -> None:
    trades: list[Any] = []
    asking.parted.connect(trades.extend)
    result = end(qtbot, asking, "ended", work)
    calendar = calendar_of_home(tmp_path, "XKRX", SEOUL)
    chosen = work.chosen
    market = load(
        chosen.folder, chosen.symbols, calendar, SEOUL, True, None, None, False, print
    ).market
    own = run_exact(market, settings())
    assert tuple(trades) == own.trades
    assert result.metrics.net_pnl == own.net_pnl


def test_a_process_that_dies_is_told_and_the_next_task_has_a_new_one(
    qtbot: QtBot, asking: Asking, work: RunBacktest
) -> None:
    end(qtbot, asking, "ended", work)
    (child,) = multiprocessing.active_children()
    child.kill()
    qtbot.waitUntil(lambda: asking._elsewhere._line.is_over, timeout=WAIT_MS)
    end(qtbot, asking, "ended", work)
    assert asking._elsewhere.generation == 2


def test_a_task_whose_process_dies_fails_with_what_to_do(
    qtbot: QtBot, asking: Asking, elsewhere: Elsewhere, work: RunBacktest
) -> None:
    end(qtbot, asking, "ended", work)
    (child,) = multiprocessing.active_children()
    psutil.Process(child.pid).suspend()  # so that it dies with the task in its hands
    with qtbot.waitSignal(asking.failed, timeout=WAIT_MS) as caught:
        asking.ask(work)
        child.kill()
    assert caught.args == [Failed(elsewhere_number(elsewhere), DIED)]


def elsewhere_number(elsewhere: Elsewhere) -> int:
    return next(elsewhere._numbers) - 1


def test_a_machine_that_has_no_process_to_give_is_told(qtbot: QtBot, work: RunBacktest) -> None:
    def none_left() -> Any:
        raise OSError("none left")

    asking = Asking(Elsewhere(lambda: Begin(Path(), "", {}), start=none_left))
    assert "none left" in end(qtbot, asking, "failed", work).text.en


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal to send")
def test_ctrl_c_of_the_terminal_is_not_for_it(
    qtbot: QtBot, asking: Asking, work: RunBacktest
) -> None:
    end(qtbot, asking, "ended", work)
    (child,) = multiprocessing.active_children()
    psutil.Process(child.pid).send_signal(signal.SIGINT)
    end(qtbot, asking, "ended", work)
    assert asking._elsewhere.generation == 1


ORPHAN = """
import multiprocessing, sys
from gui.backtest import elsewhere
from gui.backtest.messages import Begin
from pathlib import Path
if __name__ == "__main__":
    line, wait = elsewhere.start_process()
    line.send(Begin(Path(), "", {}))
    print(multiprocessing.active_children()[0].pid, flush=True)
    sys.stdin.read()
"""


def test_it_ends_with_a_program_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(ORPHAN, "utf-8")
    root = Path(__file__).parents[3]
    program = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
        text=True,
    )
    assert program.stdout is not None
    child = psutil.Process(int(program.stdout.readline()))
    program.kill()
    program.communicate()
    psutil.wait_procs([child], timeout=PATIENCE_S)
    assert not child.is_running()
