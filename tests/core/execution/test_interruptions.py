"""What stops a symbol, and for how long that is believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.messages import Interrupted, Interruption, Resumed
from core.execution.interruptions import Interruptions, Stop
from tests.builders import OPEN, at

VI = Interrupted("005930", OPEN, Interruption.STATIC_VI, 70_000, at(9, 2))


def test_it_lasts_until_word_of_its_end() -> None:
    known = Interruptions()
    known.take(VI)
    assert known.of("005930", at(9, 1)) == Stop(Interruption.STATIC_VI, takes_orders=True)
    assert known.of("000660", at(9, 1)) is None
    known.take(Resumed("005930", at(9, 1)))
    assert known.of("005930", at(9, 1)) is None


def test_without_word_it_lasts_a_minute_longer_than_announced() -> None:
    known = Interruptions()
    known.take(VI)
    assert known.of("005930", at(9, 3)) is not None
    assert known.of("005930", at(9, 3, 1)) is None


def test_a_halt_without_an_announced_end_lasts_all_day() -> None:
    known = Interruptions()
    known.take(Interrupted("005930", OPEN, Interruption.HALT))
    assert known.of("005930", at(15)) == Stop(Interruption.HALT, takes_orders=False)
    known.clear()
    assert known.of("005930", at(15)) is None


def test_the_whole_market_comes_before_the_symbol() -> None:
    known = Interruptions()
    known.take(VI)
    known.take(Interrupted("", OPEN, Interruption.CIRCUIT_BREAKER))
    assert set(known.among(["005930", "000660"], at(9, 1))) == {"005930", "000660"}
    known.take(Resumed("", at(9, 1)))
    assert known.among(["005930", "000660"], at(9, 1)) == {
        "005930": Stop(Interruption.STATIC_VI, takes_orders=True)
    }


@pytest.mark.parametrize(("minutes", "takes"), [(0, False), (19, False), (20, True), (29, True)])
def test_a_circuit_breaker_takes_orders_after_twenty_minutes(minutes: int, takes: bool) -> None:
    known = Interruptions()
    known.take(Interrupted("", OPEN, Interruption.CIRCUIT_BREAKER))
    stop = known.of("005930", OPEN + timedelta(minutes=minutes))
    assert stop == Stop(Interruption.CIRCUIT_BREAKER, takes_orders=takes)


def test_somebody_else_may_know_of_a_halt() -> None:
    known = Interruptions(lambda symbol: symbol == "005930")
    assert known.of("005930", OPEN) == Stop(Interruption.HALT, takes_orders=False)
    assert known.of("000660", OPEN) is None
