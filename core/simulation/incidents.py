"""What stops or shakes the market: shocks, circuit breakers, interruptions ordered by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.domain.messages import Interruption
from core.domain.session import Session
from core.simulation.interruptions import BREAKER_RULES, CircuitBreaker
from core.simulation.listings import listings
from core.simulation.process import FURTHEST, Course, Floats, generator, minutes_of

_SHOCK_LARGE, _SHOCK_SMALL = (0.035, 0.06), (0.065, 0.10)  # log return; KOSPI 200 stocks, others
_FIRST_FALL = math.log1p(-BREAKER_RULES[0].fall_pct / 100)
_QUIET_MINUTES = 5  # after the open and before the closing auction


@dataclass(frozen=True, slots=True)
class Incident:
    """An interruption that no price of a single symbol triggers."""

    kind: Interruption
    time: datetime
    symbol: str = ""  # empty: the whole market, for a circuit breaker
    halt: timedelta | None = BREAKER_RULES[0].halt  # nothing trades; None: for the rest of the day

    def __post_init__(self) -> None:
        if (self.kind is Interruption.CIRCUIT_BREAKER) is bool(self.symbol):
            raise ValueError(f"{self.kind.value} of '{self.symbol}': only a breaker is for all")


@dataclass(frozen=True, slots=True)
class Shock:
    """A jump of one symbol's fair value, wide enough for a volatility interruption."""

    symbol: str
    second: int  # since the open
    size: float  # log return


def shocks(seed: int, session: Session, symbols: Iterable[str], count: int) -> tuple[Shock, ...]:
    """Return `count` shocks of a day in random ones of these symbols."""
    rng = generator(seed, "*", session, "shocks")
    known = sorted(set(symbols) & listings().keys())
    latest = 60 * (minutes_of(session) - _QUIET_MINUTES)
    if not known or latest <= 60 * _QUIET_MINUTES:
        return ()
    found = []
    for _ in range(count):
        symbol = known[rng.integers(len(known))]
        low, high = _SHOCK_LARGE if listings()[symbol].is_kospi200 else _SHOCK_SMALL
        second = int(rng.integers(60 * _QUIET_MINUTES, latest))
        found.append(Shock(symbol, second, float(rng.uniform(low, high) * rng.choice((-1, 1)))))
    return tuple(found)


def breakers(session: Session, index: Floats) -> tuple[Incident, ...]:
    """Return the circuit breakers of a day whose index moves like this.

    `index` is the log return since the previous close for each second of continuous trading, as
    `process.market_course` has it. It goes on under a halt, where nobody can see it.
    """
    if index.min() > _FIRST_FALL:  # every ordinary day
        return ()
    found, breaker = [], CircuitBreaker(session)
    for second, change_pct in enumerate((100 * np.expm1(index)).tolist()):
        now = session.open + timedelta(seconds=second)
        breaker.time_passed(now)
        if breaker.index_moved(change_pct, now):
            halt = BREAKER_RULES[breaker.stage - 1].halt
            found.append(Incident(Interruption.CIRCUIT_BREAKER, now, halt=halt))
    return tuple(found)


def shaken(course: Course, shocks_of_symbol: Iterable[Shock]) -> Course:
    """Return a day with the shocks in its value.

    One that is larger than a day goes by itself takes it to the price limit and out of reach.
    """
    value, furthest = course.value.copy(), FURTHEST
    for shock in shocks_of_symbol:
        value[shock.second :] += shock.size
        furthest = max(furthest, abs(shock.size))
    return Course(np.clip(value, -furthest, furthest), course.activity)
