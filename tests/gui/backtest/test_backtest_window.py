"""The backtest window by mouse and keyboard, on files made for the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QMessageBox
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from config.schema import Settings
from core.backtest.command import ENGINES
from core.backtest.currency import DOLLARS
from core.backtest.fast import run_fast
from core.risk.exits import ExitOptions
from gui.backtest.window import BacktestWindow
from gui.dialogs.settings_page import SettingsPage
from gui.main_window import MainWindow
from tests.gui.backtest.files import HEADER, write_bars

WAIT_MS = 20_000
pytestmark = pytest.mark.usefixtures("in_a_thread")  # before the window, which makes the process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_bars(tmp_path / "bars")


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow, folder: Path) -> Iterator[BacktestWindow]:
    window.backtest.open()
    made = window.backtest.window
    assert made is not None
    made._open_url = opened.append
    opened.clear()
    qtbot.waitExposed(made)
    made.form.folder.setText(str(folder))
    made.form.read_folder()
    made.form.tick(["005930"])
    made.draft.put("strategy.buy_threshold", 0.5)
    yield made
    made.close()


opened: list[Any] = []


@pytest.fixture
def run(qtbot: QtBot, panel: BacktestWindow) -> Callable[[], None]:
    def press() -> None:
        with qtbot.waitSignal(panel.runner.ended, timeout=WAIT_MS):
            qtbot.mouseClick(panel.run_button, Qt.LeftButton)

    return press


def figures(panel: BacktestWindow, column: int) -> list[str]:
    table = panel.results.figures
    return [table.item(row, column).text() for row in range(table.rowCount())]


def test_a_folder_shows_its_symbols_with_their_names(panel: BacktestWindow) -> None:
    texts = [panel.form.symbols.item(row).text() for row in range(2)]
    assert texts[1].startswith("005930 ")
    assert panel.form.chosen() == ("005930",)


def test_a_run_shows_figures_trades_and_what_was_found(
    qtbot: QtBot, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    assert panel.done is not None
    trades = panel.done.trades
    assert trades
    qtbot.waitUntil(lambda: panel.results.table.rowCount() == len(trades))
    assert figures(panel, 1)[4] == f"{len(trades):,}"
    assert "005930" in panel.notes.toolTip()
    assert panel.status.property("role") == "ok"


def test_the_table_of_trades_keeps_the_rules_of_models(
    qtbot: QtBot, panel: BacktestWindow, run: Callable[[], None], qtmodeltester: ModelTester
) -> None:
    run()
    qtbot.waitUntil(lambda: panel.results.table.rowCount() > 0)
    qtmodeltester.check(panel.results.table)


def test_a_trade_that_is_chosen_shows_its_candles(
    qtbot: QtBot, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    assert panel.done is not None
    trade = panel.done.trades[-1]
    panel.results.show_trade(trade)
    chart = panel.results.chart

    def is_marked() -> bool:
        marks = chart._markers._markers
        return any(mark.time == trade.exit_time and mark.pnl == trade.net_pnl for mark in marks)

    def is_in_sight() -> bool:
        row, bars = chart._series.row_at(trade.exit_time), chart.canvas.bars
        return row is not None and bars.first <= row < bars.end

    qtbot.waitUntil(lambda: is_marked() and is_in_sight(), timeout=WAIT_MS)


def test_two_runs_stand_side_by_side_with_what_was_changed(
    panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    panel.pin_button.click()
    first = figures(panel, 1)
    panel.draft.put("risk.stop_loss_pct", 0.2)
    run()
    assert figures(panel, 2) == first
    assert not panel.results.figures.isColumnHidden(3)
    assert "0.2" in panel.notes.text()
    panel.pin_button.click()
    assert panel.results.figures.isColumnHidden(3)


def test_the_settings_of_a_run_are_taken_over_after_a_question(
    qtbot: QtBot, window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    panel.draft.put("risk.stop_loss_pct", 0.7)
    run()
    panel.apply_button.click()
    (box,) = panel.findChildren(QMessageBox)
    assert "0.7" in box.text()
    with qtbot.waitSignal(panel.settings_wanted):
        box.buttons()[0].click()
    assert window.settings[ExitOptions].stop_loss_pct == 0.7


def test_settings_are_left_alone_when_the_answer_is_no(
    window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    before = window.settings
    run()
    panel.apply_button.click()
    (box,) = panel.findChildren(QMessageBox)
    box.buttons()[1].click()
    assert window.settings == before


def test_a_run_can_be_broken_off(
    qtbot: QtBot, panel: BacktestWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(market: Any, settings: Settings, progress: Callable[[float], None]) -> Any:
        while True:
            progress(0.5)

    monkeypatch.setitem(ENGINES, "fast", endless)
    panel.run_button.click()
    assert panel.cancel_button.isEnabled()
    with qtbot.waitSignal(panel.runner.ended, timeout=WAIT_MS):
        panel.cancel_button.click()
    assert panel.status.property("role") == "warning"
    assert panel.run_button.isEnabled()


def test_a_run_that_never_comes_to_its_next_step_is_broken_off_too(
    qtbot: QtBot, window: MainWindow, panel: BacktestWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(market: Any, settings: Settings, progress: Callable[[float], None]) -> Any:
        begun.set()
        let_go.wait()

    begun, let_go = threading.Event(), threading.Event()
    monkeypatch.setitem(ENGINES, "fast", stuck)
    panel.run_button.click()
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    panel.cancel_button.click()
    assert panel.status.text() == "중단하는 중"
    with qtbot.waitSignal(panel.runner.ended, timeout=WAIT_MS):
        panel.runner._asking._patience.timeout.emit()
    let_go.set()
    assert panel.run_button.isEnabled()
    monkeypatch.setitem(ENGINES, "fast", run_fast)
    generation = window.backtest.elsewhere.generation
    with qtbot.waitSignal(panel.runner.ended, timeout=WAIT_MS):
        panel.run_button.click()
    assert panel.status.property("role") == "ok"
    assert window.backtest.elsewhere.generation == generation + 1


def name_folder(panel: BacktestWindow, name: str) -> None:
    panel.form.folder.setText(name)
    panel.form.read_folder()


def name_days(panel: BacktestWindow, first: str, last: str) -> None:
    panel.form.first.setText(first)
    panel.form.last.setText(last)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda panel: panel.form.tick([]), "종목"),
        (lambda panel: name_folder(panel, "nowhere"), "폴더"),
        (lambda panel: name_days(panel, "2026-11-24", "2026-11-23"), "첫날"),
        (lambda panel: panel.form.first.setText("yesterday"), "2026-11-23"),
        (lambda panel: panel.draft.put("risk.stop_loss_pct", 99), "99"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_anything_runs(
    panel: BacktestWindow, spoil: Callable[[BacktestWindow], None], says: str
) -> None:
    spoil(panel)
    panel.run_button.click()
    assert not panel.runner.is_busy
    assert says in panel.status.text()
    assert panel.status.property("role") == "error"


def test_a_bad_row_is_told_with_its_place(
    panel: BacktestWindow, run: Callable[[], None], folder: Path
) -> None:
    (folder / "005930_1min.csv").write_text(HEADER + "2026-11-23T09:00:00,1,2,3,1,5\n", "utf-8")
    run()
    assert "005930_1min.csv" in panel.status.text()
    assert panel.done is None


def test_the_report_is_saved_and_opened(
    qtbot: QtBot, panel: BacktestWindow, run: Callable[[], None], tmp_path: Path
) -> None:
    run()
    panel.save_to(tmp_path / "out")
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT_MS)
    assert (tmp_path / "out" / "trades.csv").exists()
    assert opened[0].toLocalFile().endswith("report.html")


def test_the_folder_and_the_symbols_are_remembered(
    qtbot: QtBot, window: MainWindow, panel: BacktestWindow, run: Callable[[], None], folder: Path
) -> None:
    run()
    again = BacktestWindow(window._space, window.backtest.elsewhere)
    qtbot.addWidget(again)
    assert again.form.folder.text() == str(folder)
    assert again.form.chosen() == ("005930",)


def test_dollars_are_called_dollars(
    window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    assert panel.done is not None
    result = panel.done.result._replace(currency=DOLLARS)
    panel.results.show_runs(replace(panel.done, result=result), None)
    assert figures(panel, 0)[0] == "순손익 (달러)"
    assert "달러" in panel.results.curves._plots[0].titleLabel.text
    window._change("language", "en")
    assert figures(panel, 0)[0] == "Net P&L (dollars)"


def test_it_speaks_the_other_language_at_once(
    window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    window._change("language", "en")
    assert panel.windowTitle() == "Backtest"
    assert panel.tabs.tabText(0) == "Data"
    assert figures(panel, 0)[0] == "Net P&L (won)"
    window._change("language", "ko")
    assert panel.windowTitle() == "백테스트"


def test_settings_applied_elsewhere_are_shown_and_those_edited_here_stay(
    window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    changes = {"risk.take_profit_pct": 3.5, "strategy.buy_threshold": 4.0}
    window.apply_settings(window.settings.changed(changes))
    assert value_shown(panel, "risk.take_profit_pct") == 3.5
    assert value_shown(panel, "strategy.buy_threshold") == 0.5
    assert panel.draft.settings()[ExitOptions].take_profit_pct == 3.5
    assert panel.status.property("role") == "warning"  # the run shown was by others


def test_settings_applied_elsewhere_that_do_not_matter_leave_a_run_as_it_is(
    window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    window.apply_settings(window.settings.changed({"ui.theme": "light"}))
    assert panel.status.property("role") == "ok"


def value_shown(panel: BacktestWindow, key: str) -> Any:
    for at in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(at)
    pages = panel.findChildren(SettingsPage)
    (row,) = (page.rows[key] for page in pages if key in page.rows)
    return row.input.value()


def test_a_page_is_made_when_it_is_first_looked_at(
    window: MainWindow, panel: BacktestWindow, qtbot: QtBot
) -> None:
    assert panel.findChildren(SettingsPage) == []
    panel.tabs.setCurrentIndex(3)
    (page,) = panel.findChildren(SettingsPage)
    qtbot.waitUntil(page.isVisible)
    panel.draft.put("risk.stop_loss_pct", 2.5)
    window._change("language", "en")
    qtbot.waitUntil(lambda: len(panel.findChildren(SettingsPage)) == 1)
    (again,) = panel.findChildren(SettingsPage)
    assert again is not page
    assert again.rows["risk.stop_loss_pct"].input.value() == 2.5


def test_no_weight_is_asked_for_a_rule_that_never_counts(panel: BacktestWindow) -> None:
    assert "strategy.weight_ai" not in panel.draft.options
    assert "strategy.weight_rsi" in panel.draft.options


def test_the_axes_have_no_numbers_before_there_is_a_curve(
    qtbot: QtBot, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    def has_numbers() -> list[bool]:
        axes = [plot.getAxis(side) for plot in panel.results.curves._plots for side in SIDES]
        return [axis.style["showValues"] for axis in axes]

    assert not any(has_numbers())
    run()
    qtbot.waitUntil(lambda: has_numbers() == [True, False, True, True])


SIDES = ("left", "bottom")


def test_a_trade_of_a_process_that_has_died_says_to_run_again(
    qtbot: QtBot, window: MainWindow, panel: BacktestWindow, run: Callable[[], None]
) -> None:
    run()
    assert panel.done is not None
    qtbot.waitUntil(lambda: not panel.results._looking.is_busy and not panel.results._steps)
    window.backtest.elsewhere.close()
    panel.results.show_trade(panel.done.trades[0])
    qtbot.waitUntil(lambda: panel.status.property("role") == "error", timeout=WAIT_MS)
    run()
    assert panel.status.property("role") == "ok"


@pytest.mark.parametrize(
    "change",
    [
        lambda panel: panel.form.symbols.item(0).setCheckState(Qt.Checked),
        lambda panel: panel.form.first.setText("2026-11-23"),
        lambda panel: panel.form.folder.setText("elsewhere"),
    ],
)
def test_results_of_other_data_are_said_to_be_old(
    panel: BacktestWindow, run: Callable[[], None], change: Callable[[BacktestWindow], None]
) -> None:
    run()
    change(panel)
    assert panel.status.property("role") == "warning"
    assert "데이터" in panel.status.text()


def test_what_is_changed_during_a_run_is_said_once_it_ends(
    qtbot: QtBot, panel: BacktestWindow
) -> None:
    with qtbot.waitSignal(panel.runner.ended, timeout=WAIT_MS):
        panel.run_button.click()
        assert panel.status.text() == "시작하는 중"
        panel.form.last.setText("2026-11-24")
    assert panel.done is not None
    assert panel.status.property("role") == "warning"


def test_no_figure_of_two_runs_is_cut(panel: BacktestWindow, run: Callable[[], None]) -> None:
    run()
    panel.pin_button.click()
    panel.tabs.setCurrentIndex(2)
    panel.resize(panel.minimumSizeHint())
    table = panel.results.figures
    wide = [table.columnWidth(column) - table.sizeHintForColumn(column) for column in range(4)]
    assert min(wide) >= 0


def test_a_value_that_is_tried_is_said_to_be_for_backtests_only(panel: BacktestWindow) -> None:
    panel.draft.put("risk.stop_loss_pct", 0.2)
    panel.tabs.setCurrentIndex(3)
    (page,) = panel.findChildren(SettingsPage)
    notes = [label.text() for label in page.rows["risk.stop_loss_pct"].findChildren(QLabel)]
    assert any("백테스트에만" in note for note in notes)
    assert not any("즉시" in note for note in notes)
