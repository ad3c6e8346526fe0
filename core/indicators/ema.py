"""Exponential moving averages, a short and a long one."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from config.errors import Refused
from config.schema import Options, Settings, option, section
from config.text import Text
from core.domain.market import Bar
from core.indicators.registry import (
    Arrays,
    Indicator,
    Numbers,
    Plot,
    defined_from,
    register,
    undefine,
)
from core.indicators.smoothing import smooth, weights
from core.indicators.stretch import Lines, Stretch
from core.series import BarColumns

BARS = Text("봉", "bars")


@section("strategy")
class EmaOptions(Options):
    ema_short: int = option(
        9,
        ge=2,
        le=400,
        unit=BARS,
        page="indicators",
        title=Text("단기 EMA 기간", "Short EMA period"),
        help=Text(
            "단기 지수이동평균의 기간입니다. 장기 기간보다 짧아야 합니다.",
            "Bars of the short exponential moving average; must be below the long one.",
        ),
    )
    ema_long: int = option(
        21,
        ge=2,
        le=400,
        unit=BARS,
        page="indicators",
        title=Text("장기 EMA 기간", "Long EMA period"),
        help=Text(
            "장기 지수이동평균의 기간입니다. 단기선이 이 선을 돌파하면 교차 신호가 됩니다.",
            "Bars of the long exponential moving average; a cross of the two is a signal.",
        ),
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ema_short >= self.ema_long:
            words = Text(
                "단기 EMA({0})는 장기 EMA({1})보다 짧아야 합니다",
                "ema_short ({0}) must be below ema_long ({1})",
            )
            raise Refused(words.format(self.ema_short, self.ema_long))
        return self


@register("ema")
class EmaPair(Indicator):
    """Two exponential moving averages of the close, in won.

    EMA(n) weighs the newest close by 2 / (n + 1) and is seeded with the first close, as in `ta`;
    undefined for the first n - 1 bars.
    """

    title = Text("지수이동평균 (EMA)", "Exponential moving averages (EMA)")
    names = ("ema_short", "ema_long")

    def __init__(self, settings: Settings) -> None:
        options = settings[EmaOptions]
        self._short_bars, self._long_bars = options.ema_short, options.ema_long
        self.warmup = self._long_bars
        self._short_old, self._short_new = weights(_com(self._short_bars))
        self._long_old, self._long_new = weights(_com(self._long_bars))
        self._short = self._long = 0.0
        self._bars = 0

    def update(self, bar: Bar, values: Numbers) -> None:
        close = bar.close
        bars = self._bars = self._bars + 1
        if bars == 1:
            self._short = self._long = float(close)
        short, long = self._short, self._long
        # Left alone at the close, as in pandas: frozen prices must not make the mean wobble.
        if short != close:
            short = self._short = self._short_old * short + self._short_new * close
        if long != close:
            long = self._long = self._long_old * long + self._long_new * close
        values["ema_short"] = short if bars >= self._short_bars else None
        values["ema_long"] = long if bars >= self._long_bars else None

    def update_each(self, stretch: Stretch) -> Lines:
        closes, seen = stretch.close_float, self._bars
        short, long = (self._short, self._long) if seen else (closes[0], closes[0])
        short_old, short_new = self._short_old, self._short_new
        long_old, long_new = self._long_old, self._long_new
        shorts: list[float] = []
        longs: list[float] = []
        for close in closes:
            if short != close:
                short = short_old * short + short_new * close
            if long != close:
                long = long_old * long + long_new * close
            shorts.append(short)
            longs.append(long)
        self._short, self._long, self._bars = short, long, seen + len(closes)
        return {
            "ema_short": undefine(self._short_bars - 1 - seen, shorts),
            "ema_long": undefine(self._long_bars - 1 - seen, longs),
        }

    def batch(self, columns: BarColumns) -> Arrays:
        periods = (self._short_bars, self._long_bars)
        return {
            name: defined_from(period - 1, smooth(columns.close, _com(period)))
            for name, period in zip(self.names, periods, strict=True)
        }

    def plots(self) -> tuple[Plot, ...]:
        return (
            Plot(Text.of(f"EMA {self._short_bars}"), ("ema_short",), "ema_short"),
            Plot(Text.of(f"EMA {self._long_bars}"), ("ema_long",), "ema_long"),
        )


def _com(period: int) -> float:
    return (period - 1) / 2
