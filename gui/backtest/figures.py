"""The figures of a run, beside those of another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from config.text import Text
from core.backtest.currency import UNKNOWN, WON, counted_in
from core.backtest.metrics import Metrics
from gui import theme
from gui.format import percent, signed_won
from gui.translator import Translator

HEADERS = (
    Text("항목", "Figure"),
    Text("이번", "This run"),
    Text("비교 A", "Run A"),
    Text("차이", "Difference"),
)
_NONE = "–"
Value = float | None


def _share(value: float) -> str:
    return f"{value:,.1f}%"


def _ratio(value: float) -> str:
    return f"{value:,.2f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


@dataclass(frozen=True, slots=True)
class Figure:
    """How one metric is read and shown; `is_signed`: red above 0, blue below."""

    title: Text
    value: Callable[[Metrics], Value]
    text: Callable[[float], str]
    is_signed: bool = False
    is_money: bool = False


FIGURES = (
    Figure(Text("순손익", "Net P&L"), lambda m: m.net_pnl, signed_won, True, True),
    Figure(Text("수익률", "Return"), lambda m: m.return_pct, percent, True),
    Figure(Text("최대 낙폭", "Max drawdown"), lambda m: -m.max_drawdown_pct, percent),
    Figure(Text("샤프지수", "Sharpe"), lambda m: m.sharpe, _ratio),
    Figure(Text("거래", "Trades"), lambda m: m.trades, _count),
    Figure(Text("승률", "Win rate"), lambda m: m.win_rate_pct, _share),
    Figure(Text("손익비 (PF)", "Profit factor"), lambda m: m.profit_factor, _ratio),
    Figure(Text("거래당", "A trade"), lambda m: m.expectancy, signed_won, True, True),
    Figure(Text("보유 비중", "Exposure"), lambda m: m.exposure_pct, _share),
    Figure(Text("비용", "Costs"), lambda m: m.costs, _count, is_money=True),
)


class FiguresTable(QTableWidget):
    """One row for each figure; the columns of the other run appear with it."""

    def __init__(self, translator: Translator, parent: QWidget | None = None) -> None:
        super().__init__(len(FIGURES), len(HEADERS), parent)
        self.setObjectName("backtestFigures")
        self._tr = translator
        self._currency = WON
        self._this: Metrics | None = None
        self._other: Metrics | None = None
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.NoSelection)
        self.setFocusPolicy(Qt.NoFocus)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.Stretch)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeToContents)
        translator.changed.connect(self._retranslate)
        self._show()

    def show_runs(self, this: Metrics | None, other: Metrics | None, currency: Text = WON) -> None:
        """Show the figures of a run, whose money is `currency`, and of another one."""
        self._this, self._other, self._currency = this, other, currency
        self._show()
        self._make_room()

    def _retranslate(self, *_: object) -> None:
        self.show_runs(self._this, self._other, self._currency)

    def _show(self) -> None:
        self.setHorizontalHeaderLabels([self._tr(title) for title in HEADERS])
        for column in (2, 3):
            self.setColumnHidden(column, self._other is None)
        self._fill()

    def _fill(self) -> None:
        for row, figure in enumerate(FIGURES):
            this, other = (_of(figure, run) for run in (self._this, self._other))
            change = None if this is None or other is None else this - other
            money = self._currency if figure.is_money else UNKNOWN
            self._put(row, 0, self._tr(counted_in(figure.title, money)), None)
            for column, value in ((1, this), (2, other), (3, change)):
                text = _NONE if value is None else figure.text(value)
                if column == 3 and value is not None and not text.startswith(("+", "-")):
                    text = f"+{text}" if value > 0 else text
                self._put(row, column, text, value if figure.is_signed else None)

    def _make_room(self) -> None:
        """Keep as wide as all figures, which would else be cut beside a page of settings."""
        shown = [column for column in range(len(HEADERS)) if not self.isColumnHidden(column)]
        header = self.horizontalHeader()
        least = [max(self.sizeHintForColumn(c), header.sectionSizeHint(c)) for c in shown]
        # The figures' columns share the rest evenly: each must do for the widest.
        alike = max(least[1:]) * (len(least) - 1)
        frame = self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()
        self.setMinimumWidth(least[0] + alike + frame)

    def _put(self, row: int, column: int, text: str, value: Value) -> None:
        item = QTableWidgetItem(text)
        side = Qt.AlignLeft if column == 0 else Qt.AlignRight
        item.setTextAlignment(int(side | Qt.AlignVCenter))
        colors = theme.current()
        if value:
            item.setForeground(QColor(colors.up if value > 0 else colors.down))
        elif column == 0:
            item.setForeground(QColor(colors.muted))
        self.setItem(row, column, item)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.PaletteChange and hasattr(self, "_other"):
            self._show()


def _of(figure: Figure, metrics: Metrics | None) -> Value:
    return None if metrics is None else figure.value(metrics)
