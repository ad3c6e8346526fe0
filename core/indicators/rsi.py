"""Relative strength index."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import model_validator

from config.errors import Refused
from config.schema import Options, Settings, option, section
from config.text import Text
from core.domain.market import Bar
from core.domain.price import Price
from core.indicators.registry import (
    Arrays,
    Indicator,
    Numbers,
    Pane,
    Plot,
    defined_from,
    register,
    undefine,
)
from core.indicators.smoothing import smooth, weights
from core.indicators.stretch import Lines, Stretch
from core.series import BarColumns


@section("strategy")
class RsiOptions(Options):
    rsi_period: int = option(
        14,
        ge=2,
        le=400,
        unit=Text("봉", "bars"),
        page="indicators",
        title=Text("RSI 기간", "RSI period"),
        help=Text(
            "상대강도지수의 기간입니다. 짧을수록 민감합니다.",
            "Bars of the relative strength index; fewer make it more sensitive.",
        ),
    )
    rsi_oversold: float = option(
        30.0,
        ge=0,
        le=100,
        page="indicators",
        title=Text("RSI 과매도", "RSI oversold"),
        help=Text(
            "RSI가 이 값보다 낮으면 매수 신호입니다.", "RSI below this level is a buy signal."
        ),
    )
    rsi_overbought: float = option(
        70.0,
        ge=0,
        le=100,
        page="indicators",
        title=Text("RSI 과매수", "RSI overbought"),
        help=Text(
            "RSI가 이 값보다 높으면 매도 신호입니다.", "RSI above this level is a sell signal."
        ),
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rsi_oversold >= self.rsi_overbought:
            words = Text(
                "RSI 과매도({0:g})는 과매수({1:g})보다 낮아야 합니다",
                "rsi_oversold ({0:g}) must be below rsi_overbought ({1:g})",
            )
            raise Refused(words.format(self.rsi_oversold, self.rsi_overbought))
        return self


@register("rsi")
class Rsi(Indicator):
    """Relative strength index of the close: 0 (only falls) to 100 (only rises, or no fall yet).

    Undefined for the first `rsi_period - 1` bars.
    Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978; seeded with 0 as in `ta`.
    """

    title = Text("상대강도지수 (RSI)", "Relative strength index (RSI)")
    names = ("rsi",)

    def __init__(self, settings: Settings) -> None:
        options = settings[RsiOptions]
        self._guides = (options.rsi_oversold, options.rsi_overbought)
        self._period = self.warmup = options.rsi_period
        self._old, self._new = weights(_com(self._period))
        self._rise = self._fall = 0.0  # Wilder means, won per bar
        self._last_close: Price = 0
        self._bars = 0

    def update(self, bar: Bar, values: Numbers) -> None:
        close = bar.close
        change = close - self._last_close if self._bars else 0
        self._last_close = close
        self._bars += 1
        rise, fall = self._rise, self._fall
        # A mean is left alone at the change, as in pandas; see EmaPair.
        if change > 0:
            if rise != change:
                rise = self._old * rise + self._new * change
            fall *= self._old
        else:
            if fall != -change:
                fall = self._old * fall - self._new * change
            rise *= self._old
        self._rise, self._fall = rise, fall
        if self._bars < self._period:
            values["rsi"] = None
        elif fall == 0:
            # Without a fall the ratio has no value; its limit is 100, also in a flat market.
            values["rsi"] = 100.0
        else:
            values["rsi"] = 100.0 - 100.0 / (1.0 + rise / fall)

    def update_each(self, stretch: Stretch) -> Lines:
        closes, seen = stretch.close_float, self._bars
        last = self._last_close if seen else closes[0]
        rise, fall, old, new = self._rise, self._fall, self._old, self._new
        line: list[float] = []
        for close in closes:
            change = close - last
            last = close
            if change > 0.0:
                if rise != change:
                    rise = old * rise + new * change
                fall *= old
            else:
                if fall != -change:
                    fall = old * fall - new * change
                rise *= old
            line.append(100.0 if fall == 0.0 else 100.0 - 100.0 / (1.0 + rise / fall))
        self._rise, self._fall, self._last_close = rise, fall, stretch.close[-1]
        self._bars = seen + len(closes)
        return {"rsi": undefine(self._period - 1 - seen, line)}

    def batch(self, columns: BarColumns) -> Arrays:
        close = columns.close
        change = np.diff(close, prepend=close[:1])
        rise = smooth(np.maximum(change, 0.0), _com(self._period))
        fall = smooth(np.maximum(-change, 0.0), _com(self._period))
        # A ratio beyond the largest float is inf and its index 100, in `update` too.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            index = np.where(fall == 0, 100.0, 100 - 100 / (1 + rise / fall))
        return {"rsi": defined_from(self._period - 1, index)}

    def plots(self) -> tuple[Plot, ...]:
        title = Text.of(f"RSI {self._period}")
        return (Plot(title, self.names, "rsi", Pane.OWN, span=(0, 100), guides=self._guides),)


def _com(period: int) -> float:
    # By way of alpha = 1 / period, as `ta` asks pandas for it: equal to the last bit, so that the
    # ratio of two means gone denormal in a long frozen market comes out the same too.
    alpha = 1 / period
    return (1 - alpha) / alpha
