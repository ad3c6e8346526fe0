"""Which bars say BUY or SELL: what the rules say of whole columns, weighed by a table.

What the rules say of a bar is one number, a bit for each rule. A table over all such numbers,
filled by adding the weights as `core.scoring` does, tells which of them reach a threshold. The RSI
is looked at only where its bit decides. What depends on parameters of indicators is kept, so that
a sweep over thresholds, weights and exits pays for it once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings
from core.backtest.fast import bands, day_vwap
from core.backtest.fast.ema_cross import ema_crossings
from core.backtest.fast.wilder import Wilder
from core.backtest.market import SymbolBars
from core.domain.compare import above_each, below_each
from core.indicators import IndicatorSet
from core.indicators.bollinger import Bollinger, BollingerOptions
from core.indicators.ema import EmaOptions
from core.indicators.registry import Arrays
from core.indicators.rsi import Rsi, RsiOptions
from core.indicators.vwap import Vwap
from core.rules import Rule, registered
from core.rules.ai import AiRule
from core.rules.bb_break import BollingerBreak
from core.rules.ema_cross import EmaCross
from core.rules.registry import Verdicts
from core.rules.rsi import RsiLevels
from core.rules.vwap_break import VwapBreak
from core.scoring import ScoreOptions

Bars = NDArray[np.int64]
Mask = NDArray[np.bool_]

_NEAR = 1e-9  # a threshold is reached this far below it (strategy.md, section 3)
_KEPT_BYTES = 64 * 2**20  # of verdicts and means of one symbol; a 32-bit process has 2 GB in all


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
        self._kept: OrderedDict[Hashable, Verdicts | Wilder] = OrderedDict()

    def candidates(self, settings: Settings) -> Candidates:
        """Return the bars that would be bought or sold at by `settings`, warm ones only."""
        rules = [cls(settings) for cls in registered().values()]
        rules = [rule for rule in rules if rule.weight and not isinstance(rule, AiRule)]
        weigher = _Weigher(self, settings, rules)
        options, first = settings[ScoreOptions], max(IndicatorSet(settings).warmup - 1, 0)
        buys = weigher.reaching(options.buy_threshold, is_buy=True)
        sells = weigher.reaching(options.sell_threshold, is_buy=False)
        return Candidates(buys[buys >= first], sells[sells >= first])

    def verdicts(self, rule: Rule, settings: Settings) -> Verdicts:
        """Return what a rule says of every bar."""
        bars, closes = self.bars, self.bars.columns.close
        if isinstance(rule, EmaCross):
            ema = settings[EmaOptions]
            key: Hashable = ("ema", ema.ema_short, ema.ema_long)
            return self._verdicts(key, partial(ema_crossings, closes, ema.ema_short, ema.ema_long))
        if isinstance(rule, BollingerBreak):
            own = settings[BollingerOptions]
            if bars.is_whole and bands.fits(closes, own.bb_period):
                make = partial(bands.band_breaks, closes, own.bb_period, own.bb_width)
            else:
                make = partial(self._generic, rule, Bollinger(settings).batch)
            return self._verdicts(("bands", own.bb_period, own.bb_width), make)
        if isinstance(rule, VwapBreak):
            exact = partial(day_vwap.vwap_breaks, bars)
            generic = partial(self._generic, rule, Vwap(settings).batch)
            return self._verdicts("vwap", exact if day_vwap.fits(bars) else generic)
        # The user's own rules may look at any indicator, and change when their file does.
        return self._generic(rule, IndicatorSet(settings).batch)

    def rsi(self, bars: Bars, settings: Settings) -> NDArray[np.float64]:
        """Return the RSI at some bars."""
        period = settings[RsiOptions].rsi_period
        closes = self.bars.columns.close
        wilder = self._keep(("rsi", period), partial(Wilder, closes, period))
        assert isinstance(wilder, Wilder)
        found = wilder.rsi(bars)
        if found is not None:
            return found
        return Rsi(settings).batch(self.bars.columns)["rsi"][bars]

    def _generic(self, rule: Rule, values: Callable[..., Arrays]) -> Verdicts:
        return rule.batch(self.bars.columns, values(self.bars.columns))

    def _verdicts(self, key: Hashable, make: Callable[[], Verdicts]) -> Verdicts:
        found = self._keep(key, make)
        assert isinstance(found, Verdicts)
        return found

    def _keep(self, key: Hashable, make: Callable[[], Verdicts | Wilder]) -> Verdicts | Wilder:
        """Return what was kept under `key`, or make it; the longest unused goes first."""
        if key not in self._kept:
            self._kept[key] = make()
            most = max(_KEPT_BYTES // max(2 * len(self.bars), 1), 4)
            while len(self._kept) > most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


class _Weigher:
    """Adds up what the rules say under one set of settings."""

    def __init__(self, signals: Signals, settings: Settings, rules: Sequence[Rule]) -> None:
        self._signals, self._settings = signals, settings
        self._weights = [rule.weight for rule in rules]
        self._rsi_bit = next((n for n, r in enumerate(rules) if isinstance(r, RsiLevels)), None)
        self._verdicts = [
            None if bit == self._rsi_bit else signals.verdicts(rule, settings)
            for bit, rule in enumerate(rules)
        ]

    def reaching(self, threshold: float, is_buy: bool) -> Bars:
        """Return the bars whose score of one side reaches `threshold`, ascending."""
        reaches = sums(self._weights) >= threshold - _NEAR
        code = self._code(is_buy)
        if self._rsi_bit is None:
            every: Bars = np.flatnonzero(reaches[code])
            return every
        bit = 1 << self._rsi_bit
        with_rsi = reaches[np.arange(len(reaches)) | bit]
        maybe: Bars = np.flatnonzero(with_rsi[code])
        is_sure = reaches[code[maybe]]
        asked = maybe[~is_sure]
        is_sure[~is_sure] = self._rsi_holds(asked, is_buy)
        found: Bars = maybe[is_sure]
        return found

    def _code(self, is_buy: bool) -> NDArray[Any]:
        kind: type[np.uint8 | np.uint32] = np.uint8 if len(self._weights) <= 8 else np.uint32
        code: NDArray[Any] = np.zeros(len(self._signals.bars), kind)
        for bit, verdicts in enumerate(self._verdicts):
            if verdicts is not None:
                holds = verdicts.buys if is_buy else verdicts.sells
                np.bitwise_or(code, kind(1 << bit), out=code, where=holds)
        return code

    def _rsi_holds(self, bars: Bars, is_buy: bool) -> Mask:
        options = self._settings[RsiOptions]
        rsi = self._signals.rsi(bars, self._settings)
        if is_buy:
            return below_each(rsi, options.rsi_oversold)
        return above_each(rsi, options.rsi_overbought)


def sums(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the score of every combination of rules, by its bits; added up in their order."""
    table = np.zeros(1 << len(weights))
    for code in range(len(table)):
        score = 0.0
        for bit, weight in enumerate(weights):
            if code >> bit & 1:
                score += weight
        table[code] = score
    return table
