"""A field for numbers that never corrects what is typed: it hands it on, right or wrong."""

from __future__ import annotations

from decimal import Decimal

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QValidator, QWheelEvent
from PyQt5.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

Number = int | float
_WIDTH = 120


class NumberInput(QAbstractSpinBox):
    """Arrows step by the last digit of interest; Page Up and Page Down by ten of them.

    A QSpinBox would silently refuse keys or clamp; here the reader of `edited` says what is wrong.

    Signals:
        edited: the number, or the text where it is none, after each key or step.
    """

    edited = pyqtSignal(object)

    def __init__(self, is_whole: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_whole = is_whole
        self.setFixedWidth(_WIDTH)
        self._line = QLineEdit()
        self.setLineEdit(self._line)
        self._line.textEdited.connect(lambda _: self.edited.emit(self.value()))
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight)
        # The wheel scrolls the page unless this has the focus.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def value(self) -> Number | str:
        """Return the number, or the text as typed where it is none."""
        return parse(self._line.text(), self._is_whole)

    def show_value(self, value: Number | str) -> None:
        """Show a number with thousands separators; a text as it is."""
        self._line.setText(value if isinstance(value, str) else f"{value:,}")

    def stepBy(self, steps: int) -> None:
        value = self.value()
        if isinstance(value, str):
            return
        self.show_value(stepped(value, steps, self._is_whole))
        self.selectAll()
        self.edited.emit(self.value())

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabled:
        both = QAbstractSpinBox.StepEnabledFlag
        return QAbstractSpinBox.StepEnabled(both.StepUpEnabled) | both.StepDownEnabled

    def validate(self, text: str | None, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text or "", position

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        assert event is not None
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def parse(text: str, is_whole: bool) -> Number | str:
    """Return the number that `text` writes, with or without separators, else `text` itself."""
    plain = text.replace(",", "").strip()
    for kind in (int, float) if is_whole else (float,):
        try:
            return kind(plain)
        except ValueError:
            continue
    return text


def stepped(value: Number, steps: int, is_whole: bool) -> Number:
    """Return `value` moved by `steps` of its step, in decimal arithmetic (0.1 + 0.2 is 0.3)."""
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return value
    moved = exact + steps * _step(exact, is_whole)
    return int(moved) if is_whole else float(moved)


def _step(value: Decimal, is_whole: bool) -> Decimal:
    if is_whole:
        # Two leading digits move: 14 by 1, 10,000,000 by 1,000,000.
        return Decimal(10) ** max(value.adjusted() - 1, 0)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(10) ** min(exponent, -1)
