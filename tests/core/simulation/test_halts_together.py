"""A halt of one symbol and a stop of the whole market at once: the one that lasts longer counts."""

from __future__ import annotations

from datetime import timedelta

from core.domain.market import Tick
from core.domain.messages import AuctionIndicated, Interrupted, Interruption, Resumed
from core.simulation.incidents import Incident
from tests.core.simulation.sim_builders import Outside, a_session, an_order, synthetic

SESSION = a_session(minutes=60)
SYMBOL = "005930"
BREAKER, HALT = Interruption.CIRCUIT_BREAKER, Interruption.HALT
MINUTES = [timedelta(minutes=minute) for minute in range(61)]


def market(*incidents: Incident) -> Outside:
    outside = synthetic(SYMBOL, session=SESSION)
    for incident in incidents:
        outside.venue.inject(incident)
    return outside


def trades_after(outside: Outside, minute: int) -> list[Tick]:
    return [tick for tick in outside.got(Tick) if tick.time > SESSION.open + MINUTES[minute]]


def test_a_breaker_outlasts_an_earlier_halt_of_one_symbol() -> None:
    outside = market(
        Incident(HALT, SESSION.open + MINUTES[10], SYMBOL),
        Incident(BREAKER, SESSION.open + MINUTES[15]),
    )
    outside.run_to(SESSION.open + MINUTES[44])
    said = [
        each.time
        for each in outside.got(AuctionIndicated)
        if each.time > SESSION.open + MINUTES[10]
    ]

    assert not trades_after(outside, 10)
    assert said[0] >= SESSION.open + MINUTES[35]
    outside.run_to(SESSION.open + MINUTES[46])
    assert trades_after(outside, 45)


def test_a_halt_outlasts_a_breaker() -> None:
    outside = market(
        Incident(HALT, SESSION.open + MINUTES[5], SYMBOL, MINUTES[30]),
        Incident(BREAKER, SESSION.open + MINUTES[6]),
    )
    outside.run_to(SESSION.open + MINUTES[46])

    ends = {each.symbol: each.time - SESSION.open for each in outside.got(Resumed)}
    assert ends == {"": MINUTES[36], SYMBOL: MINUTES[45]}
    assert min(tick.time for tick in trades_after(outside, 5)) == SESSION.open + MINUTES[45]


def test_a_second_breaker_makes_the_first_one_longer() -> None:
    outside = market(
        Incident(BREAKER, SESSION.open + MINUTES[5]),
        Incident(BREAKER, SESSION.open + MINUTES[15]),
    )
    outside.run_to(SESSION.open + MINUTES[30])
    outside.submit(refused := an_order(quantity=1))
    outside.run_to(SESSION.open + MINUTES[46])

    assert "거래정지" in outside.about(refused)[-1].note
    assert [each.time - SESSION.open for each in outside.got(Interrupted)] == [
        MINUTES[5],
        MINUTES[15],
    ]
    assert [each.time - SESSION.open for each in outside.got(Resumed)] == [MINUTES[45]]
    assert min(tick.time for tick in trades_after(outside, 5)) == SESSION.open + MINUTES[45]
