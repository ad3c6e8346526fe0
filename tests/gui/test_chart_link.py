"""The chart follows the selected symbol, with its bars, trades and position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.domain.instrument import Instrument
from core.domain.messages import FillRecorded, TradeClosed
from core.domain.order import Reason, Side
from core.domain.portfolio import Trade
from gui.chart_link import ChartLink
from gui.workspace import Workspace
from tests.builders import OPEN, a_bar, a_fill, at
from tests.gui.window_desk import Desk, a_closed_bar, a_history, a_quote, a_view, an_account


class FakeChart(QWidget):
    """Keeps what the chart was told, in its words."""

    def __init__(self) -> None:
        super().__init__()
        self.instrument: Instrument | None = None
        self.bars: list[Any] = []
        self.markers: list[Any] = []
        self.forming: Any = None
        self.position: Any = None
        self.language = ""
        self.veil = ""
        self.palette_given: Any = None

    def set_symbol(self, instrument: Instrument) -> None:
        self.instrument, self.bars, self.markers = instrument, [], []

    def set_history(self, bars: Any) -> None:
        self.bars = list(bars)

    def append_bar(self, event: Any) -> None:
        self.bars.append(event)

    def set_forming(self, bar: Any) -> None:
        self.forming = bar

    def set_markers(self, markers: Any) -> None:
        self.markers = list(markers)

    def add_marker(self, marker: Any) -> None:
        self.markers.append(marker)

    def set_position(self, position: Any) -> None:
        self.position = position

    def set_veil(self, text: str) -> None:
        self.veil = text

    def set_palette(self, palette: Any) -> None:
        self.palette_given = palette

    def set_language(self, language: str) -> None:
        self.language = language

    def set_indicator_settings(self, settings: Any) -> None: ...


@pytest.fixture
def space(qtbot: QtBot, desk: Desk) -> Workspace:
    return desk.workspace()


@pytest.fixture
def chart(qtbot: QtBot, space: Workspace) -> FakeChart:
    chart = FakeChart()
    qtbot.addWidget(chart)
    ChartLink(space, chart)  # type: ignore[arg-type]
    return chart


@pytest.fixture
def feed(qtbot: QtBot, space: Workspace) -> Callable[..., None]:
    def hand(*events: Any) -> None:
        space.bridge.on_batch(events)
        qtbot.waitUntil(lambda: space.bridge.is_idle)

    return hand


def test_a_symbol_is_drawn_from_its_history_and_the_bars_since(
    space: Workspace, chart: FakeChart, feed: Callable[..., None]
) -> None:
    history, closed = a_history(), [a_closed_bar(0), a_closed_bar(1)]
    forming = a_bar(start=at(9, 2))
    feed(history, *closed, a_closed_bar(0, "000660"), replace(a_quote(), forming=forming))
    space.select("005930")
    assert chart.instrument == history.instrument
    assert chart.bars == [*history.bars, *closed]
    assert chart.forming == forming


def test_bars_of_the_selected_symbol_are_added_as_they_close(
    space: Workspace, chart: FakeChart, feed: Callable[..., None]
) -> None:
    space.select("005930")
    feed(a_history(), a_closed_bar(0), a_closed_bar(0, "000660"))
    assert len(chart.bars) == 31


def test_a_symbol_without_history_is_shown_by_its_name(space: Workspace, chart: FakeChart) -> None:
    space.select("000660")
    assert chart.instrument == Instrument("000660", "SK하이닉스")
    assert chart.bars == []


def test_fills_become_markers_and_the_exit_carries_the_result(
    space: Workspace, chart: FakeChart, feed: Callable[..., None]
) -> None:
    space.select("005930")
    trade = Trade("005930", OPEN, 70_000, 10, at(9, 20), 70_700, Reason.TP, 7_000, 211, 1_414)
    feed(
        FillRecorded(a_fill(), Reason.SIGNAL),
        FillRecorded(a_fill(Side.SELL, number=2, time=at(9, 20)), Reason.TP),
        TradeClosed(trade),
    )
    assert [(m.side, m.pnl) for m in chart.markers] == [(Side.BUY, None), (Side.SELL, 5_375)]
    space.select("000660")
    assert chart.markers == []
    space.select("005930")
    assert [m.pnl for m in chart.markers] == [None, 5_375]


def test_the_position_line_comes_and_goes(
    space: Workspace, chart: FakeChart, feed: Callable[..., None]
) -> None:
    space.select("005930")
    feed(an_account(a_view()))
    assert chart.position.position.quantity == 10
    feed(an_account())
    assert chart.position is None


def test_the_chart_speaks_the_windows_language(space: Workspace, chart: FakeChart) -> None:
    assert chart.language == "ko"
    space.translator.set_language("en")
    assert chart.language == "en"
