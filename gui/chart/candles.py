"""Candles of the price pane and bars of the volume pane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtGui import QColor, QPainter

from config.text import Text
from gui.chart.candle_columns import Candles
from gui.chart.numbers import plain
from gui.chart.palette import ChartPalette
from gui.chart.series import ChartSeries
from gui.chart.strokes import fill_rects, mixed
from gui.chart.view import Layer, Reading, Style, View
from gui.chart.visible import Visible
from gui.format import percent

_PRICES = (
    (Text("시", "O"), "open"),
    (Text("고", "H"), "high"),
    (Text("저", "L"), "low"),
    (Text("종", "C"), "close"),
)
VOLUME = Text("거래량", "Volume")


class CandleLayer(Layer):
    """Open, high, low, close: a body and a wick, or the wick alone where there is no room."""

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        candles = visible.candles
        return (float(candles.low.min()), float(candles.high.max())) if len(candles) else None

    def paint(self, painter: QPainter, view: View) -> None:
        candles, x, scale = view.visible.candles, view.visible.x, view.scale
        width = view.visible.body_width
        highs, lows = _rounded(scale.rows(candles.high)), _rounded(scale.rows(candles.low))
        tops = _rounded(scale.rows(np.maximum(candles.open, candles.close)))
        bottoms = _rounded(scale.rows(np.minimum(candles.open, candles.close)))
        for color, rows in _by_direction(candles, view.palette):
            fill_rects(
                painter, QColor(color), x[rows], highs[rows], 1, lows[rows] - highs[rows] + 1
            )
            if width > 1:
                left, height = x[rows] - width // 2, bottoms[rows] - tops[rows] + 1
                fill_rects(painter, QColor(color), left, tops[rows], width, height)

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[Reading]:
        candle = series.candle(row)
        color = direction_color(candle.open, candle.close, style.palette)
        readings = [
            Reading(title.in_(style.language), plain(getattr(candle, name), series.decimals), color)
            for title, name in _PRICES
        ]
        if row > 0:
            before = series.candle(row - 1).close
            change = percent(100 * (candle.close / before - 1))
            readings.append(
                Reading("", change, direction_color(before, candle.close, style.palette))
            )
        return readings


class VolumeLayer(Layer):
    """Traded shares of each bar, in the colour of its candle."""

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        volumes = visible.candles.volume
        return (0.0, max(float(volumes.max()), 1.0)) if len(volumes) else None

    def paint(self, painter: QPainter, view: View) -> None:
        candles, width = view.visible.candles, view.visible.body_width
        tops = _rounded(view.scale.rows(candles.volume.astype(np.float64)))
        floor = round(view.scale.bottom)
        for color, rows in _by_direction(candles, view.palette):
            left = view.visible.x[rows] - width // 2
            fill_rects(painter, mixed(color, 190), left, tops[rows], width, floor - tops[rows])

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[Reading]:
        candle = series.candle(row)
        color = direction_color(candle.open, candle.close, style.palette)
        return [Reading(VOLUME.in_(style.language), plain(candle.volume), color)]


def direction_color(before: float, after: float, palette: ChartPalette) -> str:
    """Return the colour of a number that went from `before` to `after`."""
    if after == before:
        return palette.flat
    return palette.up_text if after > before else palette.down_text


def _by_direction(candles: Candles, palette: ChartPalette) -> list[tuple[str, NDArray[np.intp]]]:
    moves = np.sign(candles.close - candles.open)
    colors = ((palette.flat, 0), (palette.down, -1), (palette.up, 1))
    return [(color, np.flatnonzero(moves == move)) for color, move in colors]


def _rounded(rows: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(rows).astype(np.int64)
