from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication

from gui.chart.bar_range import fitted

MIDDLE = QPoint(400, 150)


@pytest.fixture
def canvas(chart, some_bars):
    chart.set_history(some_bars(1_000))
    return chart.canvas


def turn(canvas, at: QPoint, notches: int, modifiers=Qt.NoModifier) -> None:
    turned = QPoint(0, 120 * notches)
    event = QWheelEvent(
        QPointF(at), QPointF(canvas.mapToGlobal(at)), QPoint(), turned, Qt.NoButton, modifiers,
        Qt.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def move(canvas, at: QPoint, buttons=Qt.NoButton) -> None:
    event = QMouseEvent(QEvent.MouseMove, QPointF(at), Qt.NoButton, buttons, Qt.NoModifier)
    QApplication.sendEvent(canvas, event)


def bar_under(canvas, x: float) -> float:
    return canvas.bars.first + x / canvas.picture().visible.pitch


def drag(qtbot, canvas, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(canvas, Qt.LeftButton, pos=start)
    move(canvas, (start + end) / 2, Qt.LeftButton)
    move(canvas, end, Qt.LeftButton)
    qtbot.mouseRelease(canvas, Qt.LeftButton, pos=end)


def test_it_opens_at_the_newest_bar(canvas):
    assert canvas.bars.follows(1_000)


def test_the_wheel_zooms_round_the_mouse(canvas):
    canvas.show_bars(canvas.bars.moved(-300, 1_000))
    before, count = bar_under(canvas, MIDDLE.x()), canvas.bars.count

    turn(canvas, MIDDLE, 2)

    assert canvas.bars.count < count
    assert bar_under(canvas, MIDDLE.x()) == pytest.approx(before)


def test_the_wheel_with_shift_pans(canvas):
    before = canvas.bars

    turn(canvas, MIDDLE, 1, Qt.ShiftModifier)

    assert canvas.bars.count == before.count
    assert canvas.bars.first < before.first


def test_dragging_pulls_the_bars_along(qtbot, canvas):
    before = bar_under(canvas, 300)

    drag(qtbot, canvas, QPoint(300, 150), QPoint(500, 160))

    assert bar_under(canvas, 500) == pytest.approx(before)


def test_a_drag_is_no_click(qtbot, chart, canvas):
    with qtbot.assertNotEmitted(chart.barClicked):
        drag(qtbot, canvas, QPoint(300, 150), QPoint(500, 160))


def test_a_click_tells_the_bar_that_was_clicked(qtbot, chart, canvas, some_bars):
    row = canvas.picture().visible.row(MIDDLE.x())

    with qtbot.waitSignal(chart.barClicked) as clicked:
        qtbot.mouseClick(canvas, Qt.LeftButton, pos=MIDDLE)

    assert clicked.args == [some_bars(1_000)[row].start]


def test_a_click_on_the_axis_is_no_bar(qtbot, chart, canvas):
    with qtbot.assertNotEmitted(chart.barClicked):
        qtbot.mouseClick(canvas, Qt.LeftButton, pos=QPoint(canvas.width() - 5, 100))


def test_a_double_click_shows_everything_and_a_second_one_the_newest_again(qtbot, canvas):
    count = canvas.bars.count

    qtbot.mouseDClick(canvas, Qt.LeftButton, pos=MIDDLE)
    assert canvas.bars == fitted(1_000)
    assert canvas.picture().visible.end - canvas.picture().visible.first == 1_000

    qtbot.mouseDClick(canvas, Qt.LeftButton, pos=MIDDLE)
    assert canvas.bars.count == count
    assert canvas.bars.follows(1_000)


@pytest.mark.parametrize(
    ("key", "modifiers", "moved"),
    [
        (Qt.Key_Left, Qt.NoModifier, -1),
        (Qt.Key_Left, Qt.ControlModifier, -96),
        (Qt.Key_PageUp, Qt.NoModifier, -96),
        (Qt.Key_Right, Qt.NoModifier, 1),
        (Qt.Key_PageDown, Qt.NoModifier, 96),
    ],
)
def test_keys_step_through_time(qtbot, canvas, key, modifiers, moved):
    canvas.show_bars(canvas.bars.moved(-500, 1_000))
    before = canvas.bars

    qtbot.keyClick(canvas, key, modifiers)

    assert canvas.bars.first == pytest.approx(before.first + moved)
    assert canvas.bars.count == before.count


@pytest.mark.parametrize("key", [Qt.Key_Up, Qt.Key_Plus])
def test_keys_zoom_in_at_the_newest_bar(qtbot, canvas, key):
    count = canvas.bars.count

    qtbot.keyClick(canvas, key)

    assert canvas.bars.count < count
    assert canvas.bars.follows(1_000)


def test_home_and_end(qtbot, canvas):
    qtbot.keyClick(canvas, Qt.Key_Home)
    assert canvas.bars.first == 0

    qtbot.keyClick(canvas, Qt.Key_End)
    assert canvas.bars.follows(1_000)


def test_new_bars_are_followed_only_at_the_right_edge(chart, canvas, some_bars, closed):
    events = closed(some_bars(1_002))
    first = canvas.bars.first

    chart.append_bar(events[1_000])
    assert canvas.bars.first == pytest.approx(first + 1)

    canvas.show_bars(canvas.bars.moved(-300, 1_001))
    first = canvas.bars.first
    chart.append_bar(events[1_001])
    assert canvas.bars.first == first


def test_the_legend_tells_of_the_bar_under_the_mouse(canvas, pixels):
    before = pixels(canvas).copy(0, 0, 500, 40)

    move(canvas, QPoint(200, 150))

    assert pixels(canvas).copy(0, 0, 500, 40) != before


def test_the_crosshair_goes_when_the_mouse_leaves(canvas, pixels):
    before = pixels(canvas)
    move(canvas, QPoint(200, 150))
    assert pixels(canvas) != before

    QApplication.sendEvent(canvas, QEvent(QEvent.Leave))

    assert pixels(canvas) == before


def test_moving_the_mouse_does_not_paint_the_bars_again(canvas):
    before = canvas.picture()

    move(canvas, QPoint(200, 150))
    canvas.repaint()

    assert canvas.picture() is before


def test_only_bars_in_sight_are_drawn(canvas):
    visible = canvas.picture().visible

    assert len(visible.candles) <= canvas.bars.count + 2
    assert len(visible.x) == len(visible.candles)


def test_bars_that_share_a_pixel_are_joined(chart, canvas, some_bars):
    chart.set_history(some_bars(9_000))
    canvas.show_bars(fitted(9_000))

    visible = canvas.picture().visible
    assert len(visible.candles) <= canvas.width()
    assert visible.candles.volume.sum() == sum(bar.volume for bar in some_bars(9_000))
    assert visible.candles.high.max() == max(bar.high for bar in some_bars(9_000))
