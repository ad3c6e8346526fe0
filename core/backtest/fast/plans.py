"""The table of plans: what would become of each BUY, of one symbol or of all on one time line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.domain.order import Reason
from core.domain.price import Price

REASONS = (Reason.SIGNAL, Reason.TIME, Reason.SL, Reason.TP, Reason.EOD, Reason.LIMIT)
"""Exit reasons by their code in tables."""
SIGNAL, TIME, SL, TP, EOD, LIMIT = range(len(REASONS))

PLAN = np.dtype(
    [
        ("symbol", np.int64),  # its place in the configured order
        ("day", np.int64),  # days since 1970-01-01
        ("signal", np.int64),  # bars of the symbol: whose close gives the BUY,
        ("entry", np.int64),  # at whose open it fills,
        ("exit", np.int64),  # at which the position is sold
        ("signal_time", np.int64),  # and their starts, UTC epoch seconds
        ("entry_time", np.int64),
        ("exit_time", np.int64),
        ("close", np.float64),  # of the signal's bar, won
        ("entry_price", np.float64),
        ("exit_price", np.float64),
        ("stop", np.float64),  # level at the entry; every close of the position is above it
        ("target", np.float64),  # level; every close of the position is below it
        ("reason", np.int64),  # code of the exit's
        ("is_signal", np.bool_),  # the exit counts as a signal
        ("is_whole_close", np.bool_),  # this money is counted in `int`
        ("is_whole_entry", np.bool_),
        ("is_whole_exit", np.bool_),
    ],
    align=True,
)

Plans = NDArray[np.void]
"""Rows of PLAN."""


def in_order(plans: Sequence[Plans]) -> Plans:
    """Return all symbols' plans by the time of their signals, then by the configured order."""
    if len(plans) == 1:
        return plans[0]
    joined = np.concatenate([np.empty(0, PLAN), *plans])
    order = np.lexsort((joined["symbol"], joined["signal_time"]))
    ordered: Plans = joined[order]
    return ordered


def money(values: NDArray[np.float64], is_whole: NDArray[np.bool_]) -> list[Price]:
    """Return Python numbers, `int` for the whole ones."""
    if is_whole.all():
        won: list[Price] = values.astype(np.int64).tolist()
        return won
    some: list[float] = values.tolist()
    return [int(value) if whole else value for value, whole in zip(some, is_whole, strict=True)]
