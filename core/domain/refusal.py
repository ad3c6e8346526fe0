"""Why a broker or an exchange did not do what was asked, in codes that do not change."""

from __future__ import annotations

from enum import Enum


class Refusal(Enum):
    """Set by adapters where they really know; `core.execution.refusals` says what comes next."""

    OTHER = "OTHER"  # nobody told us in a way that can be relied on
    PRICE = "PRICE"  # off the grid, or outside the day's limits
    NOT_NOW = "NOT_NOW"  # no such order at this time: VI, auction, halt
    CLOSED = "CLOSED"  # the market is closed, or it is no trading day
    RATE = "RATE"  # too many orders a second
    CASH = "CASH"  # not enough money
    SHARES = "SHARES"  # not enough free shares
    KIND = "KIND"  # this server knows no such kind of order
    SYMBOL = "SYMBOL"  # unknown, or not to be traded
    SIZE = "SIZE"  # quantity or value beyond what may be ordered
    ACCOUNT = "ACCOUNT"  # no such account, no password, not ours
    LINE = "LINE"  # not connected: it never left
    NOTHING_LEFT = "NOTHING_LEFT"  # of the order to be changed or cancelled
    UNKNOWN_ORDER = "UNKNOWN_ORDER"
    BUSY = "BUSY"  # an earlier change of the order is not answered yet
    NOT_ARRIVED = "NOT_ARRIVED"  # nobody answered, and the broker does not know of it
