"""The painted part of the chart, and what mouse, wheel and keys do on it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, QPointF, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QApplication, QToolTip, QWidget

from gui.chart.bar_range import DEFAULT_COUNT, BarRange, fitted
from gui.chart.crosshair import paint_crosshair
from gui.chart.legend import laid_out, paint_legend
from gui.chart.navigation import KEYS, ZOOM
from gui.chart.pane import Pane
from gui.chart.picture import Picture, Surface, make_picture
from gui.chart.series import ChartSeries
from gui.chart.strokes import mixed
from gui.chart.veil import paint_veil
from gui.chart.view import Style

_NOTCH = 120.0  # wheel units of one step
_TURN_MS = 3  # in which the tables that have changed with the bars are painted
_WHEEL_PAN = 0.1  # of the width for one step


class ChartCanvas(QWidget):
    """Shows a range of bars from a picture that is made anew only when something in it changed.

    Crosshair and legends lie above that picture, so that moving the mouse costs next to nothing.

    Signals:
        bar_clicked: number of the row that was clicked.
    """

    bar_clicked = pyqtSignal(int)

    def __init__(self, series: ChartSeries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series = series
        self._style = Style()
        self._panes: list[Pane] = []
        self._total = len(series)
        self._bars = BarRange(0.0).at_end(self._total)
        self._picture: Picture | None = None
        self._pointer: QPointF | None = None
        self._pressed: tuple[QPointF, BarRange] | None = None
        self._is_dragging = False
        self._veil = ""
        # New bars change tables too: painted together they would hold the window twice as long.
        self._turn = QTimer(self, singleShot=True, interval=_TURN_MS)
        self._turn.timeout.connect(self.update)
        self.setMinimumSize(60, 40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)

    @property
    def bars(self) -> BarRange:
        """Bars in sight."""
        return self._bars

    def set_style(self, style: Style) -> None:
        self._style = style
        self.redraw()

    def set_panes(self, panes: Sequence[Pane]) -> None:
        """Show these panes, the first on top."""
        self._panes = list(panes)
        self.redraw()

    def show_bars(self, bars: BarRange) -> None:
        """Show another range, as near as there are bars."""
        self._bars = bars.clamped(len(self._series))
        self._total = len(self._series)
        self.redraw()

    def show_newest(self, count: float = DEFAULT_COUNT) -> None:
        """Show the last `count` bars and follow new ones."""
        self.show_bars(BarRange(0.0, count).at_end(len(self._series)))

    def take_new_bars(self) -> None:
        """Paint what the series has become; go along where the newest bar was in sight."""
        total = len(self._series)
        if total != self._total and self._bars.follows(self._total):
            self._bars = self._bars.moved(total - self._total, total)
        self._total = total
        self._picture = None
        self._turn.start()

    def set_veil(self, text: str) -> None:
        """Grey everything out under `text`; empty takes the veil away."""
        if text != self._veil:
            self._veil = text
            self.update()

    def redraw(self) -> None:
        """Make the picture anew before the next painting."""
        self._picture = None
        self.update()

    def picture(self) -> Picture:
        """Return what is shown, painting it first where something changed."""
        if self._picture is None:
            surface = Surface(self.width(), self.height(), self.devicePixelRatioF(), self.font())
            self._picture = make_picture(
                self._series, self._panes, self._bars, self._style, surface
            )
        return self._picture

    def _move(self, bars: BarRange) -> None:
        if bars != self._bars:
            self._bars = bars
            self.redraw()

    def _read_row(self) -> int | None:
        """The row the legends speak of: under the mouse, else the newest."""
        if self._pointer is not None and not self._is_dragging:
            return self.picture().visible.row(self._pointer.x())
        return len(self._series) - 1 if len(self._series) else None

    def _paint_legends(self, painter: QPainter) -> None:
        row = self._read_row()
        if row is None:
            return
        metrics, palette = QFontMetricsF(painter.font()), self._style.palette
        for part in self.picture().parts:
            readings = part.pane.readings(self._series, row, self._style)
            rows = laid_out(readings, metrics, part.view.area.width())[: part.legend_rows]
            paper = mixed(palette.background, 210 if part.pane.main else 0)
            paint_legend(painter, part.view.area, rows, palette, paper)

    def sizeHint(self) -> QSize:
        return QSize(900, 500)

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self.picture()
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.drawPixmap(0, 0, picture.pixmap)
        self._paint_legends(painter)
        if self._pointer is not None and not self._is_dragging:
            paint_crosshair(painter, picture, self._pointer, self._style)
        if self._veil:
            paint_veil(painter, self.rect(), self._veil, self._style.palette)
        if self.hasFocus():
            painter.setPen(QColor(self._style.palette.focus))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: object) -> None:
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.redraw()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, position: QPointF) -> str:
        """Return what a tool tip says at a pixel; empty where there is nothing to say."""
        layers = [layer for pane in self._panes for layer in pane.layers]
        return next((tip for layer in layers if (tip := layer.tip_at(position, self._style))), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = QPointF(event.pos()), self._bars

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = QPointF(event.pos())
        if self._pressed is not None:
            origin, bars = self._pressed
            way = self._pointer - origin
            self._is_dragging |= way.manhattanLength() >= QApplication.startDragDistance()
            if self._is_dragging:
                self._move(bars.moved(-way.x() / self.picture().visible.pitch, len(self._series)))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self.picture().visible.row(event.pos().x())
        is_click = self._pressed is not None and not self._is_dragging
        self._pressed, self._is_dragging = None, False
        self.update()
        if is_click and row is not None and event.pos().x() <= self.picture().times.right():
            self.bar_clicked.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        total = len(self._series)
        if self._bars == fitted(total):
            self.show_newest()
        else:
            self._move(fitted(total))

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, total = event.angleDelta(), len(self._series)
        sideways = turned.x() or (
            turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        )
        if sideways:
            self._move(self._bars.moved(-sideways / _NOTCH * _WHEEL_PAN * self._bars.count, total))
        else:
            anchor = self._bars.first + event.position().x() / self.picture().visible.pitch
            self._move(self._bars.zoomed(ZOOM ** (turned.y() / _NOTCH), anchor, total))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        move = KEYS.get((event.key(), is_ctrl))
        if move is None:
            super().keyPressEvent(event)
        else:
            self._move(move(self._bars, len(self._series)))
