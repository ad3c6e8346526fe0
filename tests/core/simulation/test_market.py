"""The synthetic market: reproducible, and like a market."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from core.bars import BarBuilder
from core.domain.market import Bar, OrderBook, Tick
from core.domain.messages import HistoryLoaded
from core.domain.order import OrderFilled
from core.simulation.flow import SymbolFlow
from core.simulation.history import warm_bars
from core.simulation.listings import listings
from core.simulation.process import Course, course, market_course
from tests.core.simulation.sim_builders import (
    DAY,
    Outside,
    a_session,
    an_order,
    sessions_before,
    synthetic,
)

SESSION = a_session()
SHORT = a_session(minutes=15)
NAMES = ("005930", "000660", "035420", "069500")


@pytest.fixture(scope="module")
def day() -> Outside:
    """A whole day of four symbols."""
    outside = synthetic(*NAMES)
    outside.run_out()
    return outside


def ticks_of(outside: Outside, symbol: str) -> list[Tick]:
    return [tick for tick in outside.got(Tick) if tick.symbol == symbol]


def digest(ticks: Sequence[Tick]) -> str:
    return hashlib.sha256(repr(ticks).encode()).hexdigest()


def per_minute(ticks: Sequence[Tick]) -> np.ndarray:
    minutes = [int((tick.time - SESSION.open).total_seconds() // 60) for tick in ticks]
    return np.bincount(minutes, minlength=380)[:380]  # without the closing auction


def test_the_same_seed_gives_the_same_day() -> None:
    runs = [synthetic(*NAMES, seed=7, session=SHORT) for _ in range(2)]
    for run in runs:
        run.run_out()

    assert digest(runs[0].got(Tick)) == digest(runs[1].got(Tick))


def test_other_seeds_and_other_days_differ() -> None:
    other_day = a_session(sessions_before(DAY, 1)[0].day, minutes=15)
    runs = [
        synthetic(seed=7, session=SHORT),
        synthetic(seed=8, session=SHORT),
        synthetic(seed=7, session=other_day),
    ]
    for run in runs:
        run.run_out()

    prices = [tuple(tick.price for tick in run.got(Tick)) for run in runs]
    assert len(set(prices)) == 3


def test_a_symbol_does_not_depend_on_its_neighbours_or_their_order() -> None:
    alone = synthetic("035420", session=SHORT)
    among = synthetic(*reversed(NAMES), session=SHORT)
    for run in (alone, among):
        run.run_out()

    assert ticks_of(alone, "035420") == ticks_of(among, "035420")


def test_a_late_subscriber_finds_the_same_market_and_its_bars() -> None:
    early, late = (synthetic("005930", *extra, session=SHORT) for extra in (["000660"], []))
    early.run_out()
    late.run_for(minutes=8)
    late.venue.request_history(["000660"], 0)
    late.venue.subscribe(["000660"])
    late.run_out()

    joined = ticks_of(late, "000660")
    assert joined == ticks_of(early, "000660")[-len(joined) :]
    (history,) = late.got(HistoryLoaded)
    assert list(history.bars) == bars_of(ticks_of(early, "000660"))[: len(history.bars)]
    assert len(history.bars) >= 7


def bars_of(ticks: Sequence[Tick]) -> list[Bar]:
    builder = BarBuilder(ticks[0].symbol)
    bars = [builder.add(tick) for tick in ticks]
    return [bar for bar in bars if bar is not None]


def test_trades_happen_at_the_open_then_continuously_then_at_the_close(day: Outside) -> None:
    for symbol in NAMES:
        opening, *between, closing = ticks_of(day, symbol)
        times = [tick.time for tick in between]
        assert opening.time == SESSION.open
        assert opening.side is closing.side is None
        assert SESSION.open <= times[0] < SESSION.open + timedelta(seconds=10)
        assert SESSION.continuous_end - timedelta(seconds=30) < times[-1] < SESSION.continuous_end
        assert all(earlier <= later for earlier, later in pairwise(times))
        assert SESSION.close <= closing.time < SESSION.close + timedelta(seconds=30)


def test_the_day_begins_shortly_before_the_open(day: Outside) -> None:
    assert day.venue.start == SESSION.open - timedelta(seconds=30)


def test_the_tape_is_on_the_grid_inside_the_limits_and_between_quotes(day: Outside) -> None:
    for tick in day.got(Tick):
        instrument = listings()[tick.symbol].instrument
        low, high = instrument.price_limits() or (0, 0)
        assert instrument.grid.is_valid(tick.price)
        assert low <= tick.price <= high
        assert tick.quantity > 0
        assert tick.bid is not None and tick.ask is not None and tick.bid < tick.ask


def test_liquid_symbols_trade_15_to_45_times_a_minute(day: Outside) -> None:
    for symbol in NAMES:
        assert 15 <= len(ticks_of(day, symbol)) / 380 <= 45


def test_a_day_is_a_u(day: Outside) -> None:
    counts = sum(per_minute(ticks_of(day, symbol)) for symbol in NAMES)

    opening, noon, closing = counts[:15].mean(), counts[150:250].mean(), counts[-20:].mean()
    assert opening > 2.5 * noon
    assert closing > 1.3 * noon
    assert opening > closing


def test_spreads_are_one_or_two_ticks(day: Outside) -> None:
    for symbol in NAMES:
        instrument = listings()[symbol].instrument
        spreads = np.array(
            [
                (tick.ask - tick.bid) / instrument.grid.tick(tick.price)
                for tick in ticks_of(day, symbol)
                if tick.bid and tick.ask
            ]
        )
        assert np.mean(spreads <= 2) > 0.85
        assert spreads.mean() < 2


def test_sizes_are_heavy_tailed_and_often_round(day: Outside) -> None:
    sizes = np.array([tick.quantity for tick in ticks_of(day, "005930")])

    assert sizes.mean() > 1.5 * np.median(sizes)
    assert np.mean(sizes % 10 == 0) > 0.25


def test_volatility_comes_in_clusters() -> None:
    """Absolute 1-minute returns of the value resemble those before, the daily U taken out."""
    correlations = []
    for seed in range(6):
        value = course(seed, listings()["005930"], SESSION, np.zeros(60 * 380 + 1)).value
        minutes = np.abs(np.diff(value[::60]))
        minutes = minutes[60:320]  # where the U is flat
        correlations.append(np.corrcoef(minutes[:-1], minutes[1:])[0, 1])

    assert np.mean(correlations) > 0.1


def test_the_value_trends_for_a_while() -> None:
    """Ten-minute returns follow one another a little: there is something for a strategy to find."""
    correlations = []
    for seed in range(30):
        value = course(seed, listings()["005930"], SESSION, np.zeros(60 * 380 + 1)).value
        returns = np.diff(value[::600])
        correlations.append(np.corrcoef(returns[:-1], returns[1:])[0, 1])

    assert 0.05 < np.mean(correlations) < 0.7


def test_symbols_share_a_mild_market_factor() -> None:
    together = []
    for seed in range(40):
        market = market_course(seed, SESSION)
        first, second = (
            course(seed, listings()[symbol], SESSION, market).value[-1]
            for symbol in ("005930", "000660")
        )
        together.append((first, second))

    correlation = np.corrcoef(np.array(together).T)[0, 1]
    assert 0.05 < correlation < 0.85


def test_an_inverse_fund_moves_against_the_market() -> None:
    market = market_course(3, SESSION)
    fund, inverse = (
        course(3, listings()[symbol], SESSION, market).value for symbol in ("122630", "252670")
    )

    assert np.corrcoef(np.diff(fund[::600]), np.diff(inverse[::600]))[0, 1] < -0.5


def test_history_ends_at_the_previous_close_and_looks_like_the_day() -> None:
    before = sessions_before(DAY, 3)
    listing = listings()["005930"]

    bars = warm_bars(1, listing, before)

    assert len(bars) == 3 * 381  # 380 minutes and the closing auction
    assert bars[-1].start == before[-1].close
    assert bars[-1].close == listing.previous_close
    assert bars[0].start == before[0].open
    for bar in bars:
        assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
        assert bar.volume > 0 and bar.turnover is not None
        assert bar.low <= bar.turnover / bar.volume <= bar.high
        assert all(listing.instrument.grid.is_valid(p) for p in (bar.open, bar.high, bar.low))
    starts = [bar.start for bar in bars]
    assert starts == sorted(set(starts))


def test_history_does_not_depend_on_how_much_is_asked_for() -> None:
    before = sessions_before(DAY, 3)
    listing = listings()["005930"]

    assert warm_bars(1, listing, before)[-381:] == warm_bars(1, listing, before[-1:])


def test_an_unknown_code_is_answered_with_an_error() -> None:
    outside = synthetic(session=SHORT)

    outside.venue.request_history(["999999", "005930"], 0)

    unknown, known = outside.got(HistoryLoaded)
    assert "999999" in unknown.error and unknown.bars == ()
    assert known.error == "" and known.instrument.name == "삼성전자"


def test_subscribing_to_an_unknown_code_publishes_nothing() -> None:
    outside = synthetic("999999", "005930", session=SHORT)

    outside.run_out()

    assert {tick.symbol for tick in outside.got(Tick)} == {"005930"}


def test_an_unsubscribed_symbol_falls_silent() -> None:
    outside = synthetic("005930", "000660", session=SHORT)
    outside.run_for(minutes=5)
    heard = len(ticks_of(outside, "000660"))

    outside.venue.unsubscribe(["000660"])
    outside.run_out()

    assert len(ticks_of(outside, "000660")) == heard > 0
    assert outside.got(Tick)[-1].time > SHORT.open + timedelta(minutes=14)


def test_books_come_on_demand_with_ten_levels_a_side() -> None:
    outside = synthetic(session=SHORT, publishes_books=True)
    outside.run_for(minutes=2)

    books = outside.got(OrderBook)
    assert books[0].time == outside.venue.start
    for book in books:
        asks, bids = ([level.price for level in side] for side in (book.asks, book.bids))
        assert asks == sorted(asks) and bids == sorted(bids, reverse=True)
        assert bids[0] < asks[0]
        assert all(level.quantity > 0 for level in book.asks + book.bids)
    assert np.mean([len(book.asks) + len(book.bids) for book in books]) > 18


def test_without_demand_there_are_no_books(day: Outside) -> None:
    assert day.got(OrderBook) == []


def test_a_resting_order_shows_in_the_book() -> None:
    outside = synthetic(session=SHORT, publishes_books=True)
    outside.run_to(SHORT.open + timedelta(seconds=20))
    price = outside.got(OrderBook)[-1].bids[-1].price  # the tenth level
    before = dict(outside.got(OrderBook)[-1].bids)[price]

    outside.submit(an_order(quantity=7, limit=price))
    arrival = outside.venue.exchange.next_arrival()
    while outside.venue.now != arrival:
        before = dict(outside.got(OrderBook)[-1].bids).get(price, before)
        outside.run(1)

    assert dict(outside.got(OrderBook)[-1].bids)[price] == before + 7


def test_our_orders_do_not_change_what_the_others_want() -> None:
    """The flow's random numbers are drawn beforehand: a small order leaves the course alone."""
    ours, theirs = (synthetic(seed=5, session=SHORT) for _ in range(2))
    ours.run_for(minutes=2)
    ours.submit(an_order(quantity=1))
    for run in (ours, theirs):
        run.run_out()

    assert len(ours.got(OrderFilled)) == 1
    with_us, without = ours.got(Tick), theirs.got(Tick)
    assert abs(with_us[-1].price - without[-1].price) <= 200  # two ticks
    assert len(with_us) == pytest.approx(len(without), rel=0.1)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_value_beyond_the_daily_limit_stops_at_it(sign: int) -> None:
    listing = listings()["005930"]
    minutes = 15
    flight = Course(sign * np.linspace(0.2, 0.4, 60 * minutes + 1), np.ones(minutes))
    flow, prices = SymbolFlow(1, listing, SHORT, flight), []
    for entry in flow.quotes():
        flow.book.place(entry)
    while flow.next_ms is not None:
        entry, rests = flow.step()
        if entry is not None:
            matches = flow.book.place(entry) if rests else flow.book.take(entry)
            prices += [match.price for match in matches]

    low, high = listing.instrument.price_limits() or (0, 0)
    assert all(low <= price <= high for price in prices)
    assert (high if sign > 0 else low) in prices


def test_every_listing_can_be_traded() -> None:
    assert len(listings()) >= 60
    for listing in listings().values():
        assert len(listing.symbol) == 6
        assert listing.instrument.grid.is_valid(listing.previous_close)
        assert listing.instrument.is_taxed is not listing.is_etf
        flow = SymbolFlow(1, listing, SHORT, Course(np.zeros(15 * 60 + 1), np.ones(15)))
        for entry in flow.quotes():
            flow.book.place(entry)
        assert flow.book.bid is not None and flow.book.ask is not None
