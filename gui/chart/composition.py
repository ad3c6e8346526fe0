"""Which panes the chart has, made of the registered indicators and what the trader hid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from config.schema import Settings
from config.text import Text
from core.indicators import IndicatorSet, Plot, Shape
from core.indicators import Pane as PlotPane
from core.scoring import ScoreOptions
from gui.chart.candles import VOLUME, CandleLayer, VolumeLayer
from gui.chart.pane import Pane, score_text, volume_text
from gui.chart.plots import layers_of
from gui.chart.scores import ScoreLayer
from gui.chart.view import Layer

SCORE = Text("점수", "Scores")
PRICE = Text("가격", "Price")
VOLUME_KEY, SCORE_KEY = "volume", "score"
_PRICE_WEIGHT = 3.6  # of a pane below it


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the trader may hide; `key` is stable and stored."""

    key: str
    title: Text


class Composition:
    """The panes for one set of settings."""

    def __init__(self, settings: Settings) -> None:
        self.indicators = IndicatorSet(settings)
        self._plots = self.indicators.plots()
        options = settings[ScoreOptions]
        self._scores = ScoreLayer(options.buy_threshold, options.sell_threshold)

    def choices(self) -> list[Choice]:
        """Return what can be shown or hidden, in the order of the menu."""
        over = [plot for plot in self._plots if plot.pane is PlotPane.PRICE]
        below = [plot for plot in self._plots if plot.pane is PlotPane.OWN]
        return [
            *(Choice(_key(plot), plot.title) for plot in over),
            Choice(VOLUME_KEY, VOLUME),
            *(Choice(_key(plot), plot.title) for plot in below),
            Choice(SCORE_KEY, SCORE),
        ]

    def panes(self, price_layers: Sequence[Layer], hidden: Collection[str]) -> list[Pane]:
        """Return the panes from top to bottom; `price_layers` lie over the candles and overlays."""
        plots = [plot for plot in self._plots if _key(plot) not in hidden]
        volume = Pane(
            VOLUME_KEY, VOLUME, [VolumeLayer()], axis_text=volume_text, stands_on_floor=True
        )
        scores = Pane(
            SCORE_KEY, SCORE, [self._scores], axis_text=score_text, marks=self._scores.marks
        )
        panes = [
            self._price_pane([plot for plot in plots if plot.pane is PlotPane.PRICE], price_layers),
            volume,
            *(_own_pane(plot) for plot in plots if plot.pane is PlotPane.OWN),
            scores,
        ]
        return [pane for pane in panes if pane.key not in hidden]

    def _price_pane(self, plots: Sequence[Plot], price_layers: Sequence[Layer]) -> Pane:
        candles = CandleLayer()
        bands = [layer for plot in plots if plot.shape is Shape.BAND for layer in layers_of(plot)]
        lines = [layer for plot in plots if plot.shape is Shape.LINE for layer in layers_of(plot)]
        layers = [*bands, candles, *lines, *price_layers]
        return Pane("price", PRICE, layers, _PRICE_WEIGHT, main=candles, follows_price=True)


def _own_pane(plot: Plot) -> Pane:
    return Pane(_key(plot), plot.title, layers_of(plot), span=plot.span, marks=plot.guides)


def _key(plot: Plot) -> str:
    return plot.names[0]
