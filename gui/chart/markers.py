"""Entries and exits on the candles: a triangle each, the story in a tool tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from core.domain.messages import FillRecorded
from core.domain.order import Reason, Side
from core.domain.portfolio import Trade
from core.domain.price import Price
from gui.chart.candles import direction_color
from gui.chart.numbers import plain
from gui.chart.strokes import mixed
from gui.chart.view import Layer, Style, View
from gui.chart.visible import Visible
from gui.format import percent, signed_won
from gui.wording import REASON, SIDE

_HALF, _HEIGHT, _GAP = 5, 8, 4  # pixels of a triangle, and from it to the candle
_REACH = 9  # pixels round a triangle that count as on it


@dataclass(frozen=True, slots=True)
class Marker:
    """A purchase or sale; `pnl` in won after costs, None where it closed nothing."""

    time: datetime
    side: Side
    price: Price
    quantity: int
    reason: Reason
    pnl: Price | None = None
    pnl_pct: float | None = None

    @classmethod
    def of_fill(cls, event: FillRecorded) -> Marker:
        fill = event.fill
        return cls(fill.time, fill.side, fill.price, fill.quantity, event.reason)

    @classmethod
    def of_trade(cls, trade: Trade) -> tuple[Marker, Marker]:
        """Return the entry and the exit of a round trip; the exit carries the result."""
        paid = trade.entry_price * trade.quantity
        entry = cls(trade.entry_time, Side.BUY, trade.entry_price, trade.quantity, Reason.SIGNAL)
        return entry, cls(
            trade.exit_time,
            Side.SELL,
            trade.exit_price,
            trade.quantity,
            trade.exit_reason,
            trade.net_pnl,
            100 * trade.net_pnl / paid if paid else None,
        )

    def story(self, language: str) -> str:
        """Return one line: time, side, reason, quantity, price and result."""
        parts = [
            f"{self.time:%m/%d %H:%M:%S}",
            SIDE[self.side].in_(language),
            REASON[self.reason].in_(language),
            f"{self.quantity:,} × {plain(self.price, 0 if self.price == round(self.price) else 2)}",
        ]
        if self.pnl is not None:
            result = signed_won(self.pnl) + ("원" if language == "ko" else " KRW")
            parts.append(
                f"{result} ({percent(self.pnl_pct)})" if self.pnl_pct is not None else result
            )
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the markers of one side of one bar were painted."""

    x: float
    y: float
    markers: tuple[Marker, ...]


class MarkerLayer(Layer):
    """Buys as red triangles below their bar, sales as blue ones above, results beside them."""

    def __init__(self) -> None:
        self._markers: list[Marker] = []
        self._spots: list[_Spot] = []

    def set(self, markers: Sequence[Marker]) -> None:
        self._markers = list(markers)

    def add(self, marker: Marker) -> None:
        self._markers.append(marker)

    def tip_at(self, position: QPointF, style: Style) -> str:
        """Return the stories of the markers under the mouse, a line each."""
        for spot in reversed(self._spots):
            if abs(spot.x - position.x()) <= _REACH and abs(spot.y - position.y()) <= _REACH:
                return "\n".join(marker.story(style.language) for marker in spot.markers)
        return ""

    def paint(self, painter: QPainter, view: View) -> None:
        self._spots = [
            self._paint_group(painter, view, row, side, group)
            for (row, side), group in self._in_sight(view.visible).items()
        ]
        self._paint_results(painter, view)

    def _in_sight(self, visible: Visible) -> dict[tuple[int, Side], list[Marker]]:
        groups: dict[tuple[int, Side], list[Marker]] = {}
        if not len(visible.candles):
            return groups
        since = visible.series.start_of(float(visible.candles.local[0]))
        for marker in self._markers:
            row = visible.series.row_at(marker.time) if marker.time >= since else None
            if row is not None and visible.first <= row < visible.end:
                groups.setdefault((row, marker.side), []).append(marker)
        return groups

    def _paint_group(
        self, painter: QPainter, view: View, row: int, side: Side, group: list[Marker]
    ) -> _Spot:
        candle = view.visible.series.candle(row)
        x = int(view.visible.pixel(row)) + 0.5
        if side is Side.BUY:
            tip = view.scale.y(candle.low) + _GAP
            base = tip + _HEIGHT
        else:
            tip = view.scale.y(candle.high) - _GAP
            base = tip - _HEIGHT
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(QColor(view.palette.background), 1))
        painter.setBrush(QColor(view.palette.up if side is Side.BUY else view.palette.down))
        corners = QPointF(x, tip), QPointF(x - _HALF, base), QPointF(x + _HALF, base)
        painter.drawPolygon(QPolygonF(corners))
        painter.setRenderHint(QPainter.Antialiasing, False)
        return _Spot(x, (tip + base) / 2, tuple(group))

    def _paint_results(self, painter: QPainter, view: View) -> None:
        """Write each result over its triangle, unless it would cover another one."""
        metrics = QFontMetricsF(painter.font())
        taken: list[QRectF] = []
        for spot in self._spots:
            results = [marker.pnl for marker in spot.markers if marker.pnl is not None]
            if not results:
                continue
            text = signed_won(sum(results))
            width, height = metrics.horizontalAdvance(text) + 4, metrics.height()
            place = QRectF(spot.x - width / 2, spot.y - _HEIGHT / 2 - height - 1, width, height)
            if any(place.intersects(other) for other in taken):
                continue
            taken.append(place)
            painter.fillRect(place, mixed(view.palette.background, 170))
            painter.setPen(QColor(direction_color(0, sum(results), view.palette)))
            painter.drawText(place, Qt.AlignCenter, text)
