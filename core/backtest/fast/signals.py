"""Which bars say BUY or SELL: every rule's verdicts on whole columns, weighed by a table.

What the rules say of a bar is one number, a bit for each rule and side. A table over all such
numbers, filled by adding the weights as `core.scoring` does, tells which of them reach a threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings
from core.backtest.market import SymbolBars
from core.indicators import IndicatorSet
from core.rules import Rule, registered
from core.scoring import ScoreOptions

Bits = NDArray[np.uint32]
Bars = NDArray[np.int64]

_NEAR = 1e-9  # a threshold is reached this far below it (strategy.md, section 3)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Bars whose score reaches a threshold, ascending; a day's last bars among them."""

    buys: Bars
    sells: Bars


def candidates(bars: SymbolBars, settings: Settings) -> Candidates:
    """Return the bars that would be bought or sold at by `settings`, warm ones only."""
    indicators = IndicatorSet(settings)
    rules = [rule for rule in (cls(settings) for cls in registered().values()) if rule.weight]
    verdicts = [rule.batch(bars.columns, indicators.batch(bars.columns)) for rule in rules]
    options = settings[ScoreOptions]
    buys = _reaching(rules, [one.buys for one in verdicts], options.buy_threshold, len(bars))
    sells = _reaching(rules, [one.sells for one in verdicts], options.sell_threshold, len(bars))
    first = max(indicators.warmup - 1, 0)
    return Candidates(_from(first, buys), _from(first, sells))


def _reaching(
    rules: Sequence[Rule], verdicts: Sequence[NDArray[np.bool_]], threshold: float, bars: int
) -> NDArray[np.bool_]:
    code = np.zeros(bars, np.uint32)
    for bit, holds in enumerate(verdicts):
        code |= holds.astype(np.uint32) << np.uint32(bit)
    reaches = sums([rule.weight for rule in rules]) >= threshold - _NEAR
    found: NDArray[np.bool_] = reaches[code]
    return found


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


def _from(first: int, holds: NDArray[np.bool_]) -> Bars:
    return np.flatnonzero(holds[first:]) + first
