"""Columns of words are as wide as their widest word in the window's own font."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gui.main_window import MainWindow
from gui.panels.row_painter import MARGIN_PX
from gui.wording import KIND, STATUS
from tests.gui.panel_rows import panel_of


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("key", "texts"), [("status", STATUS), ("kind", KIND)])
def test_every_word_of_an_order_fits(
    make_window: Callable[..., MainWindow], language: str, key: str, texts: dict
) -> None:
    view = panel_of(make_window(language=language), "orders").view
    position = [column.key for column in view.table.columns].index(key)
    room = view.columnWidth(position) - 2 * MARGIN_PX
    for text in texts.values():
        assert view.fontMetrics().horizontalAdvance(text.in_(language)) <= room
