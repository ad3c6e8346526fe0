"""Kiwoom's texts as domain values: signs, blanks, padding, midnight, and what can't be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom import fids, parse
from core.domain.errors import DataError
from core.domain.market import Level, Tick
from core.domain.messages import Interruption, MarketNotice
from core.domain.order import Side
from tests.broker.kiwoom.order_rig import reader
from tests.builders import at

CODE = "005930"
NOW = at(14, 29, 42.25)
TRADE = {
    fids.TRADE_TIME: "142942", fids.PRICE: "-77100", fids.VOLUME: "+3",
    fids.BEST_ASK: "-77100", fids.BEST_BID: "-76900",
}  # fmt: skip


def a_trade(**changes: str):
    return reader(TRADE | {getattr(fids, name.upper()): text for name, text in changes.items()})


def test_a_trade_has_the_clocks_fraction_of_the_exchanges_second():
    tick = parse.tick(CODE, a_trade(), NOW)
    assert tick == Tick(CODE, NOW, 77_100, 3, Side.BUY, 76_900, 77_100)


@pytest.mark.parametrize(
    ("text", "quantity", "side"),
    [("+3", 3, Side.BUY), ("-262", 262, Side.SELL), ("1200", 1200, None), ("  +07 ", 7, Side.BUY)],
)
def test_the_sign_of_the_volume_is_the_aggressors_side(text, quantity, side):
    tick = parse.tick(CODE, a_trade(volume=text), NOW)
    assert (tick.quantity, tick.side) == (quantity, side)


@pytest.mark.parametrize("text", ["77100", "+77100", "-77100", "  +0000077100  "])
def test_the_sign_of_a_price_is_only_its_direction(text):
    assert parse.tick(CODE, a_trade(price=text), NOW).price == 77_100


def test_a_trade_between_two_ticks_is_a_trade():
    """The recorded mid-point trade: 257,750 between 257,500 and 258,000."""
    read = a_trade(price="-257750", best_ask="-258000", best_bid="-257500")
    tick = parse.tick(CODE, read, NOW)
    assert (tick.price, tick.bid, tick.ask) == (257_750, 257_500, 258_000)


@pytest.mark.parametrize("text", ["-0", " 0", "", "   ", "-", "+"])
def test_a_quote_of_nothing_is_no_quote(text):
    tick = parse.tick(CODE, a_trade(best_ask=text), NOW)
    assert tick.ask is None
    assert tick.bid == 76_900


@pytest.mark.parametrize("field", ["price", "volume"])
@pytest.mark.parametrize("text", ["", "-0", " 0", "-"])
def test_an_event_without_price_or_volume_tells_of_no_trade(field, text):
    assert parse.tick(CODE, a_trade(**{field: text}), NOW) is None


@pytest.mark.parametrize("text", ["77,100", "7.71e4", "N/A", "--5", "5-"])
def test_what_cant_be_read_is_named_with_code_and_field(text):
    with pytest.raises(DataError) as caught:
        parse.tick(CODE, a_trade(price=text), NOW)
    assert CODE in str(caught.value)
    assert "FID 10 (현재가)" in str(caught.value)
    assert repr(text) in str(caught.value)


def test_a_dead_control_gives_none_for_a_text():
    with pytest.raises(DataError, match="FID 20"):
        parse.tick(CODE, lambda fid: None if fid == fids.TRADE_TIME else TRADE[fid], NOW)


@given(st.dictionaries(st.sampled_from(sorted(TRADE)), st.text(max_size=12)))
def test_any_text_is_a_trade_or_none_or_a_data_error(changes):
    try:
        tick = parse.tick(CODE, reader(TRADE | changes), NOW)
    except DataError:
        return
    assert tick is None or (tick.price > 0 and tick.quantity > 0)


# -- times -------------------------------------------------------------------------------------


def test_before_and_after_its_second_a_time_is_that_seconds_nearer_end():
    ahead, behind = at(9, 0, 2.5), at(9, 0, 0.4)
    assert parse.market_time("090001", ahead) == at(9, 0, 1.999999)
    assert parse.market_time("090001", behind) == at(9, 0, 1)


@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(-1_500, 1_500)), min_size=2, max_size=20)
)
def test_times_of_one_clock_never_go_back_while_the_exchanges_seconds_go_on(moves):
    """`moves`: how many ms later each trade is printed, and how late it reaches us, less skew."""
    printed, now, times = at(9), at(8), []
    for later_ms, delay_ms in moves:
        printed += timedelta(milliseconds=later_ms)
        now = max(now, printed + timedelta(milliseconds=delay_ms))
        times.append(parse.market_time(f"{printed:%H%M%S}", now))
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("235959", at(0, 0, 1.5) + timedelta(days=1), at(23, 59, 59.999999)),
        ("000001", at(23, 59, 58.5), at(0, 0, 1) + timedelta(days=1)),
        ("150000", at(15, 4), at(15, 0, 0.999999)),
        ("150000", at(9), at(15)),  # a clock that is hours wrong moves no trade to another day
        ("90458", at(9, 4, 58.5), at(9, 4, 58.5)),  # a zero that was left out
    ],
)
def test_the_day_is_the_one_that_brings_a_time_nearest(text, now, expected):
    assert parse.market_time(text, now) == expected


@pytest.mark.parametrize("text", ["888888", "250000", "096000", "noon"])
def test_no_time_of_the_day_is_refused(text):
    with pytest.raises(ValueError):
        parse.market_time(text, NOW)


def test_a_record_of_the_past_is_never_of_tomorrow():
    assert parse.past_time("083000", at(23)) == at(8, 30)
    assert parse.past_time("233000", at(0, 10)) == at(23, 30) - timedelta(days=1)
    assert parse.past_time("120005", at(12)) == at(12, 0, 5)  # our clock is a little behind


def test_clock_skew_is_how_far_our_clock_leads_the_exchanges_second():
    for now, skew in [(NOW, 0.0), (at(14, 29, 45), 2.0), (at(14, 29, 40), -2.0)]:
        tick = parse.tick(CODE, a_trade(), now)
        assert parse.clock_skew(tick.time, now).total_seconds() == pytest.approx(skew, abs=1e-5)


# -- books -------------------------------------------------------------------------------------


def test_a_book_keeps_levels_with_a_price_best_first():
    values = {fids.BOOK_TIME: "142942"}
    values |= {fids.FIRST_ASK + i: f"+{77_100 + 100 * i}" for i in range(10)}
    values |= {fids.FIRST_ASK_VOLUME + i: f"{10 + i:09}" for i in range(10)}
    values |= {fids.FIRST_BID: "-77000", fids.FIRST_BID_VOLUME: " 5", fids.FIRST_BID + 1: "-0"}
    book = parse.book(CODE, reader(values), NOW)
    assert len(book.asks) == 10
    assert book.asks[0] == Level(77_100, 10)
    assert book.asks[9] == Level(78_000, 19)
    assert book.bids == (Level(77_000, 5),)
    assert book.time == NOW


def test_a_level_that_cant_be_read_is_named():
    with pytest.raises(DataError, match=r"FID 43 \(호가\)"):
        parse.book(CODE, reader({fids.BOOK_TIME: "142942", 43: "?"}), NOW)


def test_an_auction_is_indicated_while_it_has_a_price():
    values = {fids.BOOK_TIME: "142942", fids.EXPECTED_PRICE: "-77000", fids.EXPECTED_VOLUME: "50"}
    told = parse.indicated(CODE, reader(values), NOW)
    assert (told.price, told.quantity, told.time) == (77_000, 50, NOW)
    nothing = {fids.BOOK_TIME: "142942", fids.EXPECTED_PRICE: "-0", fids.EXPECTED_VOLUME: "0"}
    assert parse.indicated(CODE, reader(nothing), NOW) is None


def test_the_event_of_an_expected_trade_is_an_indication_too():
    told = parse.expected(CODE, a_trade(), NOW)
    assert (told.price, told.quantity, told.time) == (77_100, 3, NOW)
    assert parse.expected(CODE, a_trade(price="-0", volume="0"), NOW).price is None


# -- volatility interruptions and the session --------------------------------------------------

VI = {
    fids.CODE: "A306200", fids.VI_STATE: "1", fids.VI_PRICE: "6540", fids.VI_TIME: "125128",
    fids.VI_RELEASE_TIME: "000000", fids.VI_KIND: "정적",
}  # fmt: skip


def test_an_interruption_names_price_kind_and_when_its_auction_ends():
    told = parse.interruption("", reader(VI), at(12, 51, 28.5))
    assert (told.symbol, told.kind, told.price) == ("306200", Interruption.STATIC_VI, 6_540)
    assert told.until - told.time == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("동적", Interruption.DYNAMIC_VI), ("동적+정적", Interruption.STATIC_VI)],
)
def test_kinds_of_interruptions(text, kind):
    assert parse.interruption("", reader(VI | {fids.VI_KIND: text}), NOW).kind is kind


def test_the_release_is_told_with_its_time():
    values = VI | {fids.VI_STATE: "2", fids.VI_RELEASE_TIME: "125333"}
    told = parse.interruption("", reader(values), at(12, 53, 33.5))
    assert (told.symbol, told.time) == ("306200", at(12, 53, 33.5))


def test_an_unknown_state_of_an_interruption_tells_nothing():
    assert parse.interruption("", reader(VI | {fids.VI_STATE: "9"}), NOW) is None


@pytest.mark.parametrize(
    ("state", "left", "notice", "seconds"),
    [
        ("0", "002000", MarketNotice.BEFORE_OPEN, 1200),
        ("0", "000010", MarketNotice.BEFORE_OPEN, 10),
        ("3", "000000", MarketNotice.OPENED, None),
        ("2", "001000", MarketNotice.BEFORE_CLOSE, 600),
        ("4", "000000", MarketNotice.CLOSED, None),
        ("9", "000000", MarketNotice.DAY_ENDED, None),
    ],
)
def test_the_exchanges_notices(state, left, notice, seconds):
    values = {fids.SESSION_STATE: state, fids.SESSION_REMAINING: left, fids.TRADE_TIME: "142942"}
    told = parse.notice(reader(values), NOW)
    remaining = None if seconds is None else timedelta(seconds=seconds)
    assert (told.notice, told.remaining, told.time) == (notice, remaining, NOW)


def test_a_notice_without_a_readable_time_is_of_now():
    values = {fids.SESSION_STATE: "8", fids.TRADE_TIME: "888888"}
    assert parse.notice(reader(values), NOW).time == NOW


def test_notices_of_other_markets_are_left_out():
    assert parse.notice(reader({fids.SESSION_STATE: "P"}), NOW) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A005930", "005930"), ("005930 ", "005930"), ("0001A0", "0001A0"), ("A0001A0", "0001A0"),
        ("Q530031", "530031"), ("J52ABC1", "52ABC1"), ("A005930_NX", "005930"),
        ("005930_AL", "005930"), ("", ""),
    ],
)  # fmt: skip
def test_codes_of_accounts_lose_the_letter_before_and_the_venue_behind(text, code):
    assert parse.plain_code(text) == code
