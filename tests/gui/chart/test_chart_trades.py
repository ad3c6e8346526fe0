from __future__ import annotations

from datetime import timedelta

from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QColor

from core.domain.messages import FillRecorded
from core.domain.order import Fill, OrderId, Reason, Side
from gui.chart.levels import levels_of
from gui.chart.markers import Marker
from gui.chart.palette import DARK


def test_the_position_shows_its_average_stop_and_target(chart, some_bars, a_position, tags_of):
    chart.set_history(some_bars(60))
    chart.set_position(a_position())

    assert {70_000, 69_300, 71_400} <= tags_of(chart)

    chart.set_position(None)
    assert 69_300 not in tags_of(chart)


def test_the_position_says_what_it_brings_after_costs(a_position):
    # 10 shares from 70,000 to 70,100 less 300 won: 1,000 - 300 of 700,000.
    average, *_ = levels_of(a_position())

    assert average.text.en == "Avg 70,000 · 10 sh · +0.10%"


def test_a_closed_position_has_no_lines(chart, some_bars, a_position):
    chart.set_history(some_bars(60))
    plain = chart.canvas.grab().toImage()

    chart.set_position(a_position(shares=0))

    assert chart.canvas.grab().toImage() == plain


def test_an_exit_tells_its_story_under_the_mouse(chart, some_bars, a_trade):
    bars = some_bars(60)
    chart.set_history(bars)
    chart.set_markers(Marker.of_trade(a_trade(bars, net=10_000)))

    picture = chart.canvas.picture()
    x = picture.visible.pixel(57)
    top = picture.parts[0].view.scale.y(bars[57].high)
    story = chart.canvas.tip_at(QPointF(x, top - 8))
    assert "익절" in story
    assert "+10,000원" in story
    assert "10 ×" in story
    assert chart.canvas.tip_at(QPointF(x, top + 200)) == ""


def test_entries_are_red_below_and_exits_blue_above(chart, a_bar):
    bars = [a_bar(number, 70_000, 70_000) for number in range(30)]
    chart.set_history(bars)
    chart.set_markers(
        [
            Marker(bars[10].start, Side.BUY, 70_000, 1, Reason.SIGNAL),
            Marker(bars[20].start + timedelta(seconds=30), Side.SELL, 70_000, 1, Reason.SL),
        ]
    )

    picture = chart.canvas.picture()
    y, image = picture.parts[0].view.scale.y(70_000), chart.canvas.grab().toImage()
    below = image.pixelColor(int(picture.visible.pixel(10)), int(y + 9))
    above = image.pixelColor(int(picture.visible.pixel(20)), int(y - 9))
    assert below == QColor(DARK.up)
    assert above == QColor(DARK.down)


def test_a_fill_becomes_a_marker(chart, some_bars):
    bars = some_bars(10)
    chart.set_history(bars)
    fill = Fill("1", OrderId("a"), "005930", Side.BUY, 70_000, 3, 10, 0, bars[4].start)
    marker = Marker.of_fill(FillRecorded(fill, Reason.SIGNAL))
    plain = chart.canvas.grab().toImage()

    chart.add_marker(marker)

    assert chart.canvas.grab().toImage() != plain
    assert marker.story("en").endswith("Buy · Signal · 3 × 70,000")


def test_markers_before_the_first_bar_are_left_out(chart, some_bars):
    bars = some_bars(10)
    chart.set_history(bars[5:])
    plain = chart.canvas.grab().toImage()

    chart.add_marker(Marker(bars[2].start, Side.BUY, 70_000, 1, Reason.SIGNAL))

    assert chart.canvas.grab().toImage() == plain
