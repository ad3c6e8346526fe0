"""Which bars say BUY or SELL: what the rules say of whole columns, weighed as the live scorer does.

Crossings and breaks are looked for everywhere, the RSI only where a score turns on it. What depends
on parameters of indicators alone is kept, so that a sweep over thresholds, weights and exits pays
for it once. Rules of the user's own judge whole columns by themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from config.schema import Settings
from core.backtest.fast.bands import band_breaks
from core.backtest.fast.codes import NEAR, Asked, Found, reaching, sums
from core.backtest.fast.day_vwap import vwap_breaks
from core.backtest.fast.ema_cross import ema_crossings
from core.backtest.fast.hits import Bars, Hits, Mask
from core.backtest.fast.recurrence import Values
from core.backtest.fast.wilder import WilderRatio
from core.backtest.market import SymbolBars
from core.domain.compare import above_each, below_each
from core.indicators import IndicatorSet
from core.indicators.bollinger import BollingerOptions
from core.indicators.ema import EmaOptions
from core.indicators.rsi import Rsi, RsiOptions
from core.rules import Rule, registered
from core.rules.ai import AiRule
from core.rules.bb_break import BollingerBreak
from core.rules.ema_cross import EmaCross
from core.rules.rsi import RsiLevels
from core.rules.vwap_break import VwapBreak
from core.scoring import ScoreOptions

_KEPT_BYTES = 64 * 2**20  # of one symbol; a 32-bit process has 2 GB in all
_Kept = TypeVar("_Kept", Hits, Values, WilderRatio | None)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Bars whose score reaches a threshold, ascending; a day's last bars among them."""

    buys: Bars
    sells: Bars


def candidates(bars: SymbolBars, settings: Settings) -> Candidates:
    """Return the bars that would be bought or sold at by `settings`, warm ones only."""
    return Signals(bars).candidates(settings)


class Signals:
    """One symbol's signals under any settings; keeps what several of them share."""

    def __init__(self, bars: SymbolBars) -> None:
        self.bars = bars
        self._kept: OrderedDict[Hashable, Hits | Values | WilderRatio | None] = OrderedDict()

    def candidates(self, settings: Settings) -> Candidates:
        """Return the bars that would be bought or sold at by `settings`, warm ones only."""
        votes, options = _Votes(self, settings), settings[ScoreOptions]
        first = max(IndicatorSet(settings).warmup - 1, 0)
        buys = votes.reaching(options.buy_threshold, is_buy=True)
        sells = votes.reaching(options.sell_threshold, is_buy=False)
        return Candidates(_from(first, buys), _from(first, sells))

    def hits(self, rule: Rule, settings: Settings) -> Hits:
        """Return the bars at which a rule says anything."""
        closes = self.bars.columns.close
        if type(rule) is EmaCross:
            ema = settings[EmaOptions]
            make = partial(ema_crossings, closes, ema.ema_short, ema.ema_long)
            return self._keep(("ema", ema.ema_short, ema.ema_long), make)
        if type(rule) is BollingerBreak:
            own = settings[BollingerOptions]
            make = partial(band_breaks, closes, own.bb_period, own.bb_width, self.bars.is_whole)
            return self._keep(("bands", own.bb_period, own.bb_width), make)
        if type(rule) is VwapBreak:
            return self._keep("vwap", partial(vwap_breaks, self.bars))
        # The user's own rules may look at any indicator, and change when their file does.
        columns = self.bars.columns
        return Hits.of(rule.batch(columns, IndicatorSet(settings).batch(columns)))

    def rsi(self, bars: Bars, settings: Settings) -> Values:
        """Return the RSI at some bars."""
        closes, period = self.bars.columns.close, settings[RsiOptions].rsi_period
        ratio = self._keep(("rsi", period), lambda: WilderRatio.of(closes, period))
        if ratio is not None:
            return ratio.rsi(bars)
        slowly = partial(Rsi(settings).batch, self.bars.columns)
        return self._keep(("rsi bar by bar", period), lambda: slowly()["rsi"])[bars]

    def _keep(self, key: Hashable, make: Callable[[], _Kept]) -> _Kept:
        """Return what was kept under `key`, or make it; the longest unused goes first."""
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > 1 and self._size() > _KEPT_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]  # type: ignore[return-value]  # what is under a key has one type

    def _size(self) -> int:
        return sum(kept.nbytes for kept in self._kept.values() if kept is not None)


class _Votes:
    """What the rules that count say under one set of settings."""

    def __init__(self, signals: Signals, settings: Settings) -> None:
        rules = [cls(settings) for cls in registered().values()]
        # Nobody predicts anything in a backtest.
        rules = [rule for rule in rules if rule.weight and type(rule) is not AiRule]
        self._signals, self._settings = signals, settings
        self._scores = sums([rule.weight for rule in rules])
        self._bits = {type(rule): bit for bit, rule in enumerate(rules)}
        self._hits = {
            bit: signals.hits(rule, settings)
            for bit, rule in enumerate(rules)
            if type(rule) is not RsiLevels
        }

    def reaching(self, threshold: float, is_buy: bool) -> Bars:
        """Return the bars whose score of one side reaches `threshold`, ascending."""
        found = [
            Found(bit, hits.buys if is_buy else hits.sells) for bit, hits in self._hits.items()
        ]
        bit = self._bits.get(RsiLevels)
        asked = [] if bit is None else [Asked(bit, partial(self._rsi_holds, is_buy=is_buy))]
        return reaching(self._scores >= threshold - NEAR, len(self._signals.bars), found, asked)

    def _rsi_holds(self, bars: Bars, is_buy: bool) -> Mask:
        options = self._settings[RsiOptions]
        rsi = self._signals.rsi(bars, self._settings)
        if is_buy:
            return below_each(rsi, options.rsi_oversold)
        return above_each(rsi, options.rsi_overbought)


def _from(first: int, bars: Bars) -> Bars:
    return bars[np.searchsorted(bars, first) :].astype(np.int64, copy=False)
