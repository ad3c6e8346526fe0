"""One of the stacked parts of the chart: its layers, its scale and what its axis says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PyQt5.QtCore import QRectF

from config.text import Text
from gui.chart.numbers import compact, plain
from gui.chart.scale import Scale, padded
from gui.chart.series import ChartSeries
from gui.chart.view import Layer, Reading, Style
from gui.chart.visible import Visible

AxisText = Callable[[float, int, str], str]
"""Of (value, decimals, language)."""

_STRETCH = 0.35  # of the main layer's range: how far others may widen the scale on either side
_PADDING_PX = 5


def plain_text(value: float, decimals: int, language: str) -> str:
    return plain(value, decimals)


@dataclass(slots=True)
class Pane:
    """What is drawn between two borders, the undermost layer first."""

    key: str
    title: Text
    layers: list[Layer] = field(default_factory=list)
    weight: float = 1.0  # share of the height
    main: Layer | None = None  # rules the scale; the others may widen it, within limits
    span: tuple[float, float] | None = None  # fixed scale
    marks: tuple[float, ...] = ()  # values written on the axis; none: round ones
    follows_price: bool = False  # its axis has the decimals of prices
    stands_on_floor: bool = False  # bars that grow from the lower border
    axis_text: AxisText = plain_text

    def scale(self, visible: Visible, area: QRectF, headroom: float) -> Scale:
        """Return the scale that fits what is in sight below `headroom` pixels for the legend."""
        low, high = self.span or self._range(visible)
        if not low < high:
            low, high = padded(low, high, 0.0)
        floor = area.bottom() - (0 if self.stands_on_floor else _PADDING_PX)
        return Scale(low, high, min(area.top() + headroom + _PADDING_PX, floor - 1), floor)

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[list[Reading]]:
        """Return the legend's rows for a bar: the main layer's, then all others'."""
        rows: list[list[Reading]] = [[], []]
        for layer in self.layers:
            rows[layer is not self.main].extend(layer.readings(series, row, style))
        return [row for row in rows if row]

    def _range(self, visible: Visible) -> tuple[float, float]:
        extents = [found for layer in self.layers if (found := layer.extent(visible)) is not None]
        if not extents:
            return 0.0, 1.0
        lowest, highest = min(one[0] for one in extents), max(one[1] for one in extents)
        ruling = self.main.extent(visible) if self.main is not None else None
        if ruling is None:
            return lowest, highest
        low, high = ruling
        reach = (high - low or abs(high) * 0.01) * _STRETCH
        return max(lowest, low - reach), min(highest, high + reach)


def stacked(panes: Sequence[Pane], width: float, height: float) -> list[QRectF]:
    """Share the height among the panes; the last get no area if they would be too low to read."""
    shown = list(panes)
    while len(shown) > 1 and shown[-1].weight / sum(p.weight for p in shown) * height < _LOWEST_PX:
        shown.pop()
    total = sum(pane.weight for pane in shown)
    areas, top = [], 0
    for pane in shown:
        bottom = (
            round(top + height * pane.weight / total) if pane is not shown[-1] else round(height)
        )
        areas.append(QRectF(0, top, width, max(bottom - top - 1, 0)))
        top = bottom
    return areas


_LOWEST_PX = 44


def volume_text(value: float, decimals: int, language: str) -> str:
    return compact(value, language)


def score_text(value: float, decimals: int, language: str) -> str:
    """Both sides of the score pane count upwards."""
    return f"{abs(value):g}"
