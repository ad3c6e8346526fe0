"""KOSPI and KOSDAQ of a synthetic day: slow, the same each time, and nobody's neighbour."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from core.domain.market import Tick
from core.domain.messages import IndexMoved, Interrupted, Interruption, Resumed
from core.simulation.incidents import Incident
from core.simulation.indices import EVERY, PREVIOUS_CLOSE
from core.simulation.market import SyntheticMarket
from tests.core.simulation.sim_builders import Outside, a_session, synthetic

SESSION = a_session(minutes=20)


def lived(*symbols: str, seed: int = 1) -> Outside:
    outside = synthetic(*symbols, seed=seed, session=SESSION)
    outside.run_out()
    return outside


def test_each_is_told_every_ten_seconds_of_continuous_trading() -> None:
    moved = lived().got(IndexMoved)

    for name in PREVIOUS_CLOSE:
        times = [each.time for each in moved if each.index == name]
        spans = {after - before for before, after in pairwise(times)}
        assert (times[0], times[-1], spans) == (SESSION.open, SESSION.continuous_end, {EVERY})


def test_value_and_change_agree_and_have_two_decimals() -> None:
    for moved in lived().got(IndexMoved):
        close = PREVIOUS_CLOSE[moved.index]
        assert moved.value == round(moved.value, 2)
        assert moved.change_pct == pytest.approx((moved.value / close - 1) * 100, abs=0.005)


def test_they_hang_on_the_seed_and_on_no_symbol() -> None:
    assert lived().got(IndexMoved) == lived("000660", "035720").got(IndexMoved)
    assert lived().got(IndexMoved) != lived(seed=2).got(IndexMoved)


def test_trades_are_the_same_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with_them = lived().got(Tick)
    monkeypatch.setattr(SyntheticMarket, "_tell_indices", lambda self, now: None)
    assert lived().got(Tick) == with_them


def test_under_a_circuit_breaker_they_stand_still_unsaid() -> None:
    outside = synthetic(session=a_session(minutes=60))
    outside.venue.inject(
        Incident(Interruption.CIRCUIT_BREAKER, SESSION.open + timedelta(minutes=5))
    )
    outside.run_out()

    (began,) = (each.time for each in outside.got(Interrupted) if not each.symbol)
    (ended,) = (each.time for each in outside.got(Resumed) if not each.symbol)
    times = [each.time for each in outside.got(IndexMoved)]
    assert not [time for time in times if began < time < ended]
    assert max(times) > ended
