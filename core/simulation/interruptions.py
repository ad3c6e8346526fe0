"""When trading stops by rule: volatility interruptions, circuit breakers, halts.

Pure state machines: time comes as an argument, random ends from outside; what they decide somebody
else carries out. Facts in the tables below.

Sources: reference/kiwoom-openapi.md section 9; lists of triggered interruptions (mk.co.kr
2024-08-08: +10.00 % triggers, dynamic ones of small caps from 6.01 %); circuit breaker: etoday
2024-08-05 (one minute, 1 % further for the next stage, none of stages 1 and 2 after 14:50).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from core.domain.messages import Interruption
from core.domain.price import Price
from core.domain.session import SegmentKind, Session


@dataclass(frozen=True, slots=True)
class VolatilityRule:
    """How far a price may go in one way of trading, in percent; None: as far as it likes."""

    static_pct: int | None  # from the last auction's price
    large_pct: int | None  # from the last trade: KOSPI 200 stocks
    small_pct: int | None  # all others


VOLATILITY_RULES = {
    SegmentKind.OPENING_AUCTION: VolatilityRule(10, None, None),
    SegmentKind.CONTINUOUS: VolatilityRule(10, 3, 6),
    SegmentKind.CLOSING_AUCTION: VolatilityRule(10, 2, 4),
    SegmentKind.AFTER_MARKET: VolatilityRule(10, 3, 6),
}
"""Parts of the day without a row have none. Which rules the after-market has is not confirmed."""

VOLATILITY_AUCTION = timedelta(minutes=2)
RANDOM_END_S = (
    30  # an auction ends up to so much later, so that nobody can wait for its last moment
)


class VolatilityMonitor:
    """Watches one symbol's prices; says which trade must not be, and when its auction ends."""

    def __init__(self, base: Price, is_large: bool) -> None:
        """`base` is the day's base price (the previous close), `is_large`: a KOSPI 200 stock."""
        self.reference = base  # static: the last auction's price
        self.last = base  # dynamic: the last trade's price, before the order that trades now
        self.kind: Interruption | None = None  # while interrupted
        self.until: datetime | None = None  # while interrupted: when its auction ends
        self._is_large = is_large
        self._count = 0

    @property
    def count(self) -> int:
        """How often this symbol was interrupted today."""
        return self._count

    def traded(self, price: Price) -> None:
        """Learn of a trade in continuous trading."""
        self.last = price

    def auctioned(self, price: Price | None) -> None:
        """Learn that an auction is over, any interruption with it; None: nothing traded."""
        self.kind = self.until = None
        if price is not None:
            self.reference = self.last = price

    def reason(self, price: Price, segment: SegmentKind) -> Interruption | None:
        """Return what a trade at `price` would trigger, None if it may be.

        In an auction ask it of the price it would end at. Where both apply the static one counts.
        """
        rule = VOLATILITY_RULES.get(segment)
        if rule is None or self.kind is not None:
            return None
        if _is_off(price, self.reference, rule.static_pct):
            return Interruption.STATIC_VI
        if _is_off(price, self.last, self._dynamic_pct(rule)):
            return Interruption.DYNAMIC_VI
        return None

    def bounds(self, segment: SegmentKind) -> tuple[float, float]:
        """Return the lowest and the highest price in won that trigger nothing (`Book.guard`).

        Both may lie between two valid prices.
        """
        rule = VOLATILITY_RULES.get(segment)
        if rule is None:
            return 0, float("inf")
        static = _around(self.reference, rule.static_pct)
        dynamic = _around(self.last, self._dynamic_pct(rule))
        return max(static[0], dynamic[0]), min(static[1], dynamic[1])

    def interrupt(self, kind: Interruption, now: datetime, random_end: timedelta) -> datetime:
        """Begin the auction of an interruption; return when it ends.

        `random_end` is 0 to 30 s, drawn by the caller.
        """
        self.kind, self.until = kind, now + VOLATILITY_AUCTION + random_end
        self._count += 1
        return self.until

    def _dynamic_pct(self, rule: VolatilityRule) -> int | None:
        return rule.large_pct if self._is_large else rule.small_pct


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """One stage of the market-wide circuit breaker."""

    fall_pct: int  # of the index from its previous close
    halt: timedelta | None  # nothing trades; None: the day is over
    latest: timedelta | None  # before the close of the session; None: at any time


BREAKER_HALT = timedelta(minutes=20)
BREAKER_RULES = (
    BreakerRule(8, BREAKER_HALT, timedelta(minutes=40)),
    BreakerRule(15, BREAKER_HALT, timedelta(minutes=40)),
    BreakerRule(20, None, None),
)
BREAKER_LASTS = timedelta(minutes=1)  # how long the index must stay down there
BREAKER_FURTHER_PCT = 1  # below the index of the stage before
BREAKER_AUCTION = timedelta(minutes=10)
HALT_AUCTION = timedelta(minutes=10)  # after a halt by hand (조회공시 and the like)


class BreakerState(Enum):
    TRADING = "TRADING"
    HALTED = "HALTED"  # cancels only
    AUCTION = "AUCTION"  # orders are collected
    OVER = "OVER"  # for today


class CircuitBreaker:
    """The whole market's: tell it the index now and then, and ask for the state."""

    def __init__(self, session: Session) -> None:
        self.state = BreakerState.TRADING
        self.stage = 0  # how many have been triggered today
        self.until: datetime | None = None  # when the state changes by itself
        self._session = session
        self._below_since: datetime | None = None
        self._triggered_at_pct = 0.0

    def index_moved(self, change_pct: float, now: datetime) -> bool:
        """Learn the index's change against its previous close; return whether trading stops now.

        Counts in continuous trading only. Ask at least every few seconds: a minute's stay below is
        measured between calls.
        """
        rule = self._next_rule(now)
        if rule is None or change_pct > self._trigger_pct(rule):
            self._below_since = None
            return False
        self._below_since = self._below_since or now
        if now - self._below_since < BREAKER_LASTS:
            return False
        self.stage += 1
        self._below_since, self._triggered_at_pct = None, change_pct
        if rule.halt is None:
            self.state, self.until = BreakerState.OVER, None
        else:
            self.state, self.until = BreakerState.HALTED, now + rule.halt
        return True

    def time_passed(self, now: datetime, random_end: timedelta = timedelta(0)) -> bool:
        """Go on to the next state where it is due; return whether the state changed.

        `random_end` (0 to 30 s) is added to the auction that begins.
        """
        if self.until is None or now < self.until:
            return False
        if self.state is BreakerState.HALTED:
            self.state, self.until = (
                BreakerState.AUCTION,
                self.until + BREAKER_AUCTION + random_end,
            )
        else:
            self.state, self.until = BreakerState.TRADING, None
        return True

    def _next_rule(self, now: datetime) -> BreakerRule | None:
        if self.state is not BreakerState.TRADING or self.stage == len(BREAKER_RULES):
            return None
        if not self._session.open <= now < self._session.continuous_end:
            return None
        rule = BREAKER_RULES[self.stage]
        too_late = rule.latest is not None and now > self._session.close - rule.latest
        return None if too_late else rule

    def _trigger_pct(self, rule: BreakerRule) -> float:
        further = self._triggered_at_pct - BREAKER_FURTHER_PCT if self.stage else 0.0
        return min(float(-rule.fall_pct), further)


def _is_off(price: Price, reference: Price, pct: int | None) -> bool:
    # Whole won in integers: 6,543 is exactly 10 % below 7,270.
    return pct is not None and abs(price - reference) * 100 >= reference * pct


def _around(reference: Price, pct: int | None) -> tuple[float, float]:
    """Return the prices between which a trade triggers nothing; the ends themselves do not."""
    if pct is None:
        return 0, float("inf")
    width = reference * pct / 100
    # A trade just on the edge triggers, so come a little nearer; a tick is never that small.
    return reference - width + _INSIDE, reference + width - _INSIDE


_INSIDE = 1e-6  # won
