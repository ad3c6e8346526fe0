"""The hidden panel of the emulator's faults, and that the settings dialog knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from config.schema import Settings
from gui.dialogs.faults import FaultsDialog
from gui.dialogs.settings_row import SettingRow
from gui.main_window import MainWindow
from tests.gui.broker_fakes import FakeFaults
from tests.gui.every_option import every_option
from tests.gui.window_desk import Desk

EMULATED = [item for item in every_option() if item.owner.section == "emulator"]
DELAY, MISSING = "emulator.delay_ms", "emulator.is_password_missing"


@pytest.fixture
def faults() -> FakeFaults:
    return FakeFaults()


@pytest.fixture
def window(make_window: Callable[..., MainWindow], faults: FakeFaults) -> MainWindow:
    return make_window(faults=faults)


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> FaultsDialog:
    """The panel, opened by its keys."""
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key_F12, Qt.ControlModifier | Qt.ShiftModifier)
    (made,) = window.findChildren(FaultsDialog)
    return made


def row(dialog: FaultsDialog, key: str) -> SettingRow:
    return dialog.findChild(SettingRow, f"setting.{key}")


def press(qtbot: QtBot, dialog: FaultsDialog, name: str) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.LeftButton)


def status(dialog: FaultsDialog) -> str:
    return dialog.findChild(QLabel, "faultsStatus").text()


def test_every_switch_of_the_section_is_there(dialog: FaultsDialog) -> None:
    shown = {it.objectName() for it in dialog.findChildren(SettingRow)}
    assert shown == {f"setting.{item.key}" for item in EMULATED}
    assert "에뮬레이터" in dialog.windowTitle()
    assert not dialog.isModal()


def test_switches_hold_for_the_session_only(
    qtbot: QtBot, dialog: FaultsDialog, faults: FakeFaults, desk: Desk
) -> None:
    apply = dialog.findChild(QPushButton, "applyFaults")
    assert not apply.isEnabled()
    qtbot.mouseClick(row(dialog, MISSING).input, Qt.LeftButton)
    assert apply.isEnabled()
    press(qtbot, dialog, "applyFaults")
    (used,) = faults.used
    assert isinstance(used, Settings)
    assert used.value(MISSING) is True
    assert status(dialog) == "적용했습니다"
    assert (desk.saved, desk.posted) == ([], [])
    assert not apply.isEnabled()


def test_a_bad_value_is_refused_at_once(
    qtbot: QtBot, dialog: FaultsDialog, faults: FakeFaults
) -> None:
    field = row(dialog, DELAY).input
    field.selectAll()
    qtbot.keyClicks(field, "-5")
    assert status(dialog) == "고쳐야 할 값이 1개 있습니다"
    press(qtbot, dialog, "applyFaults")
    dialog.apply()
    assert faults.used == []


def test_other_settings_change_nothing_of_the_faults(
    qtbot: QtBot, dialog: FaultsDialog, window: MainWindow, faults: FakeFaults
) -> None:
    qtbot.mouseClick(row(dialog, MISSING).input, Qt.LeftButton)
    press(qtbot, dialog, "applyFaults")
    window.apply_settings(window.settings.changed({"risk.max_positions": 3}))
    assert dialog.draft.value(MISSING) is True
    field = row(dialog, DELAY).input
    field.selectAll()
    qtbot.keyClicks(field, "900")
    press(qtbot, dialog, "applyFaults")
    last = faults.used[-1]
    assert (last.value(MISSING), last.value(DELAY)) == (True, 900)
    assert last.value("risk.max_positions") == 3


def test_a_fault_happens_at_once_to_the_selected_symbol(
    qtbot: QtBot, dialog: FaultsDialog, window: MainWindow, faults: FakeFaults
) -> None:
    window.strip._space.select("000660")
    press(qtbot, dialog, "fault.disconnect")
    assert faults.acted == [("disconnect", "000660")]
    assert status(dialog) == "접속 끊기: 실행했습니다 (SK하이닉스)"


def test_it_follows_the_language_and_keeps_what_is_in_force(
    qtbot: QtBot, dialog: FaultsDialog, window: MainWindow
) -> None:
    qtbot.mouseClick(row(dialog, MISSING).input, Qt.LeftButton)
    press(qtbot, dialog, "applyFaults")
    window.apply_settings(window.settings.changed({"ui.language": "en"}))
    qtbot.waitUntil(lambda: len(window.findChildren(FaultsDialog)) == 1)
    (made,) = window.findChildren(FaultsDialog)
    assert (made.windowTitle(), made.isVisible()) == (
        "Faults of the emulator (no real server)",
        True,
    )
    assert made.draft.value(MISSING) is True


def test_without_an_emulator_the_keys_do_nothing(
    qtbot: QtBot, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.keyClick(window, Qt.Key_F12, Qt.ControlModifier | Qt.ShiftModifier)
    window.tools.open_faults()
    assert window.findChildren(FaultsDialog) == []


def test_the_settings_dialog_has_no_such_page(window: MainWindow) -> None:
    window.open_settings()
    dialog = window.settings_dialog
    assert dialog is not None
    assert not {item.key for item in EMULATED} & dialog.draft.options.keys()
    items = [dialog.index.item(at) for at in range(dialog.index.count())]
    assert "에뮬레이터" not in [item.text() for item in items]
    dialog.search.setText("emulator.")
    assert all(item.isHidden() for item in items)
