"""A line of fields of which the calm ones give way where the window is narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PyQt5.QtCore import QSize
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QHBoxLayout, QWidget

MARGIN_PX, GAP_PX = 4, 10


class StripRow(QWidget):
    """Base of the health strip; `fill` it once, and `make_room` after each change."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[QWidget, ...] = ()
        self._yielding: tuple[QWidget, ...] = ()
        self._wanted: Mapping[QWidget, Callable[[], bool]] = {}

    def fill(
        self,
        left: Sequence[QWidget],
        right: Sequence[QWidget],
        yielding: Iterable[QWidget],
        wanted: Mapping[QWidget, Callable[[], bool]],
    ) -> None:
        """Put fields to both ends.

        Args:
            left, right: From left to right.
            yielding: What may be left out for want of room, the first one first.
            wanted: Whether a field has anything to say; others always have.
        """
        self._all, self._yielding, self._wanted = (*left, *right), tuple(yielding), wanted
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, 3, MARGIN_PX, 3)
        layout.setSpacing(GAP_PX)
        for field in left:
            layout.addWidget(field)
        layout.addStretch(1)
        for field in right:
            layout.addWidget(field)

    def make_room(self) -> None:
        """Leave out one field after the other that tells of nothing alarming, until all fit."""
        shown = self._shown()
        for field in self._yielding:
            if _needed(shown) > self.width() and field in shown and _is_calm(field):
                shown.remove(field)
        for field in self._all:
            field.setVisible(field in shown)

    def minimumSizeHint(self) -> QSize:
        """What can't be left out; the rest shows itself where there is room."""
        firm = [field for field in self._shown() if field not in self._yielding]
        return QSize(_needed(firm), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.make_room()

    def _shown(self) -> list[QWidget]:
        return [field for field in self._all if self._wanted.get(field, lambda: True)()]


def _needed(fields: Sequence[QWidget]) -> int:
    """Return the width in pixels of these fields side by side."""
    widths = (max(field.minimumWidth(), field.sizeHint().width()) for field in fields)
    return sum(widths) + GAP_PX * len(fields) + 2 * MARGIN_PX


def _is_calm(field: QWidget) -> bool:
    """Return whether a field tells of nothing that needs a look."""
    return field.property("role") not in ("warning", "error")
