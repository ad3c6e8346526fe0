"""The row above the chart: what it shows, the last price, time frame and indicators."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAction,
    QActionGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QWidget,
)

from config.text import Text
from core.domain.instrument import Instrument
from core.domain.price import Price
from gui.chart.composition import Choice
from gui.chart.numbers import plain
from gui.chart.series import DAY_MINUTES
from gui.format import change, percent
from gui.theme import restyle

SHORT_TIMEFRAMES = (1, 3, 5)
LONG_TIMEFRAMES = (10, 15, 30, 60, DAY_MINUTES)
_MINUTES = Text("{}분", "{}m")
_DAY = Text("일", "Day")
_MINUTES_TIP = Text("{0}분봉 (단축키 {0})", "{0}-minute bars (key {0})")
_LONGER_TIP = Text("10분봉부터 일봉까지", "10-minute to daily bars")
_INDICATORS = Text("지표", "Indicators")
_INDICATORS_TIP = Text("표시할 지표와 영역 고르기", "Choose indicators and panes to show")


class ChartHeader(QWidget):
    """Symbol, name and price at the left, what can be chosen at the right.

    Signals:
        timeframe_chosen: minutes of one bar.
        shown_changed: key of an indicator or pane, and whether to show it.
    """

    timeframe_chosen = pyqtSignal(int)
    shown_changed = pyqtSignal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = "ko"
        self._choices: Sequence[Choice] = ()
        self._instrument: Instrument | None = None
        self._symbol = _label("chartSymbol", "muted")
        self._name = _label("chartName", "title")
        self._name.setMinimumWidth(1)  # gives way first in a narrow dock
        self._price = _label("chartPrice", "flat")
        self._frames: dict[int, QToolButton] = {}
        self._longer = self._menu_button("timeframeMore")
        self._indicators = self._menu_button("indicatorMenu")
        self._long_actions = QActionGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 4, 2)
        row.setSpacing(6)
        for label in (self._symbol, self._name, self._price):
            row.addWidget(label)
        row.addStretch(1)
        for minutes in SHORT_TIMEFRAMES:
            row.addWidget(self._short_button(minutes))
        row.addWidget(self._longer)
        row.addWidget(self._indicators)
        self._fill_longer()
        self._retranslate()

    def set_language(self, language: str) -> None:
        self._language = language
        self._retranslate()

    def set_instrument(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._symbol.setText(instrument.symbol)
        self._name.setText(instrument.name)
        self.set_price(None)

    def set_price(self, price: Price | None, decimals: int = 0) -> None:
        """Show the last price with its change against the previous close, where that is known."""
        before = self._instrument.previous_close if self._instrument else None
        move = price - before if price is not None and before else None
        parts = ["" if price is None else plain(price, decimals)]
        if move is not None and before:
            parts += [change(move), percent(100 * move / before)]
        self._price.setText("  ".join(part for part in parts if part))
        role = "flat" if not move else "up" if move > 0 else "down"
        if self._price.property("role") != role:
            self._price.setProperty("role", role)
            restyle(self._price)

    def set_timeframe(self, minutes: int) -> None:
        """Mark `minutes` as the chosen time frame."""
        for own, button in self._frames.items():
            button.setChecked(own == minutes)
        for action in self._long_actions.actions():
            action.setChecked(action.data() == minutes)
        self._longer.setChecked(minutes in LONG_TIMEFRAMES)
        self._longer.setText(
            self._frame_text(minutes if minutes in LONG_TIMEFRAMES else LONG_TIMEFRAMES[0])
        )

    def set_choices(self, choices: Sequence[Choice], hidden: Collection[str]) -> None:
        """Offer these indicators and panes, all but the hidden ones ticked."""
        self._choices = choices
        menu = self._indicators.menu()
        menu.clear()
        for choice in choices:
            action = QAction(choice.title.in_(self._language), menu, checkable=True)
            action.setChecked(choice.key not in hidden)
            action.toggled.connect(lambda on, key=choice.key: self.shown_changed.emit(key, on))
            menu.addAction(action)

    def _menu_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setMenu(QMenu(button))
        button.setStyleSheet("QToolButton { padding-right: 14px; }")  # room for the menu's arrow
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _short_button(self, minutes: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"timeframe{minutes}")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.timeframe_chosen.emit(minutes))
        self._frames[minutes] = button
        return button

    def _fill_longer(self) -> None:
        self._longer.setCheckable(True)
        for minutes in LONG_TIMEFRAMES:
            action = QAction(self._longer.menu(), checkable=True)
            action.setData(minutes)
            action.triggered.connect(lambda _, m=minutes: self.timeframe_chosen.emit(m))
            self._long_actions.addAction(action)
            self._longer.menu().addAction(action)

    def _retranslate(self) -> None:
        for minutes, button in self._frames.items():
            button.setText(self._frame_text(minutes))
            _explain(button, _MINUTES_TIP.format(minutes).in_(self._language))
        for action in self._long_actions.actions():
            action.setText(self._frame_text(action.data()))
        chosen = self._long_actions.checkedAction()
        self._longer.setText(self._frame_text(chosen.data() if chosen else LONG_TIMEFRAMES[0]))
        _explain(self._longer, _LONGER_TIP.in_(self._language))
        self._indicators.setText(_INDICATORS.in_(self._language))
        _explain(self._indicators, _INDICATORS_TIP.in_(self._language))
        for action, choice in zip(self._indicators.menu().actions(), self._choices, strict=True):
            action.setText(choice.title.in_(self._language))

    def _frame_text(self, minutes: int) -> str:
        text = _DAY if minutes == DAY_MINUTES else _MINUTES.format(minutes)
        return text.in_(self._language)


def _label(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    return label


def _explain(button: QToolButton, tip: str) -> None:
    button.setToolTip(tip)
    button.setAccessibleName(tip)
