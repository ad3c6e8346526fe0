"""Which panels there are; a panel registers itself in its own file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pkgutil import iter_modules

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QWidget

from config.text import Text
from gui import panels
from gui.workspace import Workspace


class Area(Enum):
    """Where a panel stands at first."""

    # Codes, since Python 3.11.2 (Debian 12) takes Qt's own flags for members of a Flag and fails.
    LEFT = "left"
    BOTTOM = "bottom"

    @property
    def dock_area(self) -> Qt.DockWidgetArea:
        return Qt.LeftDockWidgetArea if self is Area.LEFT else Qt.BottomDockWidgetArea


@dataclass(frozen=True, slots=True)
class PanelKind:
    """One dock of the window."""

    name: str  # stable code: names the dock in the saved layout and its icon
    title: Text
    area: Area
    order: int  # within its area, and in the View menu
    shortcut: str
    make: Callable[[Workspace], QWidget]


_kinds: dict[str, PanelKind] = {}


def panel(
    name: str, title: Text, area: Area, order: int, shortcut: str
) -> Callable[[type[QWidget]], type[QWidget]]:
    """Register a widget class that is made with the workspace alone."""

    def register(cls: type[QWidget]) -> type[QWidget]:
        if name in _kinds:
            raise ValueError(f"panel {name} is registered twice")
        _kinds[name] = PanelKind(name, title, area, order, shortcut, cls)
        return cls

    return register


def title_of(widget: QWidget) -> Text:
    """Return the title of a registered panel, of any other widget its object name."""
    titles = (kind.title for kind in _kinds.values() if kind.make is type(widget))
    return next(titles, Text.of(widget.objectName()))


def kinds() -> list[PanelKind]:
    """Import every module of this package; return its panels in the order of the View menu."""
    for module in iter_modules(panels.__path__):
        import_module(f"{panels.__name__}.{module.name}")
    return sorted(_kinds.values(), key=lambda kind: kind.order)
