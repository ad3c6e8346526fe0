"""위험: how much of every limit is used right now, and whether what must always hold does."""

from __future__ import annotations

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from config.text import Text
from core.domain.risk import Check
from gui import format as fmt
from gui import theme
from gui.lamps import LampBoard
from gui.panels.registry import Area, panel
from gui.roles import set_role
from gui.wording import unit
from gui.workspace import Workspace

EMPTY = Text(
    "아직 검사한 주문이 없습니다. 시작하면 한도별 사용량이 보입니다",
    "No order has been looked at yet; the limits show up once trading runs",
)
NEAR = 0.8  # of a limit: the bar warns from here on
GAUGE_PX = 8
COLUMNS = 2


class GaugeBar(QWidget):
    """A bar filled from the left, green, then orange near the limit, red when a check fails."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._passed = True
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)

    def show_share(self, share: float, passed: bool) -> None:
        """Fill `share` of the bar, 0 to 1; more is shown as full."""
        self._share, self._passed = min(max(share, 0.0), 1.0), passed
        self.update()

    @property
    def share(self) -> float:
        """How much of the bar is filled."""
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(120, GAUGE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        tone = colors.ok if self._share < NEAR else colors.warning
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        area = QRectF(0, (self.height() - GAUGE_PX) / 2, self.width(), GAUGE_PX)
        painter.setBrush(QColor(colors.border))
        painter.drawRoundedRect(area, 3, 3)
        area.setWidth(area.width() * self._share)
        painter.setBrush(QColor(tone if self._passed else colors.danger))
        painter.drawRoundedRect(area, 3, 3)
        painter.end()


class Gauge:
    """One line of the panel: a check's name, its bar and its numbers."""

    def __init__(self, parent: QWidget) -> None:
        self.title = QLabel(parent)
        self.bar = GaugeBar(parent)
        self.numbers = QLabel(parent)
        self.numbers.setAlignment(Qt.AlignRight | Qt.AlignVCenter)

    def show_check(self, check: Check, language: str) -> None:
        self.title.setText(check.title.in_(language))
        self.bar.setVisible(check.limit is not None)
        share = (check.used or 0) / check.limit if check.limit else 0.0
        self.bar.show_share(share, check.passed)
        self.numbers.setText(_numbers(check).in_(language))
        reason = check.reason.in_(language) if check.reason else ""
        set_role(self.numbers, "muted" if check.passed else "error")
        for widget in (self.title, self.bar, self.numbers):
            widget.setToolTip(reason)


def _numbers(check: Check) -> Text:
    if check.limit is None:
        return Text("통과", "OK") if check.passed else check.reason or Text("차단", "Blocked")
    used = "-" if check.used is None else fmt.number(check.used)
    counted = unit(check.unit)
    limit = fmt.number(check.limit)
    return Text(f"{used} / {limit} {counted.ko}", f"{used} / {limit} {counted.en}")


@panel("risk", Text("위험", "Risk"), Area.BOTTOM, 70, "Alt+7")
class RiskPanel(QScrollArea):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("riskPanel")
        self.setWidgetResizable(True)
        self.workspace, self._translator = workspace, workspace.translator
        self._checks: tuple[Check, ...] = ()
        self._gauges: list[Gauge] = []
        self._page = QWidget(objectName="page")
        self._gauge_page = QWidget(self._page)
        self._grid = QGridLayout(self._gauge_page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setRowStretch(99, 1)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column * 4 + 1, 1)
            self._grid.setColumnMinimumWidth(column * 4 + 3, 12)
        self._empty = QLabel(self._gauge_page)
        self._empty.setProperty("role", "muted")
        self._grid.addWidget(self._empty, 0, 0, 1, 8)
        workspace.translator.bind(self._empty.setText, EMPTY)
        workspace.translator.changed.connect(self._show)
        workspace.bridge.gauges_updated.connect(self._take)
        box = QHBoxLayout(self._page)
        box.setContentsMargins(10, 6, 10, 6)
        box.setSpacing(24)
        box.addWidget(self._gauge_page, 1)
        box.addWidget(LampBoard(workspace, self._page))
        self.setWidget(self._page)

    def _take(self, events: list) -> None:
        self._checks = events[-1].checks
        self._show()

    def _show(self) -> None:
        self._empty.setVisible(not self._checks)
        while len(self._gauges) < len(self._checks):
            self._add_gauge()
        for gauge, check in zip(self._gauges, self._checks, strict=False):
            gauge.show_check(check, self._translator.language)

    def _add_gauge(self) -> None:
        gauge = Gauge(self._gauge_page)
        row, column = divmod(len(self._gauges), COLUMNS)
        for offset, widget in enumerate((gauge.title, gauge.bar, gauge.numbers)):
            self._grid.addWidget(widget, row + 1, column * 4 + offset)
            widget.show()
        self._gauges.append(gauge)
