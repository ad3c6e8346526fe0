"""A field for prices whose arrows step along the exchange's grid of valid prices."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget

from core.domain.price import PriceGrid
from gui.widgets.numbers import NumberInput


class PriceInput(NumberInput):
    """Up and Down go to the next valid price, Page Up and Page Down ten of them further."""

    def __init__(self, grid: PriceGrid, parent: QWidget | None = None) -> None:
        super().__init__(is_whole=True, parent=parent)
        self._grid = grid

    def stepBy(self, steps: int) -> None:
        price = self.value()
        if isinstance(price, str) or not self._grid.bands:
            super().stepBy(steps)
            return
        move = self._grid.next_up if steps > 0 else self._grid.next_down
        for _ in range(abs(steps)):
            price = max(move(price), self._grid.tick(0))
        self.show_value(int(price))
        self.selectAll()
        self.edited.emit(self.value())
