"""What is stopped and what is in an auction, whatever order the words of it come in."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    Interruption,
    PhaseChanged,
    Resumed,
)
from core.domain.session import Phase
from gui.market_state import MarketState
from tests.builders import OPEN, at

HALT, STATIC, BREAKER = (
    Interruption.HALT,
    Interruption.STATIC_VI,
    Interruption.CIRCUIT_BREAKER,
)


def stop(kind: Interruption = STATIC, symbol: str = "005930", time: datetime = OPEN) -> Interrupted:
    return Interrupted(symbol, time, kind)


def indicated(time: datetime, symbol: str = "005930", price: int = 71_500) -> AuctionIndicated:
    return AuctionIndicated(symbol, time, price, 100)


@pytest.fixture
def market() -> MarketState:
    state = MarketState()
    state.take_phase(PhaseChanged(Phase.CONTINUOUS, OPEN, at(15, 20)))
    return state


def test_an_interruption_lasts_until_the_symbol_resumes(market: MarketState) -> None:
    market.take_interruption(stop())
    assert market.interruption("005930") == stop()
    assert market.interruption("000660") is None
    market.take_resumption(Resumed("005930", at(9, 2)))
    assert market.interruption("005930") is None


def test_a_circuit_breaker_stops_every_symbol(market: MarketState) -> None:
    market.take_interruption(stop(symbol="000660"))
    market.take_interruption(stop(BREAKER, ""))
    assert market.interruption("005930") == stop(BREAKER, "")
    assert market.interruption("000660") == stop(BREAKER, "")
    market.take_resumption(Resumed("", at(9, 20)))
    assert market.interruption("005930") is None
    assert market.interruption("000660") == stop(symbol="000660"), "its own VI goes on"


def test_a_halted_symbol_stays_halted_whatever_the_market_does(market: MarketState) -> None:
    market.take_interruption(stop(HALT))
    market.take_interruption(stop(BREAKER, ""))
    assert market.interruption("005930") == stop(HALT)
    market.take_indication(indicated(at(9, 1)))
    assert market.indication("005930") is None


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.CONTINUOUS])
def test_outside_the_continuous_session_expected_prices_are_shown(
    market: MarketState, phase: Phase
) -> None:
    market.take_phase(PhaseChanged(phase, OPEN, None))
    market.take_indication(indicated(OPEN))
    assert market.indication("005930") == indicated(OPEN)
    assert market.indication("000660") is None


def test_while_shares_trade_no_expected_price_is_shown(market: MarketState) -> None:
    market.take_indication(indicated(at(9, 1)))
    assert market.indication("005930") is None


def test_an_expected_price_that_comes_after_the_auction_is_ignored(market: MarketState) -> None:
    """The bridge hands conflated events out after all others."""
    market.take_interruption(stop())
    market.take_resumption(Resumed("005930", at(9, 2)))
    market.take_indication(indicated(at(9, 1, 59)))
    market.take_interruption(stop(time=at(10)))
    assert market.indication("005930") is None
    market.take_indication(indicated(at(10, 0, 1)))
    assert market.indication("005930") == indicated(at(10, 0, 1))


def test_an_expected_price_ends_with_its_phase(market: MarketState) -> None:
    market.take_phase(PhaseChanged(Phase.CLOSING_AUCTION, at(15, 20), at(15, 30)))
    market.take_indication(indicated(at(15, 25)))
    market.take_phase(PhaseChanged(Phase.AFTER_CLOSE, at(15, 30), None))
    market.take_indication(indicated(at(15, 29)))
    assert market.indication("005930") is None
