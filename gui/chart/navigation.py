"""What the keys do to the range of bars in sight."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt

from gui.chart.bar_range import BarRange, fitted

Move = Callable[[BarRange, int], BarRange]
"""Of the present range and the number of bars."""

ZOOM = 0.8  # bars in sight after one step in, of those before
_PAGE = 0.8  # of the width


def _zoomed(factor: float) -> Move:
    def zoom(bars: BarRange, total: int) -> BarRange:
        # At the right edge the newest bar stays where it is, elsewhere the middle does.
        anchor = float(total) if bars.follows(total) else bars.first + bars.count / 2
        return bars.zoomed(factor, anchor, total)

    return zoom


KEYS: dict[tuple[int, bool], Move] = {
    (Qt.Key_Left, False): lambda bars, total: bars.moved(-1, total),
    (Qt.Key_Right, False): lambda bars, total: bars.moved(1, total),
    (Qt.Key_Left, True): lambda bars, total: bars.moved(-bars.count * _PAGE, total),
    (Qt.Key_Right, True): lambda bars, total: bars.moved(bars.count * _PAGE, total),
    (Qt.Key_PageUp, False): lambda bars, total: bars.moved(-bars.count * _PAGE, total),
    (Qt.Key_PageDown, False): lambda bars, total: bars.moved(bars.count * _PAGE, total),
    (Qt.Key_Up, False): _zoomed(ZOOM),
    (Qt.Key_Plus, False): _zoomed(ZOOM),
    (Qt.Key_Equal, False): _zoomed(ZOOM),
    (Qt.Key_Down, False): _zoomed(1 / ZOOM),
    (Qt.Key_Minus, False): _zoomed(1 / ZOOM),
    (Qt.Key_Home, False): lambda bars, total: BarRange(0.0, bars.count).clamped(total),
    (Qt.Key_End, False): lambda bars, total: bars.at_end(total),
    (Qt.Key_0, False): lambda bars, total: fitted(total),
}
"""By key and whether Ctrl is held."""
