"""What the risk gate found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from config.text import Text


class TradingState(Enum):
    STOPPED = "STOPPED"  # no entries; exits go on
    RUNNING = "RUNNING"
    EXITS_ONLY = "EXITS_ONLY"  # daily limit or cut-off; no entries until the next trading day
    FLATTENING = "FLATTENING"
    HALTED = "HALTED"  # after a flatten, until a person presses START


@dataclass(frozen=True, slots=True)
class Check:
    """One pre-trade check with how much of its limit is used; also what the risk gauges show."""

    name: str  # stable code, e.g. "cash"
    title: Text
    passed: bool
    used: float | None = None  # in `unit`; None where the check has no number
    limit: float | None = None
    unit: str = ""  # "won", "shares", "%", "orders", "s"
    reason: Text | None = None  # why it failed, with the numbers
