"""Bars out of trades, to the letter of strategy.md, section 1."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bars import BarBuilder, TickBarBuilder
from core.domain.market import Bar, Tick
from tests.core.bar_samples import (
    KRX_TICKS,
    OPEN,
    at,
    in_order,
    real_bars,
    real_ticks,
    tick,
)


def built(builder: BarBuilder, ticks: Iterable[Tick]) -> list[Bar]:
    closed = [builder.add(one) for one in ticks]
    return [bar for bar in (*closed, builder.close()) if bar is not None]


def joined(start: datetime, ticks: Iterable[Tick]) -> Bar:
    """Return the bar of these ticks, the plain way."""
    all_of = list(ticks)
    prices = [one.price for one in all_of]
    return Bar(
        symbol=all_of[0].symbol,
        start=start,
        open=prices[0],
        high=max(prices),
        low=min(prices),
        close=prices[-1],
        volume=sum(one.quantity for one in all_of),
        turnover=sum(one.price * one.quantity for one in all_of),
        ticks=len(all_of),
    )


def minute(moment: datetime, length: int = 1) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = int((moment - midnight).total_seconds() // 60)
    return midnight + timedelta(minutes=minutes // length * length)


# A minute that had begun before anybody listened

PAST = Bar("005930", at("09:00:00"), 1_000, 1_020, 990, 1_010, 50, 50_400, 5)


def seeded(bar: Bar, *before: Tick) -> BarBuilder:
    builder = BarBuilder("005930")
    for one in before:
        builder.add(one)
    builder.seed(bar)
    return builder


def test_the_first_live_bar_is_whole() -> None:
    builder = seeded(PAST)
    assert builder.due == at("09:01:00")
    builder.add(tick("09:00:40", 1_030, 7))
    assert builder.close() == Bar(
        "005930", at("09:00:00"), 1_000, 1_030, 990, 1_030, 57, 50_400 + 7_210, 6
    )


def test_trades_taken_before_are_in_it_and_count_once() -> None:
    before = [tick("09:00:30", 1_015, 10), tick("09:00:31", 1_010, 5)]
    builder = seeded(PAST, *before)
    builder.add(tick("09:00:40", 1_000, 3))
    bar = builder.close()
    assert bar is not None
    assert (bar.open, bar.high, bar.low, bar.close) == (1_000, 1_020, 990, 1_000)
    assert (bar.volume, bar.turnover) == (53, 53_400)


def test_an_answer_that_knows_less_than_was_seen_takes_nothing_away() -> None:
    """It may have been made before some of the trades it was overtaken by."""
    bar = seeded(PAST, tick("09:00:30", 1_050, 60)).close()
    assert bar is not None
    assert (bar.open, bar.high, bar.low, bar.close) == (1_000, 1_050, 990, 1_050)
    assert (bar.volume, bar.turnover) == (60, 63_000)


def test_with_trades_unknown_the_bars_turnover_is_unknown() -> None:
    builder = seeded(replace(PAST, turnover=None, ticks=0))
    builder.add(tick("09:00:40", 1_030, 7))
    bar = builder.close()
    assert bar is not None
    assert (bar.volume, bar.turnover, bar.ticks) == (57, None, 0)
    builder.add(tick("09:01:00", 1_000, 2))
    following = builder.close()
    assert following is not None and (following.turnover, following.ticks) == (2_000, 1)


@pytest.mark.parametrize("clock", ["09:01:00", "09:02:30"])
def test_a_minute_that_is_over_comes_too_late(clock: str) -> None:
    builder = BarBuilder("005930")
    builder.add(tick(clock, 1_000, 1))
    assert not builder.seed(PAST)
    bar = builder.close()
    assert bar is not None and bar.volume == 1
    assert not builder.seed(PAST)
    assert builder.forming() is None


@given(
    st.lists(st.tuples(st.integers(0, 59), st.integers(990, 1_010), st.integers(1, 9)), min_size=1),
    st.data(),
)
def test_wherever_the_answer_falls_between_the_trades_the_bar_is_the_same(
    trades: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """Listening began at `heard`, the answer came at `answered`: nothing is lost or doubled."""
    ticks = [tick(f"09:00:{second:02}", price, size) for second, price, size in sorted(trades)]
    heard = data.draw(st.integers(0, len(ticks)))
    answered = data.draw(st.integers(heard, len(ticks)))
    builder = BarBuilder("005930")
    for one in ticks[heard:answered]:
        builder.add(one)
    if answered:
        builder.seed(joined(at("09:00:00"), ticks[:answered]))
    for one in ticks[answered:]:
        builder.add(one)
    assert builder.close() == joined(at("09:00:00"), ticks)


# Minute bars


def test_a_bar_covers_its_minute_and_is_stamped_with_its_start() -> None:
    ticks = [tick("09:00:00", 100, 5), tick("09:00:59.999999", 103, 2), tick("09:01:00", 90)]
    builder = BarBuilder("005930")
    assert [builder.add(one) for one in ticks] == [
        None,
        None,
        Bar("005930", at("09:00:00"), 100, 103, 100, 103, 7, 706, 2),
    ]


def test_a_minute_without_a_trade_makes_no_bar() -> None:
    bars = built(BarBuilder("005930"), [tick("09:00:30"), tick("09:04:10")])
    assert [bar.start for bar in bars] == [at("09:00:00"), at("09:04:00")]


def test_identical_ticks_are_separate_trades() -> None:
    (bar,) = built(BarBuilder("005930"), [tick("09:00:01", 100, 3)] * 3)
    assert (bar.volume, bar.turnover, bar.ticks) == (9, 900, 3)


def test_turnover_is_an_exact_int() -> None:
    quantity = 10**15 + 1
    (bar,) = built(BarBuilder("005930"), [tick("09:00:01", 2_481_000, quantity)] * 2)
    assert bar.turnover == 2 * 2_481_000 * quantity
    assert isinstance(bar.turnover, int)


def test_the_forming_bar_is_shown_and_due_at_its_end() -> None:
    builder = BarBuilder("005930")
    assert builder.forming() is None
    assert builder.due is None
    builder.add(tick("09:00:20", 100, 5))
    assert builder.forming() == Bar("005930", at("09:00:00"), 100, 100, 100, 100, 5, 500, 1)
    assert builder.due == at("09:01:00")


def test_the_clock_closes_a_bar_one_second_after_its_minute() -> None:
    builder = BarBuilder("005930")
    builder.add(tick("09:00:20"))
    assert builder.close_due(at("09:01:00.999999")) is None
    bar = builder.close_due(at("09:01:01"))
    assert bar is not None
    assert bar.start == at("09:00:00")
    assert builder.due is None
    assert builder.close_due(at("09:05:00")) is None


def test_a_tick_within_the_second_of_grace_still_counts() -> None:
    builder = BarBuilder("005930")
    builder.add(tick("09:00:20"))
    builder.close_due(at("09:01:00.5"))
    builder.add(tick("09:00:59"))
    bar = builder.close_due(at("09:01:01"))
    assert bar is not None
    assert bar.ticks == 2
    assert builder.late == 0


@pytest.mark.parametrize("how", ["a later tick", "the clock", "close"])
def test_a_tick_of_a_closed_bar_is_late_and_changes_nothing(how: str) -> None:
    builder = BarBuilder("005930")
    builder.add(tick("09:00:20"))
    if how == "a later tick":
        builder.add(tick("09:01:05"))
    elif how == "the clock":
        builder.close_due(at("09:01:01"))
    else:
        builder.close()
    forming = builder.forming()
    assert builder.add(tick("09:00:59", 5)) is None
    assert builder.late == 1
    assert builder.forming() == forming


def test_a_tick_before_the_forming_bar_is_late_even_if_its_minute_was_empty() -> None:
    builder = BarBuilder("005930")
    builder.add(tick("09:00:20"))
    builder.add(tick("09:03:00"))
    builder.add(tick("09:01:30"))
    assert builder.late == 1


def test_ticks_out_of_order_within_the_minute_count() -> None:
    (bar,) = built(BarBuilder("005930"), [tick("09:00:40", 100), tick("09:00:10", 101)])
    assert (bar.open, bar.close, bar.ticks) == (100, 101, 2)


def test_closing_nothing_gives_nothing() -> None:
    builder = BarBuilder("005930")
    assert builder.close() is None
    assert builder.close_due(at("15:30:00")) is None


@pytest.mark.parametrize(
    ("minutes", "clock", "start"),
    [
        (3, "09:02:59", "09:00:00"),
        (3, "09:03:00", "09:03:00"),
        (5, "15:19:59", "15:15:00"),
        (60, "10:59:59", "10:00:00"),
        (120, "11:00:00", "10:00:00"),
        (1440, "15:30:00", "00:00:00"),
    ],
)
def test_longer_bars_lie_on_the_grid_of_the_hts(minutes: int, clock: str, start: str) -> None:
    builder = BarBuilder("005930", minutes)
    builder.add(tick(clock))
    forming = builder.forming()
    assert forming is not None
    assert forming.start == at(start)
    assert builder.due == at(start) + timedelta(minutes=minutes)


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_impossible_lengths_are_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="1 to 1440 minutes"):
        BarBuilder("005930", minutes)


TICKS = st.lists(
    st.builds(
        lambda second, price, quantity: Tick(
            "005930", OPEN + timedelta(seconds=second), price, quantity
        ),
        st.integers(0, 900),
        st.integers(1, 3_000_000),
        st.integers(1, 10**9),
    ),
    max_size=60,
)


@given(TICKS, st.sampled_from([1, 2, 3, 5, 7, 60]))
def test_ticks_in_order_make_the_bars_of_plain_grouping(ticks: list[Tick], length: int) -> None:
    ticks.sort(key=lambda one: one.time)
    expected = [
        joined(start, group)
        for start, group in groupby(ticks, lambda one: minute(one.time, length))
    ]
    assert built(BarBuilder("005930", length), ticks) == expected


@given(TICKS)
def test_in_any_order_no_trade_is_lost_or_counted_twice(ticks: list[Tick]) -> None:
    builder = BarBuilder("005930")
    bars: list[Bar] = []
    late: list[Tick] = []
    for one in ticks:
        before = builder.late
        closed = builder.add(one)
        bars += [closed] if closed else []
        late += [one] if builder.late > before else []
    last = builder.close()
    bars += [last] if last else []
    assert in_order(bars)
    assert sum(b.ticks for b in bars) + len(late) == len(ticks)
    taken = list(ticks)
    for one in late:
        taken.remove(one)
    assert sum(b.volume for b in bars) == sum(one.quantity for one in taken)
    assert sum(b.turnover or 0 for b in bars) == sum(one.price * one.quantity for one in taken)
    assert {b.start for b in bars} == {minute(one.time) for one in taken}


@pytest.mark.parametrize("symbol", KRX_TICKS)
def test_real_trades_make_the_real_minutes(symbol: str) -> None:
    made = built(BarBuilder(symbol), real_ticks(f"{symbol}_ticks"))
    plain = [Bar(b.symbol, b.start, b.open, b.high, b.low, b.close, b.volume) for b in made]
    assert plain == real_bars(f"{symbol}_1min")


# Tick bars


def test_a_tick_bar_closes_with_its_last_trade() -> None:
    builder = TickBarBuilder("005930", 3)
    ticks = [tick("09:00:01", 100), tick("09:00:02", 90), tick("09:07:00", 95, 4)]
    assert [builder.add(one) for one in ticks] == [
        None,
        None,
        Bar("005930", at("09:00:01"), 100, 100, 90, 95, 6, 570, 3),
    ]
    assert builder.forming() is None


def test_a_tick_bar_is_never_due() -> None:
    builder = TickBarBuilder("005930", 3)
    builder.add(tick("09:00:01"))
    assert builder.due is None
    assert builder.close_due(at("15:30:00")) is None


def test_every_trade_can_be_a_bar() -> None:
    bars = built(TickBarBuilder("005930", 1), [tick("09:00:01", 100), tick("09:00:01", 90)])
    assert [bar.close for bar in bars] == [100, 90]


def test_a_tick_bar_needs_a_trade() -> None:
    with pytest.raises(ValueError, match="1 trade or more"):
        TickBarBuilder("005930", 0)


@given(TICKS, st.integers(1, 10))
def test_tick_bars_group_by_count_and_the_last_may_be_short(ticks: list[Tick], size: int) -> None:
    groups = [ticks[i : i + size] for i in range(0, len(ticks), size)]
    builder = TickBarBuilder("005930", size)
    assert built(builder, ticks) == [joined(group[0].time, group) for group in groups]
    assert builder.late == 0


def test_closing_twice_forgets_nothing() -> None:
    """Found by reading: a second close once took the late trades of the first bar for new ones."""
    builder = BarBuilder("005930")
    builder.add(tick("09:00:10"))
    assert builder.close() is not None
    assert builder.close() is None
    assert builder.add(tick("09:00:20")) is None
    assert (builder.late, builder.forming()) == (1, None)
