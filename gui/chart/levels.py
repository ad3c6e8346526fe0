"""Prices that matter now: the last one, and of an open position its average, stop and target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from config.text import Text
from core.domain.messages import PositionView
from core.domain.price import Price
from gui.chart.labels import paint_pill, spread
from gui.chart.numbers import plain
from gui.chart.palette import ChartPalette
from gui.chart.series import ChartSeries
from gui.chart.view import Layer, Tag, View
from gui.chart.visible import Visible
from gui.format import percent
from gui.net_result import net_pct

_AVERAGE = Text("평균 {} · {:,}주 · {}", "Avg {} · {:,} sh · {}")
_STOP, _TARGET = Text("손절 {}", "Stop {}"), Text("익절 {}", "Target {}")


@dataclass(frozen=True, slots=True)
class Level:
    """A price line; `role` names its colour in the palette."""

    price: float
    role: str
    text: Text


def levels_of(view: PositionView | None, decimals: int = 0) -> list[Level]:
    """Return the lines of an open position: average, stop, target; none without shares."""
    if view is None or view.position.quantity <= 0:
        return []
    position = view.position
    entry = position.entry_price
    shown = plain(entry, decimals), position.quantity, percent(net_pct(view))
    average = _AVERAGE.format(*shown)
    levels = [Level(entry, "entry", average)]
    for price, role, text in (
        (position.stop_level, "stop", _STOP),
        (position.target_level, "target", _TARGET),
    ):
        if price is not None:
            levels.append(Level(price, role, text.format(plain(price, decimals))))
    return levels


class LevelLayer(Layer):
    """Lines of the position; one out of sight leaves its name at the edge, with an arrow."""

    def __init__(self) -> None:
        self.levels: Sequence[Level] = ()

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        prices = [level.price for level in self.levels]
        return (min(prices), max(prices)) if prices else None

    def paint(self, painter: QPainter, view: View) -> None:
        area = view.area
        for level in self.levels:
            y = round(view.scale.y(level.price))
            if area.top() <= y <= area.bottom():
                color = QColor(getattr(view.palette, level.role))
                painter.setPen(
                    QPen(color, 1, Qt.SolidLine if level.role == "entry" else Qt.DashLine)
                )
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        height = QFontMetricsF(painter.font()).height() + 4
        wanted = [view.scale.y(level.price) for level in self.levels]
        places = spread(wanted, height, view.scale.top, area.bottom())
        for level, row, place in zip(self.levels, wanted, places, strict=True):
            arrow = "▲ " if row < area.top() else "▼ " if row > area.bottom() else ""
            frame = getattr(view.palette, level.role)
            text = arrow + level.text.in_(view.language)
            paint_pill(painter, area.left() + 6, place, text, view.palette.background, frame)

    def tags(self, view: View) -> list[Tag]:
        colors = [getattr(view.palette, level.role) for level in self.levels]
        return [
            Tag(level.price, view.palette.background, color, color)
            for level, color in zip(self.levels, colors, strict=True)
        ]


class LastPriceLayer(Layer):
    """A dotted line at the last price."""

    def __init__(self) -> None:
        self.previous_close: Price | None = None

    def price(self, series: ChartSeries) -> float | None:
        """Return the close of the newest bar."""
        return series.candle(len(series) - 1).close if len(series) else None

    def color(self, series: ChartSeries, palette: ChartPalette) -> str:
        """Return the colour of the day's change, of the newest candle where that is not known."""
        candle = series.candle(len(series) - 1)
        move = candle.close - (self.previous_close or candle.open)
        return palette.up if move > 0 else palette.down if move < 0 else palette.tag

    def paint(self, painter: QPainter, view: View) -> None:
        price = self.price(view.visible.series)
        if price is None:
            return
        y = round(view.scale.y(price))
        painter.setPen(QPen(QColor(self.color(view.visible.series, view.palette)), 1, Qt.DotLine))
        painter.drawLine(QPointF(view.area.left(), y), QPointF(view.area.right(), y))

    def tags(self, view: View) -> list[Tag]:
        price = self.price(view.visible.series)
        if price is None:
            return []
        return [Tag(price, self.color(view.visible.series, view.palette), view.palette.tag_text)]
