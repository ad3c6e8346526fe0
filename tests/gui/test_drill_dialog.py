"""The emergency drills in the window: in a process of their own, with progress and result."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QDialog, QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from core.drills.command import RESULT
from gui.dialogs.drill import DrillDialog
from gui.main_window import MainWindow
from tests.gui.window_desk import Desk

WAITS = "import sys, threading; print('{}', file=sys.stderr, flush=True); threading.Event().wait()"


def a_drill(code: str, **more: object) -> dict[str, object]:
    texts = {"title": code, "title_ko": f"훈련 {code}", "must": "it holds", "must_ko": "지켜진다"}
    return {"code": code, "family": "flatten", "peers": ["VN 1"], **texts, **more}


def over(code: str, passed: bool = True) -> dict[str, object]:
    seen = {"seen": "fine", "seen_ko": "괜찮음", "market_s": 12.34, "real_s": 1.5}
    return a_drill(code, state="over", passed=passed, **seen)


def a_program(folder: Path, *lines: object) -> list[str]:
    """Return a command that says these lines on standard error."""
    said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    script = folder / "drills.py"
    script.write_text(f"import sys\nfor line in {said!r}:\n    print(line, file=sys.stderr)\n")
    return [sys.executable, str(script)]


@pytest.fixture
def dialog(window: MainWindow) -> DrillDialog:
    window.tools.open_drill()
    return window.findChild(DrillDialog, "drillDialog")


def play(qtbot: QtBot, dialog: DrillDialog, monkeypatch, command: list[str]) -> None:
    monkeypatch.setattr("gui.dialogs.drill.command_of", lambda app: command)
    with qtbot.waitSignal(dialog.run.ended, timeout=20_000):
        dialog.findChild(QPushButton, "startDrills").click()


def cells(dialog: QDialog) -> list[list[str]]:
    model = dialog.findChild(QTableView, "drillTable").model()
    columns = range(1, model.columnCount())
    return [[model.index(row, c).data() for c in columns] for row in range(model.rowCount())]


def status(dialog: QDialog) -> str:
    return dialog.findChild(QLabel, "drillStatus").text()


def test_it_is_on_the_trade_menu_and_locks_nothing(dialog: DrillDialog) -> None:
    assert dialog.isVisible() and not dialog.isModal()
    assert status(dialog) == "아직 한 적이 없습니다"
    assert not dialog.findChild(QPushButton, "cancelDrills").isEnabled()


def test_each_drill_gets_its_row_and_result(qtbot, dialog, monkeypatch, tmp_path) -> None:
    command = a_program(tmp_path, a_drill("a"), a_drill("b"), over("a"), over("b", passed=False))
    play(qtbot, dialog, monkeypatch, command)
    assert cells(dialog) == [
        ["훈련 a", "통과", "12.3", "1.5", "VN 1", "괜찮음"],
        ["훈련 b", "실패", "12.3", "1.5", "VN 1", "괜찮음"],
    ]
    assert status(dialog).startswith("1가지가 실패했습니다")
    assert dialog.findChild(QPushButton, "startDrills").isEnabled()


def test_what_runs_now_is_said(qtbot, dialog, tmp_path) -> None:
    for told in (a_drill("a"), a_drill("b"), over("a")):
        dialog.run.told.emit(told)
    dialog.run.said.emit("kill 3/20")
    assert [row[1] for row in cells(dialog)] == ["통과", "진행중"]
    assert status(dialog) == "2 / 2: 훈련 b (kill 3/20)"


def test_a_process_that_ends_too_early_is_no_success(qtbot, dialog, monkeypatch, tmp_path) -> None:
    play(qtbot, dialog, monkeypatch, a_program(tmp_path, "no such file"))
    assert status(dialog) == "끝까지 하지 못했습니다: no such file"


def test_a_program_that_is_not_there_is_said(qtbot, dialog, monkeypatch, tmp_path) -> None:
    play(qtbot, dialog, monkeypatch, [str(tmp_path / "missing")])
    assert status(dialog).startswith("끝까지 하지 못했습니다")


def test_it_can_be_canceled(qtbot, dialog, monkeypatch) -> None:
    monkeypatch.setattr("gui.dialogs.drill.command_of", lambda app: [sys.executable, "-c", WAITS])
    with qtbot.waitSignal(dialog.run.told, timeout=20_000):
        dialog.findChild(QPushButton, "startDrills").click()
    assert dialog.run.is_running
    with qtbot.waitSignal(dialog.run.ended, timeout=20_000):
        dialog.findChild(QPushButton, "cancelDrills").click()
    assert status(dialog) == "중단했습니다"


def test_the_last_result_is_there_when_it_opens(desk: Desk, make_window) -> None:
    kept = {"time": "2026-11-28T08:31:00+09:00", "drills": [over("a"), over("b", passed=False)]}
    (desk.home / RESULT).write_text(json.dumps(kept), "utf-8")
    window = make_window()
    window.tools.open_drill()
    dialog = window.findChild(DrillDialog, "drillDialog")
    assert status(dialog) == "지난 훈련 2026-11-28 08:31: 1가지 통과, 1가지 실패"
    assert len(cells(dialog)) == 2


def test_a_result_that_cannot_be_read_is_none(desk: Desk, make_window) -> None:
    (desk.home / RESULT).write_text("{", "utf-8")
    window = make_window()
    window.tools.open_drill()
    assert cells(window.findChild(DrillDialog, "drillDialog")) == []
