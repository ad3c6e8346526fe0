"""Volatility interruptions, halts and circuit breakers in the running market."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from core.domain.errors import BrokerError
from core.domain.market import Tick
from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    Interruption,
    Resumed,
)
from core.domain.order import (
    AmendRejected,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    Side,
    TimeInForce,
)
from core.domain.session import Session
from core.simulation import market
from core.simulation.account import Lot
from core.simulation.incidents import Incident, Shock, breakers, shocks
from core.simulation.process import Floats, market_course, minutes_of
from tests.core.simulation.sim_builders import (
    Outside,
    a_row,
    a_session,
    an_order,
    recorded,
    synthetic,
)

SESSION = a_session(minutes=60)
SYMBOL, SMALL = "005930", "196170"
COARSE = "015760"  # its ticks are so wide that the quotes reach beyond the bounds
SHARES = [Lot(SYMBOL, 100, 7_150_000)]
LOWEST = 50_100
SHOCK = Shock(SYMBOL, 600, 0.05)


def shocked(*more: Shock, **kwargs: object) -> Outside:
    return synthetic(SYMBOL, "000660", session=SESSION, shocks=[SHOCK, *more], **kwargs)  # type: ignore[arg-type]


def interrupted(outside: Outside) -> tuple[Interrupted, Resumed]:
    """The first interruption of 005930 and its end."""
    begin = next(each for each in outside.got(Interrupted) if each.symbol == SYMBOL)
    end = next(each for each in outside.got(Resumed) if each.symbol == SYMBOL)
    return begin, end


def interrupted_kinds(outside: Outside) -> list[Interruption]:
    return [each.kind for each in outside.got(Interrupted) if each.symbol == SYMBOL]


def falling(session: Session, minute: int, to_pct: float) -> Floats:
    """An index that falls at once and stays there."""
    seconds = np.arange(60 * minutes_of(session) + 1)
    return np.where(seconds < 60 * minute, 0.0, np.log1p(to_pct / 100))


def run_into(outside: Outside, kind: type) -> None:
    while not outside.got(kind):
        outside.run(1)


def ticks_between(outside: Outside, symbol: str, start: datetime, end: datetime) -> list[Tick]:
    return [t for t in outside.got(Tick) if t.symbol == symbol and start < t.time < end]


class TestVolatility:
    def test_a_jump_stops_the_symbol_for_two_minutes_and_a_bit(self) -> None:
        outside = shocked()
        outside.run_out()

        begin, end = interrupted(outside)
        assert begin.kind is Interruption.DYNAMIC_VI
        assert begin.until == begin.time + timedelta(minutes=2)
        assert timedelta(minutes=2) <= end.time - begin.time <= timedelta(minutes=2, seconds=30)
        assert not ticks_between(outside, SYMBOL, begin.time, end.time)
        assert ticks_between(outside, "000660", begin.time, end.time)
        (auction,) = (
            tick
            for tick in outside.got(Tick)
            if (tick.symbol, tick.time, tick.side) == (SYMBOL, end.time, None)
        )
        last = [t for t in outside.got(Tick) if t.symbol == SYMBOL and t.time <= begin.time][-1]
        assert abs(begin.price - last.price) >= 0.03 * last.price
        assert auction.price > 1.02 * last.price

    def test_no_trade_breaks_the_bounds(self) -> None:
        """Next trades differ by less than 3 % and stay within 10 % of the last auction's price."""
        outside = shocked(Shock(SYMBOL, 1200, -0.07), Shock(SYMBOL, 1900, 0.1))
        outside.run_out()

        assert len(outside.got(Interrupted)) >= 3
        reference = last = None
        for tick in (each for each in outside.got(Tick) if each.symbol == SYMBOL):
            if tick.side is None:
                reference = last = tick.price
                continue
            assert reference is not None and last is not None
            assert abs(tick.price - reference) * 10 < reference
            # Several trades of one order are measured from the trade before it.
            assert abs(tick.price - last) * 100 < 3 * last * 1.03
            last = tick.price

    def test_orders_are_collected_and_the_expected_price_is_said(self) -> None:
        outside = shocked(lots=SHARES)
        run_into(outside, Interrupted)
        at_market, limited = an_order(Side.SELL, 7), an_order(Side.SELL, 5, limit=55_000)
        at_once = an_order(quantity=1, limit=80_000, time_in_force=TimeInForce.IOC)
        outside.submit(at_market, limited, at_once)
        outside.run_for(minutes=3)

        begin, end = interrupted(outside)
        for order in (at_market, limited):
            filled = outside.about(order)[-1]
            assert isinstance(filled, OrderFilled)
            assert filled.fill.time == end.time
        assert isinstance(outside.about(at_once)[-1], OrderRejected)
        said = [
            each
            for each in outside.got(AuctionIndicated)
            if each.symbol == SYMBOL and begin.time <= each.time < end.time
        ]
        assert len(said) > 10

    def test_our_own_order_can_set_it_off_and_its_rest_takes_part(self) -> None:
        lots = [Lot(COARSE, 10**8, 2 * 10**12)]
        outside = synthetic(COARSE, session=SESSION, lots=lots)
        outside.run_to(SESSION.open + timedelta(minutes=5))
        outside.submit(order := an_order(Side.SELL, 10**7, symbol=COARSE))
        outside.run_for(minutes=3)

        (begin,), (end,) = outside.got(Interrupted), outside.got(Resumed)
        fills = [each.fill for each in outside.about(order) if isinstance(each, OrderFilled)]
        times = sorted({fill.time for fill in fills})
        assert times[:2] == [begin.time, end.time]
        # What the auction left waits at its price.
        (auctioned,) = {fill.price for fill in fills if fill.time == end.time}
        assert {fill.price for fill in fills if fill.time > end.time} == {auctioned}
        (booked,) = outside.venue.exchange.working
        book = outside.venue._market._markets[COARSE].book  # type: ignore[attr-defined]
        assert book.ladder.prices[booked.slot.rung] == auctioned

    def test_a_market_buy_without_the_cash_to_wait_gives_its_rest_back(self) -> None:
        outside = synthetic(COARSE, session=SESSION, cash=10**12)
        outside.run_to(SESSION.open + timedelta(minutes=5))
        outside.submit(order := an_order(quantity=10**8, symbol=COARSE))
        outside.run_for(seconds=1)

        (begin,) = outside.got(Interrupted)
        *_, last = outside.about(order)
        assert isinstance(last, OrderCanceled)
        assert last.time == begin.time
        account = outside.venue.exchange.account
        assert 0 <= account.available == account.cash

    def test_a_gap_at_the_open_makes_the_opening_auction_longer(self) -> None:
        outside = synthetic(SYMBOL, session=SESSION, shocks=[Shock(SYMBOL, 0, 0.13)])
        outside.submit(order := an_order(quantity=5, limit=90_000))
        outside.run_out()

        begin, end = interrupted(outside)
        assert (begin.kind, begin.time) == (Interruption.STATIC_VI, SESSION.open)
        first = outside.got(Tick)[0]
        assert first.time == end.time >= SESSION.open + timedelta(minutes=2)
        assert first.price > 1.1 * 71_500
        assert outside.about(order)[-1].time == first.time

    def test_the_closing_auction_begins_though_an_interruption_lasts(self) -> None:
        late = Shock(SYMBOL, 59 * 60, 0.05)
        outside = synthetic(SYMBOL, session=SESSION, shocks=[late])
        outside.run_out()

        begin, end = interrupted(outside)
        assert begin.time < end.time == SESSION.continuous_end
        assert outside.got(Tick)[-1].time >= SESSION.close

    def test_it_happens_though_nobody_watches(self) -> None:
        whole, late = shocked(), shocked()
        late.venue.unsubscribe([SYMBOL])
        whole.run_out()
        late.run_to(SESSION.open + timedelta(minutes=11))
        late.venue.subscribe([SYMBOL])
        begin, _ = interrupted(whole)
        assert interrupted_kinds(late) == [begin.kind]
        late.run_out()

        theirs = [tick for tick in late.got(Tick) if tick.symbol == SYMBOL]
        wanted = [tick for tick in whole.got(Tick) if tick.symbol == SYMBOL]
        later = theirs[-1000:]
        assert later == wanted[-1000:]

    def test_a_symbol_born_late_has_the_same_interruptions(self) -> None:
        whole, late = shocked(), synthetic("000660", session=SESSION, shocks=[SHOCK])
        whole.run_out()
        late.run_to(SESSION.open + timedelta(minutes=20))
        late.venue.subscribe([SYMBOL])
        late.run_out()

        theirs = [tick for tick in late.got(Tick) if tick.symbol == SYMBOL]
        wanted = [tick for tick in whole.got(Tick) if tick.symbol == SYMBOL]
        assert theirs == wanted[-len(theirs) :]

    def test_shocks_of_a_day_hang_on_the_seed_alone(self) -> None:
        names = [SYMBOL, SMALL]
        assert shocks(3, SESSION, names, 4) == shocks(3, SESSION, reversed(names), 4)
        assert shocks(3, SESSION, names, 4) != shocks(4, SESSION, names, 4)
        assert {shock.symbol for shock in shocks(3, SESSION, names, 20)} == set(names)
        assert shocks(3, a_session(minutes=5), names, 4) == ()

    @pytest.mark.parametrize("seed", range(4))
    def test_each_shock_is_wide_enough(self, seed: int) -> None:
        found = shocks(seed, SESSION, [SYMBOL, SMALL], 1)
        outside = synthetic(SYMBOL, SMALL, seed=seed, session=SESSION, shocks=found)
        outside.run_out()

        begin = outside.got(Interrupted)[0]
        when = SESSION.open + timedelta(seconds=found[0].second)
        assert begin.symbol == found[0].symbol
        assert when <= begin.time < when + timedelta(minutes=1)


class TestByHand:
    def test_a_halted_symbol_takes_cancels_only_and_comes_back_with_an_auction(self) -> None:
        outside = synthetic(SYMBOL, session=SESSION)
        outside.run_to(SESSION.open + timedelta(minutes=2))
        waiting = [an_order(limit=LOWEST), an_order(limit=LOWEST)]
        outside.submit(*waiting)
        outside.run_for(seconds=1)
        start = SESSION.open + timedelta(minutes=3)
        outside.venue.inject(Incident(Interruption.HALT, start, SYMBOL, timedelta(minutes=5)))
        outside.run_to(start + timedelta(seconds=10))
        outside.submit(refused := an_order(quantity=1))
        outside.cancel(waiting[0])
        outside.amend(waiting[1], LOWEST + 100, 5)
        outside.run_for(seconds=1)

        assert "거래정지" in outside.about(refused)[-1].note
        assert isinstance(outside.about(waiting[0])[-1], OrderCanceled)
        assert isinstance(outside.about(waiting[1])[-1], AmendRejected)
        outside.run_to(start + timedelta(minutes=6))
        outside.submit(collected := an_order(quantity=2))
        outside.amend(waiting[1], LOWEST + 100, 5)
        outside.run_to(start + timedelta(minutes=16))
        begin, end = interrupted(outside)
        assert (begin.kind, begin.time) == (Interruption.HALT, start)
        assert begin.until == end.time == start + timedelta(minutes=15)
        assert not ticks_between(outside, SYMBOL, begin.time, end.time)
        assert outside.about(collected)[-1].time == end.time
        assert any(isinstance(report, OrderAmended) for report in outside.about(waiting[1]))

    def test_a_halt_for_the_day_leaves_no_close(self) -> None:
        outside = synthetic(SYMBOL, session=SESSION)
        outside.run_to(SESSION.open + timedelta(minutes=2))
        outside.submit(order := an_order(limit=LOWEST))
        outside.venue.inject(Incident(Interruption.HALT, outside.venue.now, SYMBOL, None))
        outside.run_out()

        assert outside.got(Tick)[-1].time <= SESSION.open + timedelta(minutes=2)
        assert isinstance(outside.about(order)[-1], OrderRejected)

    def test_a_breaker_stops_everything_for_half_an_hour(self) -> None:
        outside = synthetic(SYMBOL, "000660", session=SESSION)
        start = SESSION.open + timedelta(minutes=10)
        outside.venue.inject(Incident(Interruption.CIRCUIT_BREAKER, start))
        outside.run_to(start + timedelta(minutes=45))

        (begin,), (end,) = outside.got(Interrupted), outside.got(Resumed)
        assert (begin.symbol, begin.time, begin.kind) == (
            "",
            start,
            Interruption.CIRCUIT_BREAKER,
        )
        assert begin.until == end.time == start + timedelta(minutes=30)
        for symbol in (SYMBOL, "000660"):
            assert not ticks_between(outside, symbol, start, end.time)
            assert ticks_between(outside, symbol, end.time, end.time + timedelta(minutes=5))
            said = [
                each.time
                for each in outside.got(AuctionIndicated)
                if each.symbol == symbol and each.time > start
            ]
            assert start + timedelta(minutes=20) <= said[0] < end.time

    def test_a_breaker_ends_an_interruption_of_one_symbol(self) -> None:
        outside = shocked()
        run_into(outside, Interrupted)
        outside.venue.inject(Incident(Interruption.CIRCUIT_BREAKER, outside.venue.now))
        outside.run_for(minutes=40)

        kinds = [(type(each), each.symbol) for each in outside.posts if hasattr(each, "symbol")]
        told = [each for each in kinds if each[0] in (Interrupted, Resumed)]
        assert told[:4] == [
            (Interrupted, SYMBOL),
            (Interrupted, ""),
            (Resumed, SYMBOL),
            (Resumed, ""),
        ]

    def test_a_breaker_near_the_end_gives_way_to_the_closing_auction(self) -> None:
        outside = synthetic(SYMBOL, session=SESSION)
        start = SESSION.continuous_end - timedelta(minutes=5)
        outside.venue.inject(Incident(Interruption.CIRCUIT_BREAKER, start))
        outside.run_out()

        (end,) = outside.got(Resumed)
        assert end.time == SESSION.continuous_end
        assert outside.got(Tick)[-1].time >= SESSION.close

    def test_a_falling_market_sets_it_off_for_symbols_that_come_later_too(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def course(seed: int, session: Session) -> Floats:
            return falling(session, minute=10, to_pct=-9)

        monkeypatch.setattr(market, "market_course", course)
        outside = synthetic(SYMBOL, session=SESSION)
        outside.run_to(SESSION.open + timedelta(minutes=30))
        outside.venue.subscribe(["000660"])
        outside.run_to(SESSION.open + timedelta(minutes=50))

        stop = SESSION.open + timedelta(minutes=11)  # a minute after the fall
        told = [each for each in outside.got(Interrupted) if not each.symbol]
        assert [(each.time, each.kind) for each in told] == [(stop, Interruption.CIRCUIT_BREAKER)]
        ends = stop + timedelta(minutes=30)
        for symbol in (SYMBOL, "000660"):
            assert not ticks_between(outside, symbol, stop, ends)
            assert ticks_between(outside, symbol, ends, ends + timedelta(minutes=9))

    def test_a_market_that_goes_on_falling_stops_again_and_then_for_the_day(self) -> None:
        day = a_session()
        index = np.minimum(
            np.minimum(falling(day, 10, -9), falling(day, 60, -16)), falling(day, 120, -21)
        )

        found = breakers(day, index)

        minutes = [(each.time - day.open) // timedelta(minutes=1) for each in found]
        assert minutes == [11, 61, 121]
        assert [each.halt is None for each in found] == [False, False, True]

    def test_ordinary_days_have_none(self) -> None:
        days = [market_course(seed, SESSION) for seed in range(200)]
        assert [breakers(SESSION, index) for index in days] == [()] * 200

    def test_an_interruption_can_be_ordered(self) -> None:
        outside = synthetic(SYMBOL, session=SESSION)
        outside.run_to(SESSION.open + timedelta(minutes=2))
        outside.venue.inject(Incident(Interruption.STATIC_VI, outside.venue.now, SYMBOL))
        outside.run_for(minutes=3)

        begin, end = interrupted(outside)
        assert begin.kind is Interruption.STATIC_VI
        assert end.time - begin.time >= timedelta(minutes=2)

    def test_only_continuous_trading_is_interrupted(self) -> None:
        outside = synthetic(SYMBOL, session=SESSION)
        for symbol, kind in ((SYMBOL, Interruption.HALT), ("", Interruption.CIRCUIT_BREAKER)):
            outside.venue.inject(Incident(kind, outside.venue.now, symbol))
        outside.run_out()

        assert outside.got(Interrupted) == outside.got(Resumed) == []

    def test_a_recording_goes_as_it_went(self) -> None:
        outside = recorded([a_row(1, 71_500)])

        with pytest.raises(BrokerError, match="recording"):
            outside.venue.inject(Incident(Interruption.HALT, SESSION.open, SYMBOL))

    @pytest.mark.parametrize(
        ("kind", "symbol"), [(Interruption.HALT, ""), (Interruption.CIRCUIT_BREAKER, SYMBOL)]
    )
    def test_only_a_breaker_is_for_all(self, kind: Interruption, symbol: str) -> None:
        with pytest.raises(ValueError, match="breaker"):
            Incident(kind, SESSION.open, symbol)
