"""What a layer of a pane is given to paint with, and what it must offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QPainter

from gui.chart.palette import DARK, ChartPalette
from gui.chart.scale import Scale
from gui.chart.series import ChartSeries
from gui.chart.visible import Visible


@dataclass(frozen=True, slots=True)
class Style:
    """How the chart looks and speaks."""

    palette: ChartPalette = DARK
    language: str = "ko"


@dataclass(frozen=True, slots=True)
class View:
    """One pane during one painting; pixels are the canvas's own."""

    visible: Visible
    scale: Scale
    area: QRectF  # of the pane's plot, without the axis
    style: Style

    @property
    def palette(self) -> ChartPalette:
        return self.style.palette

    @property
    def language(self) -> str:
        return self.style.language


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of a pane's legend: a name and the values at one bar."""

    name: str
    value: str
    color: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A value marked on a pane's axis."""

    value: float
    fill: str
    color: str  # of the text
    frame: str = ""


class Layer(ABC):
    """Something drawn in a pane."""

    def extent(self, visible: Visible) -> tuple[float, float] | None:
        """Return the lowest and highest value in sight; None where the scale need not care."""
        return None

    @abstractmethod
    def paint(self, painter: QPainter, view: View) -> None:
        """Draw what is in sight; the painter is clipped to the pane."""

    def readings(self, series: ChartSeries, row: int, style: Style) -> list[Reading]:
        """Return what the pane's legend says of a row."""
        return []

    def tags(self, view: View) -> list[Tag]:
        """Return what is marked on the pane's axis."""
        return []

    def tip_at(self, position: QPointF, style: Style) -> str:
        """Return the tool tip at a pixel, by the last painting; empty where there is none."""
        return ""
