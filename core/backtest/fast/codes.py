"""Which bars reach a score: what the rules say of a bar as the bits of one number, and a table.

Weights are never negative, so a bar is lost once even all rules not asked yet could not lift it,
and sure once it reaches without them. Rules that are dear to ask are asked only in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.backtest.fast.hits import Bars, Mask

NEAR = 1e-9
"""A threshold is reached this far below it (strategy.md, section 3)."""


class Found(NamedTuple):
    """A rule's bit, and all bars at which the rule holds."""

    bit: int
    bars: Bars


class Asked(NamedTuple):
    """A rule's bit, and what tells at which of some bars the rule holds."""

    bit: int
    holds: Callable[[Bars], Mask]


def reaching(reaches: Mask, bars: int, found: Sequence[Found], asked: Sequence[Asked]) -> Bars:
    """Return the bars whose score reaches a threshold, ascending.

    Args:
        reaches: Of every combination of bits, whether its score does.
        bars: How many there are.
        asked: The cheapest first.
    """
    code = _codes(reaches, bars, found)
    open_bits = sum(1 << rule.bit for rule in asked)
    if reaches[open_bits]:
        left: Bars = np.arange(bars)
    else:
        # Below the least number that can reach are most bars at which a single rule holds.
        least = int(np.argmax(reaches[np.arange(len(reaches)) | open_bits]))
        left = np.flatnonzero(code >= max(least, 1))
    codes = code[left]
    left, codes = _kept(reaches, open_bits, left, codes)
    for rule in asked:
        open_bits &= ~(1 << rule.bit)
        unsure = np.flatnonzero(~reaches[codes])
        if len(unsure):
            held = unsure[rule.holds(left[unsure])]
            codes[held] |= codes.dtype.type(1 << rule.bit)
            left, codes = _kept(reaches, open_bits, left, codes)
    return left


def _kept(
    reaches: Mask, open_bits: int, left: Bars, codes: NDArray[Any]
) -> tuple[Bars, NDArray[Any]]:
    can_reach = reaches[codes | codes.dtype.type(open_bits)]
    return left[can_reach], codes[can_reach]


def _codes(reaches: Mask, bars: int, found: Sequence[Found]) -> NDArray[Any]:
    kind: type[np.uint8 | np.uint32] = np.uint8 if len(reaches) <= 256 else np.uint32
    code: NDArray[Any] = np.zeros(bars, kind)
    for rule in found:
        code[rule.bars] |= kind(1 << rule.bit)
    return code


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
