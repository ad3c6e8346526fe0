"""The hundred parameter sets of the sweep that is measured: pairs of EMAs x stops and targets.

CAPITAL is larger than the default: of 10,000,000 won a set that loses is left with less than a
share's price in a tenth of it, and stops trading sooner or later by how its costs are rounded.
"""

from __future__ import annotations

from itertools import product

EMA_SHORT, EMA_LONG = (5, 9), (21, 26, 30, 40, 60)
STOP_PCT, TARGET_PCT = (0.5, 1.0), (1.0, 1.5, 2.0, 3.0, 4.0)
EMAS = tuple(product(EMA_SHORT, EMA_LONG))
EXITS = tuple(product(STOP_PCT, TARGET_PCT))
CAPITAL = 100_000_000
