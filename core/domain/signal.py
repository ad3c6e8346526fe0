"""From rules to a decision; a `Score` is what the signal breakdown shows.

`RuleResult` and `Score` are named tuples, not dataclasses: every closed bar makes six of them, and
a frozen dataclass takes three times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from core.domain.market import Bar
from core.domain.order import Reason
from core.domain.price import Price

Values = Mapping[str, float | None]
"""Indicator values by name ("ema_short", "rsi", "bb_high" ...); None while undefined."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One closed bar and every indicator's value at its close."""

    bar: Bar
    values: Values

    @property
    def close(self) -> Price:
        return self.bar.close


class RuleResult(NamedTuple):
    """What one rule said of one bar, with the numbers it looked at."""

    rule: str
    buys: bool
    sells: bool
    weight: float
    seen: Values
    note: str = ""  # why a rule had nothing to say, e.g. "timeout"


class Score(NamedTuple):
    """Weighted sum of the rules that hold, on either side."""

    symbol: str
    time: datetime  # start of the bar that was scored
    buy: float
    sell: float
    buy_threshold: float
    sell_threshold: float
    results: tuple[RuleResult, ...]
    is_warm: bool  # enough closed bars for all indicators; else always HOLD

    @property
    def says_buy(self) -> bool:
        return self.is_warm and self.buy >= self.buy_threshold - 1e-9

    @property
    def says_sell(self) -> bool:
        return self.is_warm and self.sell >= self.sell_threshold - 1e-9


class Action(Enum):
    BUY = "BUY"
    SELL = "SELL"
    SELL_SL = "SELL_SL"
    SELL_TP = "SELL_TP"
    SELL_TIME = "SELL_TIME"
    HOLD = "HOLD"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the engine made of a bar or a tick, and why."""

    symbol: str
    time: datetime
    action: Action
    price: Price  # that the decision looked at
    score: Score | None = None  # of bar decisions
    level: float | None = None  # the stop or target level that was touched
    note: str = ""

    @property
    def reason(self) -> Reason:
        return _REASONS.get(self.action, Reason.SIGNAL)


_REASONS = {
    Action.SELL_SL: Reason.SL,
    Action.SELL_TP: Reason.TP,
    Action.SELL_TIME: Reason.TIME,
}
