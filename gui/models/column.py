"""One column of a table of records, described once for the view, the sort order and the export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PyQt5.QtCore import Qt

from config.text import Text
from gui.translator import Translator


class Align(Enum):
    """Numbers right, names left, status centred."""

    LEFT = int(Qt.AlignLeft | Qt.AlignVCenter)
    RIGHT = int(Qt.AlignRight | Qt.AlignVCenter)
    CENTER = int(Qt.AlignCenter)


@dataclass(frozen=True, slots=True)
class Column:
    """How one property of a record is read, sorted, shown and coloured."""

    key: str  # stable code: names the column in the saved layout
    title: Text
    value: Callable[[Any], Any]  # of a record; what to sort by, None last; a Text shows itself
    text: Callable[[Any], str | Text] = str  # of any other value; what to show
    align: Align = Align.RIGHT
    tone: Callable[[Any], str | None] | None = None  # of a record: name of a theme colour
    tip: Callable[[Any], str | Text | None] | None = None  # of a record
    help: Text | None = None  # of the column itself, shown on its header
    sample: str | Text | Sequence[Text] = "00,000,000"
    """The widest usual text, or all there are: they give the first width."""
    is_check: bool = False  # the value is a bool, shown as a box to tick
    is_hidden: Callable[[], bool] = lambda: False
    """Whether it is left out now until the trader asks for it."""

    def shown(self, record: Any, translator: Translator) -> str:
        """Return what a cell says; empty where there is no value or only a box to tick."""
        value = self.value(record)
        if value is None or self.is_check:
            return ""
        text = value if isinstance(value, Text) else self.text(value)
        return translator(text) if isinstance(text, Text) else text


def by_sign(value: Callable[[Any], Any]) -> Callable[[Any], str]:
    """Return a `tone` that is up above zero, down below it and flat otherwise."""

    def tone(record: Any) -> str:
        number = value(record)
        return "flat" if not number else "up" if number > 0 else "down"

    return tone
