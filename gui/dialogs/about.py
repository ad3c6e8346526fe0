"""Help: what this program is, and every key it listens to."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, Qt
from PyQt5.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from config.text import Text
from gui import theme
from gui.roles import set_role
from gui.translator import Translator

ABOUT = Text("정보", "About")
NAME = Text("키움 터미널", "Kiwoom terminal")
WHAT = Text(
    "키움증권 자동매매 터미널. 자유 소프트웨어이며(GPL-3.0), 아무런 보증이 없습니다. "
    "투자의 책임은 사용자에게 있습니다.",
    "A trading terminal for Kiwoom Securities. Free software (GPL-3.0), without any warranty. "
    "What you trade is your own responsibility.",
)
KEYS = Text("단축키", "Keyboard shortcuts")


def show_about(translator: Translator, wiring: Text | None, parent: QWidget) -> QDialog:
    """Show what this is, what market and broker are behind it, and which versions it runs on.

    Not modal. `wiring` is a sentence on market and broker.
    """
    dialog = _dialog("aboutDialog", ABOUT, translator, parent)
    title = QLabel(translator(NAME), dialog)
    set_role(title, "title")
    what = QLabel(translator(WHAT), dialog)
    what.setWordWrap(True)
    what.setMinimumWidth(360)
    behind = QLabel("" if wiring is None else translator(wiring), dialog)
    behind.setObjectName("wiringLabel")
    behind.setWordWrap(True)
    behind.setVisible(wiring is not None)
    set_role(behind, "accent")
    versions = QLabel(f"{_own_version()}   PyQt {PYQT_VERSION_STR}   Qt {QT_VERSION_STR}", dialog)
    set_role(versions, "muted")
    for label in (title, what, behind, versions):
        label.setTextInteractionFlags(Qt.TextSelectableByMouse)
        dialog.layout().addWidget(label)
    dialog.show()
    return dialog


def show_keys(keys: Iterable[tuple[str, str]], translator: Translator, parent: QWidget) -> QDialog:
    """Show key sequences with what they do; not modal."""
    dialog = _dialog("keysDialog", KEYS, translator, parent)
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    for row, (sequence, meaning) in enumerate(keys):
        key = QLabel(sequence, dialog)
        set_role(key, "accent")
        grid.addWidget(key, row, 0)
        grid.addWidget(QLabel(meaning, dialog), row, 1)
    dialog.layout().addLayout(grid)
    dialog.show()
    return dialog


def _dialog(name: str, title: Text, translator: Translator, parent: QWidget) -> QDialog:
    dialog = QDialog(parent, Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint)
    dialog.setObjectName(name)
    dialog.setAttribute(Qt.WA_DeleteOnClose)
    dialog.setWindowTitle(translator(title))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(16, 14, 16, 14)
    layout.setSpacing(8)
    return dialog


def _own_version() -> str:
    """Return the version in pyproject.toml: the program runs from its folder, uninstalled."""
    text = (theme.RESOURCES.parent / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
