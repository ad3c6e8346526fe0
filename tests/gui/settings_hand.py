"""A trader's hand in the settings dialog: finds fields, types, presses."""

from __future__ import annotations

from typing import Any

from PyQt5.QtWidgets import QLabel, QPushButton, QWidget

from config.schema import Declared
from gui.dialogs.settings import SettingsDialog
from gui.dialogs.settings_kinds import InputContext
from gui.dialogs.settings_row import SettingRow
from gui.dialogs.settings_texts import with_page
from tests.gui.every_option import every_option

OPTIONS = {item.key: item for item in with_page(every_option())}
NUMBERS = [key for key, item in OPTIONS.items() if item.limits.kind in (int, float)]
CONTEXT = InputContext("ko", {"005930": "삼성전자", "000660": "SK하이닉스"})
STOP = "risk.stop_loss_pct"


def row(dialog: SettingsDialog, key: str) -> SettingRow:
    dialog.show_option(key)
    found = dialog.findChild(SettingRow, f"setting.{key}")
    assert found is not None
    return found


def note(shown: SettingRow) -> str:
    label = shown.findChild(QLabel, "note")
    assert label is not None
    return label.text()


def type_into(qtbot, shown: SettingRow, text: str) -> None:
    shown.input.setFocus()
    shown.input.selectAll()
    qtbot.keyClicks(shown.input, text)


def press(dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    button.click()


def status(dialog: SettingsDialog) -> str:
    return dialog.status.text()


def samples(item: Declared) -> list[Any]:
    """The values a declaration itself names: default, smallest, largest, every choice."""
    limits = item.limits
    if limits.kind is bool:
        return [True, False]
    if limits.choices:
        return list(limits.choices)
    if limits.kind in (int, float):
        return [item.default, *(end for end in (limits.low, limits.high) if end is not None)]
    return [item.default]
