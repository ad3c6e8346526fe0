"""The keys of a replay, where no widget that has the keyboard needs them itself."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QTabBar,
    QWidget,
)

from config.text import Text
from gui.menus import Menus
from gui.replay_bar import BAR, PLAY, SIGNAL, TICK, ReplayBar

REPLAY = Text("재생(&R)", "&Replay")
_KEPT = {
    Qt.Key_Space: (QAbstractButton, QAbstractItemView, QComboBox),
    Qt.Key_Right: (QAbstractItemView, QAbstractSlider, QComboBox, QTabBar),
}
"""Whose own these keys stay: Space switches symbols on and off, arrows move in tables."""


class ReplayKeys(QObject):
    """Adds the menu of a replay, and keeps its keys from widgets that use them otherwise."""

    def __init__(self, bar: ReplayBar, menus: Menus, parent: QObject) -> None:
        super().__init__(parent)
        menu = menus.menu(REPLAY)
        menus.command(menu, "start", PLAY, bar.toggle, "Space")
        menus.command(menu, "open", TICK, bar.tick.click, "Right")
        menus.command(menu, "chart", BAR, bar.bar.click, "Shift+Right")
        menus.command(menu, "signals", SIGNAL, bar.signal.click, "N")
        QApplication.instance().focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.ShortcutOverride or event.modifiers():
            return False
        is_kept = isinstance(watched, _KEPT.get(event.key(), ()))
        if is_kept:
            event.accept()
        return is_kept
