"""Our own small icons (`resources/icons/*.svg`), drawn in the colours of the theme."""

from __future__ import annotations

from functools import cache

from PyQt5.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PyQt5.QtSvg import QSvgRenderer

from gui import theme


def icon(name: str, color: str = "text") -> QIcon:
    """Return `resources/icons/{name}.svg` in one of the `theme.Colors`, followed at run time.

    Raises:
        FileNotFoundError: There is no such icon.
        AttributeError: There is no such colour.
    """
    _source(name)
    getattr(theme.current(), color)
    return QIcon(_ThemedIcon(name, color))


class _ThemedIcon(QIconEngine):
    """Asks for the theme's colour when it paints, so nobody has to exchange icons."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        self._name, self._color = name, color

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        assert painter is not None
        field = "disabled" if mode == QIcon.Mode.Disabled else self._color
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QPointF(QRectF(rect).center()))
        _renderer(self._name, getattr(theme.current(), field)).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        shot = QPixmap(size)
        shot.fill(Qt.GlobalColor.transparent)
        painter = QPainter(shot)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return shot

    def clone(self) -> QIconEngine:
        return _ThemedIcon(self._name, self._color)


@cache
def _source(name: str) -> str:
    return (theme.RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    text = _source(name).replace("currentColor", color)
    return QSvgRenderer(QByteArray(text.encode()))
