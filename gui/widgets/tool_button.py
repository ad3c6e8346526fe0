"""A small button that shows only an icon."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QToolButton

from gui import icons


def tool_button(name: str, title: str, clicked: Callable[[], None]) -> QToolButton:
    """Return a button named `name` with the icon of that name; `title` is its tool tip."""
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icons.icon(name, "muted"))
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.clicked.connect(lambda _: clicked())
    return button
