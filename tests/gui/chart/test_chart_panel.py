from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QToolButton

from config.schema import Settings
from core.domain.instrument import Instrument
from gui.chart.bar_range import BarRange
from gui.chart.markers import Marker
from gui.chart.palette import DARK, LIGHT
from gui.chart.series import DAY_MINUTES


def column_colors(image, x: int, top: int, bottom: int) -> set[str]:
    return {image.pixelColor(x, y).name() for y in range(top, bottom)}


def colors_of_bar(chart, row: int) -> set[str]:
    """Colours in the price pane on the candle of a row, its body's left edge."""
    picture = chart.canvas.picture()
    area = picture.parts[0].view.area
    x = int(picture.visible.pixel(row)) - 1
    image = chart.canvas.grab().toImage()
    return column_colors(image, x, int(area.top()), int(area.bottom()))


def readings_of(chart, part: int, row: int) -> list[tuple[str, str]]:
    """Names and values in a pane's legend."""
    part = chart.canvas.picture().parts[part]
    rows = part.pane.readings(part.view.visible.series, row, part.view.style)
    return [(reading.name, reading.value) for group in rows for reading in group]


def choices_of(chart) -> list:
    return chart.findChild(QToolButton, "indicatorMenu").menu().actions()


def test_rising_bars_are_red_and_falling_ones_blue(chart, a_bar):
    chart.set_history(
        [a_bar(0, 70_000, 70_500), a_bar(1, 70_500, 70_100), a_bar(2, 70_100, 70_100)]
    )

    assert DARK.up in colors_of_bar(chart, 0)
    assert DARK.down in colors_of_bar(chart, 1)
    assert not {DARK.up, DARK.down} & colors_of_bar(chart, 2)


def test_the_wick_reaches_from_high_to_low(chart, a_bar):
    chart.set_history([a_bar(0, 70_000, 70_500, high=71_000, low=69_000)])

    picture = chart.canvas.picture()
    view, x = picture.parts[0].view, int(picture.visible.x[0])
    scale, bottom = view.scale, int(view.area.bottom())
    image = chart.canvas.grab().toImage()
    reds = [y for y in range(bottom) if image.pixelColor(x, y).name() == DARK.up]
    assert min(reds) == pytest.approx(scale.y(71_000), abs=1)
    assert max(reds) == pytest.approx(scale.y(69_000), abs=1)


def test_the_forming_bar_is_drawn_before_any_other(chart, a_bar):
    chart.set_forming(a_bar(0, 70_000, 70_500))

    assert DARK.up in colors_of_bar(chart, 0)


def test_no_bars_say_so(chart, pixels):
    chart.set_history([])
    korean = pixels(chart.canvas)

    chart.set_language("en")

    assert pixels(chart.canvas) != korean


def test_one_bar_is_enough(chart, a_bar, pixels):
    chart.set_history([a_bar(0, 70_000, 70_000)])

    assert DARK.flat in colors_of_bar(chart, 0)


def test_the_scale_fits_what_is_in_sight(chart, real_bars):
    bars = real_bars("005930")
    chart.set_history(bars)
    chart.canvas.show_bars(BarRange(1_000.0, 100.0))

    shown = bars[1_000:1_100]
    part = chart.canvas.picture().parts[0]
    area, scale = part.view.area, part.view.scale
    rows = [scale.y(price) for bar in shown for price in (bar.low, bar.high)]
    assert area.top() < min(rows)
    assert max(rows) < area.bottom()
    assert max(rows) - min(rows) > area.height() * 0.3


def test_huge_prices_are_written_whole(chart, real_bars):
    chart.set_history(real_bars("005930")[:200])

    part = chart.canvas.picture().parts[0]
    assert part.axis.width() > chart.canvas.fontMetrics().horizontalAdvance("2,450,000")
    assert "2,4" in chart.findChild(QLabel, "chartPrice").text()


def test_values_unknown_at_first_do_not_hinder(chart, some_bars):
    chart.set_history(some_bars(5))

    assert np.isnan(chart.canvas.picture().visible.trace("bb_mid")).all()


def test_a_gap_in_the_values_breaks_the_line_only(chart, some_bars, closed):
    bars = some_bars(40)
    chart.set_history(bars[:30])
    chart.canvas.picture()
    for event in closed(bars)[30:]:
        values = dict.fromkeys(event.values)
        chart.append_bar(replace(event, snapshot=replace(event.snapshot, values=values)))

    trace = chart.canvas.picture().visible.trace("ema_short")
    assert np.isfinite(trace[29])
    assert np.isnan(trace[30:]).all()


@pytest.mark.parametrize("width, height", [(1, 1), (60, 40), (120, 90), (300, 30), (2_000, 60)])
def test_any_size_can_be_painted(chart, some_bars, width, height, a_trade, a_position):
    chart.set_history(some_bars(300))
    chart.set_position(a_position())
    chart.set_markers(Marker.of_trade(a_trade(some_bars(300))))

    chart.canvas.setMinimumSize(1, 1)
    chart.canvas.resize(width, height)

    assert not chart.canvas.grab().isNull()


def test_too_low_panes_give_way(chart, some_bars):
    chart.set_history(some_bars(50))
    assert [part.pane.key for part in chart.canvas.picture().parts] == [
        "price", "volume", "rsi", "score",
    ]  # fmt: skip

    chart.canvas.resize(900, 150)

    assert [part.pane.key for part in chart.canvas.picture().parts] == ["price"]


def test_a_time_frame_is_chosen_by_button_and_by_key(qtbot, chart, some_bars):
    chart.set_history(some_bars(60))

    with qtbot.waitSignal(chart.timeframeChanged) as changed:
        qtbot.mouseClick(chart.findChild(QToolButton, "timeframe5"), Qt.LeftButton)
    assert changed.args == [5]
    assert len(chart.canvas.picture().visible.candles) == 12

    with qtbot.waitSignal(chart.timeframeChanged) as changed:
        qtbot.keyClick(chart.canvas, Qt.Key_1)
    assert changed.args == [1]
    assert chart.findChild(QToolButton, "timeframe1").isChecked()
    assert not chart.findChild(QToolButton, "timeframe5").isChecked()


def test_longer_time_frames_are_in_the_menu(qtbot, chart, some_bars):
    chart.set_history(some_bars(60))
    more = chart.findChild(QToolButton, "timeframeMore")

    with qtbot.waitSignal(chart.timeframeChanged) as changed:
        more.menu().actions()[-1].trigger()

    assert changed.args == [DAY_MINUTES]
    assert more.text() == "일"
    assert not chart.findChild(QToolButton, "timeframe1").isChecked()


def test_the_same_moment_stays_in_sight_in_another_time_frame(chart, some_bars):
    chart.set_history(some_bars(360))
    chart.canvas.show_bars(BarRange(100.0, 50.0))

    chart.set_timeframe(5)

    visible = chart.canvas.picture().visible
    assert visible.first <= 149 // 5 < visible.end
    assert chart.canvas.bars.count == 50


def test_the_header_shows_symbol_price_and_change(chart, some_bars, a_bar):
    chart.set_history(some_bars(3))
    chart.set_forming(a_bar(3, close=70_700))

    assert chart.findChild(QLabel, "chartSymbol").text() == "005930"
    assert chart.findChild(QLabel, "chartName").text() == "삼성전자"
    price = chart.findChild(QLabel, "chartPrice")
    assert price.text().split() == ["70,700", "▲", "700", "+1.00%"]
    assert price.property("role") == "up"

    chart.set_forming(a_bar(3, close=69_300))
    assert price.text().split() == ["69,300", "▼", "700", "-1.00%"]
    assert price.property("role") == "down"


def test_bars_of_another_symbol_are_not_mixed_in(chart, some_bars, closed, a_bar):
    chart.set_history(some_bars(10))
    stranger = replace(a_bar(11), symbol="000660")

    chart.set_forming(stranger)
    chart.append_bar(closed([stranger])[0])

    assert chart.canvas.picture().visible.end == 10


def test_another_symbol_starts_empty(chart, some_bars, a_trade, a_position):
    chart.set_history(some_bars(10))
    chart.set_position(a_position())
    chart.set_markers(Marker.of_trade(a_trade(some_bars(10))))

    chart.set_symbol(Instrument("000660", "SK하이닉스", 180_000))

    picture = chart.canvas.picture()
    assert picture.visible.end == 0
    assert [
        tag for layer in picture.parts[0].pane.layers for tag in layer.tags(picture.parts[0].view)
    ] == []
    assert chart.findChild(QLabel, "chartName").text() == "SK하이닉스"


def test_another_symbol_shows_as_many_bars(chart, some_bars):
    chart.set_history(some_bars(1_000))
    chart.canvas.show_newest(300)

    chart.set_symbol(Instrument("000660", "SK하이닉스", 180_000))
    chart.set_history([replace(bar, symbol="000660") for bar in some_bars(1_000)])

    assert chart.canvas.bars.count == 300


def test_indicators_and_panes_can_be_hidden(chart, some_bars, pixels):
    chart.set_history(some_bars(60))
    before = pixels(chart.canvas)
    by_name = {action.text(): action for action in choices_of(chart)}

    by_name["점수"].trigger()
    by_name["VWAP"].trigger()

    assert "score" not in [part.pane.key for part in chart.canvas.picture().parts]
    assert pixels(chart.canvas) != before
    by_name["점수"].trigger()
    by_name["VWAP"].trigger()
    assert pixels(chart.canvas) == before


def test_the_language_changes_at_run_time(chart, some_bars):
    chart.set_history(some_bars(10))

    chart.set_language("en")

    assert chart.findChild(QToolButton, "timeframe3").text() == "3m"
    assert chart.findChild(QToolButton, "indicatorMenu").text() == "Indicators"
    part = chart.canvas.picture().parts[1]
    assert "Volume" in [
        r.name
        for row in part.pane.readings(part.view.visible.series, 0, part.view.style)
        for r in row
    ]


def test_the_palette_changes_at_run_time(chart, a_bar):
    chart.set_history([a_bar(0, 70_000, 70_500)])

    chart.set_palette(LIGHT)

    colors = colors_of_bar(chart, 0)
    assert LIGHT.up in colors
    assert DARK.up not in colors
    assert LIGHT.background in colors


def test_other_settings_change_lines_and_thresholds(chart, some_bars):
    chart.set_history(some_bars(60))
    before = chart.canvas.picture().visible.trace("ema_short")[-1]

    chart.set_indicator_settings(Settings({"strategy.ema_short": 3, "strategy.buy_threshold": 2.5}))

    picture = chart.canvas.picture()
    assert picture.visible.trace("ema_short")[-1] != before
    assert picture.parts[-1].pane.marks == (-1.5, 0.0, 2.5)
    titles = [
        action.text() for action in chart.findChild(QToolButton, "indicatorMenu").menu().actions()
    ]
    assert "EMA 3" in titles


def test_what_the_trader_chose_is_remembered(qtbot, some_bars, chart, as_json):
    from gui.chart.panel import ChartPanel

    chart.set_history(some_bars(400))
    chart.set_timeframe(3)
    chart.canvas.show_newest(77)
    choices_of(chart)[0].trigger()
    state = as_json(chart.save_state())

    other = ChartPanel()
    qtbot.addWidget(other)
    other.restore_state(state)
    other.set_history(some_bars(400))

    assert other.save_state() == state
    assert not choices_of(other)[0].isChecked()


@pytest.mark.parametrize(
    "state",
    [{}, {"timeframe": 7}, {"timeframe": "x", "visible_bars": -3, "hidden": 5}, {"hidden": [1]}],
)
def test_a_state_that_makes_no_sense_changes_nothing(chart, state):
    before = chart.save_state()

    chart.restore_state(state)

    assert chart.save_state() == before


def test_the_legend_holds_open_high_low_and_close(chart, a_bar):
    chart.set_history([a_bar(0, 70_000, 70_000), a_bar(1, 70_000, 70_700, high=70_900, low=69_900)])

    assert readings_of(chart, 0, row=1)[:5] == [
        ("시", "70,000"), ("고", "70,900"), ("저", "69,900"), ("종", "70,700"), ("", "+1.00%"),
    ]  # fmt: skip


def test_everything_can_be_reached_by_keyboard(chart):
    buttons = chart.findChildren(QToolButton)

    assert len(buttons) == 5
    assert all(button.focusPolicy() & Qt.TabFocus for button in buttons)
    assert all(button.toolTip() and button.accessibleName() for button in buttons)
    assert chart.canvas.focusPolicy() & Qt.TabFocus
    assert chart.canvas.accessibleName()
