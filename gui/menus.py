"""The menu bar: every command of the window with its key."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu

from config.text import Text
from gui import icons
from gui.docks import Docks
from gui.workspace import Workspace

FILE, TRADE, VIEW = Text("파일(&F)", "&File"), Text("매매(&T)", "&Trade"), Text("보기(&V)", "&View")
HELP = Text("도움말(&H)", "&Help")
PANELS, THEME = Text("패널 표시", "Panels"), Text("테마", "Theme")
LANGUAGE = Text("언어 (Language)", "Language (언어)")
TABLE_KEYS = (
    ("Enter", Text("표에서: 차트 열기", "In a table: open the chart")),
    ("Space", Text("관심종목에서: 사용 켜기/끄기", "In the watchlist: on and off")),
    ("F2", Text("미체결에서: 주문 정정", "In the orders: amend")),
    ("Delete", Text("미체결에서: 주문 취소", "In the orders: cancel")),
    ("Ctrl+F", Text("표에서: 찾기", "In a table: search")),
    ("Ctrl+C", Text("표에서: 복사", "In a table: copy")),
)
THEMES = {"dark": Text("어둡게", "Dark"), "light": Text("밝게", "Light")}
LANGUAGES = {"ko": Text.of("한국어"), "en": Text.of("English")}


class Menus:
    """Fills a window's menu bar; commands are given as callables."""

    def __init__(self, window: QMainWindow, workspace: Workspace) -> None:
        self._window, self._tr = window, workspace.translator
        self._actions: list[QAction] = []

    def menu(self, title: Text) -> QMenu:
        """Add an empty menu to the bar."""
        menu = self._window.menuBar().addMenu("")
        self._tr.bind(menu.setTitle, title)
        return menu

    def submenu(self, parent: QMenu, title: Text, icon: str) -> QMenu:
        menu = parent.addMenu(icons.icon(icon, "muted"), "")
        self._tr.bind(menu.setTitle, title)
        return menu

    def command(
        self, menu: QMenu, name: str, title: Text, run: Callable[[], object], keys: str = ""
    ) -> QAction:
        """Add a command; `name` is its icon, `keys` a sequence like "Ctrl+Q"."""
        action = QAction(icons.icon(name, "muted"), "", self._window)
        self._tr.bind(action.setText, title)
        action.triggered.connect(lambda *_: run())
        if keys:
            action.setShortcut(QKeySequence(keys))
            self._actions.append(action)
        menu.addAction(action)
        return action

    def choice(
        self, menu: QMenu, texts: dict[str, Text], choose: Callable[[str], None]
    ) -> dict[str, QAction]:
        """Add one line for each code of `texts`, of which one is ticked."""
        group = QActionGroup(self._window)
        made = {}
        for code, text in texts.items():
            action = made[code] = QAction("", group, checkable=True)
            self._tr.bind(action.setText, text)
            action.triggered.connect(lambda _, code=code: choose(code))
            menu.addAction(action)
        return made

    def panels(self, menu: QMenu, docks: Docks) -> None:
        """Add a line for each panel, and a list to show and hide them."""
        for one in docks.all:
            menu.addAction(one.show)
            self._actions.append(one.show)
        menu.addSeparator()
        shown = self.submenu(menu, PANELS, "layout")
        for one in docks.all:
            shown.addAction(one.dock.toggleViewAction())

    def keys(self) -> list[tuple[str, str]]:
        """Return every key sequence of menus and tables with what it does."""
        menus = [
            (action.shortcut().toString(QKeySequence.NativeText), action.text())
            for action in self._actions
        ]
        return menus + [(key, self._tr(meaning)) for key, meaning in TABLE_KEYS]
