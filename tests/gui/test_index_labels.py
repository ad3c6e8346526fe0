"""KOSPI and KOSDAQ at the end of the status line."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt5.QtWidgets import QLabel

from core.domain.messages import IndexMoved
from gui.bridge import Bridge
from gui.status_line import StatusLine
from tests.builders import OPEN, at
from tests.gui.window_desk import Desk


@pytest.fixture
def line(desk: Desk, qtbot: Any) -> StatusLine:
    space = desk.workspace()
    line = StatusLine(space)
    qtbot.addWidget(line)
    line.space = space
    line.show()
    return line


def tell(line: Any, qtbot: Any, *moved: IndexMoved) -> None:
    bridge: Bridge = line.space.bridge
    bridge.on_batch(moved)
    qtbot.waitUntil(lambda: bridge.is_idle)


def shown(line: StatusLine, name: str) -> QLabel:
    return line.findChild(QLabel, f"index{name}")


def test_nothing_is_shown_before_the_first_value(line: StatusLine) -> None:
    assert not shown(line, "KOSPI").isVisible()


def test_each_index_has_value_change_and_the_colour_of_its_direction(line: Any, qtbot: Any) -> None:
    tell(line, qtbot, IndexMoved("KOSPI", OPEN, 4030.5, 0.47))
    assert not shown(line, "KOSDAQ").isVisible()
    tell(line, qtbot, IndexMoved("KOSDAQ", OPEN, 887.12, -1.2))

    kospi, kosdaq = shown(line, "KOSPI"), shown(line, "KOSDAQ")
    assert (kospi.text(), kospi.property("role")) == ("코스피 4,030.50 ▲0.47%", "up")
    assert (kosdaq.text(), kosdaq.property("role")) == ("코스닥 887.12 ▼1.20%", "down")
    line.space.translator.set_language("en")
    assert kosdaq.text() == "KOSDAQ 887.12 ▼1.20%"


def test_an_unchanged_index_and_one_without_a_change(line: Any, qtbot: Any) -> None:
    tell(line, qtbot, IndexMoved("KOSPI", OPEN, 4011.57, 0.0), IndexMoved("KOSDAQ", OPEN, 900.0))
    assert (shown(line, "KOSPI").text(), shown(line, "KOSPI").property("role")) == (
        "코스피 4,011.57 0.00%",
        "flat",
    )
    assert shown(line, "KOSDAQ").text() == "코스닥 900.00"


def test_only_the_newest_of_a_batch_is_shown(line: Any, qtbot: Any) -> None:
    got: list[IndexMoved] = []
    line.space.bridge.indices_moved.connect(got.extend)
    moved = [IndexMoved("KOSPI", at(9, minute), 4000.0 + minute, 0.1) for minute in range(30)]
    tell(line, qtbot, *moved, IndexMoved("OTHER", OPEN, 1.0))
    assert [each.value for each in got] == [4029.0, 1.0]
    assert "09:29:00" in shown(line, "KOSPI").toolTip()
