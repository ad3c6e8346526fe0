"""The panels as docks: where they stand at first, and how they are found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QDockWidget, QMainWindow, QTabWidget, QWidget

from gui import icons
from gui.dock_title import DockTitle
from gui.layout import LayoutStore
from gui.panels.record_panel import RecordPanel
from gui.panels.record_view import RecordView
from gui.panels.registry import Area, PanelKind, kinds
from gui.workspace import Workspace

LEFT_SHARE, BOTTOM_SHARE = 0.53, 0.28  # of the window's width and height


@dataclass(frozen=True, slots=True)
class Dock:
    """One panel in its dock; `show` brings it up and gives it the keyboard."""

    kind: PanelKind
    dock: QDockWidget
    panel: QWidget
    show: QAction

    @property
    def focus_widget(self) -> QWidget:
        """The part of the panel that takes the keyboard."""
        return self.panel.view if isinstance(self.panel, RecordPanel) else self.panel


class Docks:
    """Makes a dock for every registered panel and puts it into the window."""

    def __init__(self, window: QMainWindow, workspace: Workspace) -> None:
        self._window, self._tr = window, workspace.translator
        self.all: tuple[Dock, ...] = ()
        window.setDockOptions(
            QMainWindow.AllowNestedDocks | QMainWindow.AllowTabbedDocks | QMainWindow.AnimatedDocks
        )
        window.setTabPosition(Qt.AllDockWidgetAreas, QTabWidget.North)
        window.setCorner(Qt.BottomLeftCorner, Qt.BottomDockWidgetArea)
        window.setCorner(Qt.BottomRightCorner, Qt.BottomDockWidgetArea)
        self.all = tuple(self._make(kind, workspace) for kind in kinds())
        workspace.translator.changed.connect(self._retitle)
        self._retitle()
        self.arrange()

    def arrange(self) -> None:
        """Put every dock back to where it stood at first."""
        for area in Area:
            docks = [one.dock for one in self.all if one.kind.area is area]
            for dock in docks:
                dock.setFloating(False)
                self._window.addDockWidget(area.dock_area, dock)
                dock.show()
            for first, second in pairwise(docks):
                self._window.tabifyDockWidget(first, second)
            docks[0].raise_()
        self.resize()

    def resize(self) -> None:
        """Give the areas their shares of the window."""
        left = self._first(Area.LEFT)
        width = _fitting(left.panel, round(self._window.width() * LEFT_SHARE))
        self._window.resizeDocks([left.dock], [width], Qt.Horizontal)
        height = round(self._window.height() * BOTTOM_SHARE)
        self._window.resizeDocks([self._first(Area.BOTTOM).dock], [height], Qt.Vertical)

    def save(self, store: LayoutStore) -> None:
        for view in self._views():
            store.put_bytes(f"columns/{view.objectName()}", view.save_state())

    def restore(self, store: LayoutStore) -> None:
        for view in self._views():
            state = store.bytes(f"columns/{view.objectName()}")
            if state is not None:
                view.restore_state(state)

    def reset_columns(self) -> None:
        """Show every table's own columns again, in their own order and width."""
        for view in self._views():
            view.reset_columns()

    def _first(self, area: Area) -> Dock:
        return next(one for one in self.all if one.kind.area is area)

    def _views(self) -> Iterator[RecordView]:
        for one in self.all:
            yield from one.panel.findChildren(RecordView)

    def _make(self, kind: PanelKind, workspace: Workspace) -> Dock:
        dock = QDockWidget(self._window)
        dock.setObjectName(f"{kind.name}Dock")
        panel = kind.make(workspace)
        dock.setWidget(panel)
        tools = panel.tools if isinstance(panel, RecordPanel) else ()
        dock.setTitleBarWidget(DockTitle(dock, tools, workspace.translator))
        show = QAction(icons.icon(kind.name, "muted"), "", dock)
        show.setShortcut(QKeySequence(kind.shortcut))
        show.triggered.connect(lambda: _bring_up(dock, panel))
        self._window.addAction(show)
        if isinstance(panel, RecordPanel):
            panel.count_changed.connect(self._retitle)
            panel.raise_wanted.connect(dock.raise_)
        return Dock(kind, dock, panel, show)

    def _retitle(self) -> None:
        for one in self.all:
            title = self._tr(one.kind.title)
            count = one.panel.shown_count if isinstance(one.panel, RecordPanel) else 0
            one.dock.setWindowTitle(f"{title} {count}" if count else title)
            one.show.setText(title)
            one.focus_widget.setAccessibleName(title)


def _fitting(panel: QWidget, width: int) -> int:
    """Return the largest width up to `width` that cuts no column of the panel's table."""
    return panel.view.fitting_width(width) if isinstance(panel, RecordPanel) else width


def _bring_up(dock: QDockWidget, panel: QWidget) -> None:
    dock.show()
    dock.raise_()
    (panel.view if isinstance(panel, RecordPanel) else panel).setFocus()
