"""Real-time types besides trades: quotes, order books, auctions, interruptions, the session."""

from __future__ import annotations

from datetime import timedelta

from broker.kiwoom.emulator.feed import RealTimeFeed
from broker.kiwoom.emulator.packets import Packet, RealData
from broker.kiwoom.emulator.quotes import Quotes
from broker.kiwoom.emulator.texts import real_fids
from core.domain.market import Level, OrderBook, Tick
from core.domain.messages import (
    AuctionIndicated,
    HistoryLoaded,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
    Message,
    Resumed,
)
from core.domain.order import Side
from tests.core.simulation.sim_builders import a_session, synthetic

CODE, BASE = "005930", 71_500
NOW = a_session().open + timedelta(minutes=30, seconds=7)


class Feed:
    """A feed of one customer, told by hand what the market posts."""

    def __init__(self, *wanted: tuple[str, str]) -> None:
        self.packets: list[Packet] = []
        outside = synthetic()
        quotes = Quotes(outside.venue)

        def hear(message: Message) -> None:
            if isinstance(message, HistoryLoaded):
                quotes.catch(message)

        outside.venue.attach(hear)
        self.feed = RealTimeFeed(quotes, self.packets.append)
        self.feed.watch(frozenset(wanted))
        self.tape = quotes.tape(CODE)

    def hear(self, *messages: Message) -> list[RealData]:
        for message in messages:
            assert self.feed.hear(message)
        return [packet for packet in self.packets if isinstance(packet, RealData)]


def a_book(best_bid: int = 71_400, size: int = 100) -> OrderBook:
    asks = tuple(Level(best_bid + 100 * (n + 1), size + n) for n in range(10))
    bids = tuple(Level(best_bid - 100 * n, 2 * size + n) for n in range(10))
    return OrderBook(CODE, NOW, asks, bids)


def test_a_book_has_ten_levels_with_prices_shares_changes_and_totals() -> None:
    feed = Feed((CODE, "주식호가잔량"))
    first, second = feed.hear(a_book(size=100), a_book(size=130))
    assert tuple(first.values) == real_fids("주식호가잔량")
    values = second.values
    assert values[21] == "093007"
    assert (values[41], values[51]) == ("71500", "-71400")
    assert (values[42], values[60]) == ("+71600", "-70500")
    assert (values[61], values[70], values[71], values[80]) == ("130", "139", "260", "269")
    assert (values[81], values[90], values[91], values[100]) == ("+30", "+30", "+60", "+60")
    assert (values[121], values[122]) == (str(10 * 130 + 45), "+300")
    assert (values[125], values[126]) == (str(10 * 260 + 45), "+600")
    assert (values[128], values[138]) == ("+1300", "-1300")


def test_a_side_that_nobody_quotes_is_zero() -> None:
    feed = Feed((CODE, "주식호가잔량"))
    (real,) = feed.hear(OrderBook(CODE, NOW, (), a_book().bids))
    assert {real.values[fid] for fid in (*range(41, 51), *range(61, 71))} == {"0"}
    assert real.values[121] == "0"


def test_an_auction_s_expected_price_is_told_and_stands_in_its_books() -> None:
    feed = Feed((CODE, "주식예상체결"), (CODE, "주식호가잔량"))
    expected, book = feed.hear(AuctionIndicated(CODE, NOW, 72_000, 5_000), a_book())
    assert expected.type == "주식예상체결"
    assert (expected.values[10], expected.values[15]) == ("+72000", "5000")
    assert (expected.values[11], expected.values[25]) == ("+500", "2")
    assert (book.values[23], book.values[24]) == ("+72000", "5000")
    assert (book.values[291], book.values[294]) == ("+72000", "+500")


def test_the_expected_price_is_gone_once_the_auction_has_traded() -> None:
    feed = Feed((CODE, "주식호가잔량"))
    trade = Tick(CODE, NOW, 72_000, 5_000, None, 71_900, 72_000)
    (book,) = feed.hear(AuctionIndicated(CODE, NOW, 72_000, 5_000), trade, a_book())
    assert (book.values[23], book.values[24]) == ("0", "0")


def test_a_trade_of_an_auction_has_no_side() -> None:
    feed = Feed((CODE, "주식체결"))
    (real,) = feed.hear(Tick(CODE, NOW, 72_000, 5_000, None, 71_900, 72_000))
    assert (real.values[15], real.values[1030], real.values[1031]) == ("5000", "0", "0")
    assert (real.values[1315], real.values[1316], real.values[1314]) == (" 0", " 0", " 0")


def test_best_quotes_are_told_when_they_move_only_and_before_the_trade() -> None:
    feed = Feed((CODE, "주식체결"), (CODE, "주식우선호가"))
    same = Tick(CODE, NOW, 71_500, 3, Side.BUY, 71_400, 71_600)
    told = feed.hear(same, same, Tick(CODE, NOW, 71_600, 3, Side.BUY, 71_500, 71_700))
    assert [real.type for real in told] == [
        *("주식우선호가", "주식체결", "주식체결", "주식우선호가", "주식체결")
    ]
    assert told[3].values == {27: "+71700", 28: "71500"}


def test_an_interruption_is_told_of_any_security_at_its_start_and_end() -> None:
    feed = Feed(("000660", "VI발동/해제"))
    feed.hear(Tick(CODE, NOW, 71_000, 3, Side.BUY, 70_900, 71_000))
    later = NOW + timedelta(minutes=2, seconds=5)
    began, ended = feed.hear(
        Interrupted(CODE, NOW, Interruption.STATIC_VI, 78_700, later), Resumed(CODE, later)
    )
    assert (began.code, began.type, began.values[9001]) == (CODE, "VI발동/해제", CODE)
    assert tuple(began.values) == real_fids("VI발동/해제")
    assert (began.values[9068], ended.values[9068]) == ("1", "2")
    assert (began.values[1221], began.values[1223], began.values[1225]) == (
        *("78700", "093007", "정적"),
    )
    assert (began.values[1224], ended.values[1224]) == ("000000", "093212")
    assert (began.values[9069], began.values[1490]) == ("1", "1")


def test_a_static_interruption_is_measured_from_the_last_auction_s_price() -> None:
    """The opening price at first, later the price at which an interruption's auction traded."""
    feed = Feed((CODE, "VI발동/해제"))
    told = feed.hear(
        Tick(CODE, NOW, 71_000, 500, None, 70_900, 71_000),
        Interrupted(CODE, NOW, Interruption.STATIC_VI, 78_100),
        Resumed(CODE, NOW),
        Tick(CODE, NOW, 80_000, 900, None, 79_900, 80_000),
        Tick(CODE, NOW, 81_000, 3, Side.BUY, 80_900, 81_000),
        Interrupted(CODE, NOW, Interruption.STATIC_VI, 88_000),
        Resumed(CODE, NOW),
    )
    assert [(real.values[1236], real.values[1238]) for real in told] == [
        *[("71000", "+10.00")] * 2,
        *[("80000", "+10.00")] * 2,
    ]


def test_trades_before_the_open_make_no_opening_price() -> None:
    """The session at the previous close trades earlier (장전시간외종가)."""
    feed = Feed((CODE, "주식체결"))
    *_, trade = feed.hear(
        Tick(CODE, NOW, 71_500, 5, Side.BUY, None, None),
        MarketNoticed(NOW, MarketNotice.OPENED),
        Tick(CODE, NOW, 71_000, 500, None, 70_900, 71_000),
    )
    assert [trade.values[fid] for fid in (16, 17, 18)] == ["-71000"] * 3
    assert trade.values[13] == "505"


def test_a_halt_and_a_circuit_breaker_have_no_real_time_type() -> None:
    feed = Feed((CODE, "VI발동/해제"))
    halt = Interrupted(CODE, NOW, Interruption.HALT)
    breaker = Interrupted("", NOW, Interruption.CIRCUIT_BREAKER)
    assert feed.hear(halt, breaker, Resumed(CODE, NOW), Resumed("", NOW)) == []


def test_the_session_counts_down() -> None:
    feed = Feed(("", "장시작시간"))
    notices = [
        MarketNoticed(NOW, MarketNotice.BEFORE_OPEN, timedelta(minutes=20)),
        MarketNoticed(NOW, MarketNotice.BEFORE_OPEN, timedelta(seconds=10)),
        MarketNoticed(NOW, MarketNotice.OPENED),
        MarketNoticed(NOW, MarketNotice.BEFORE_CLOSE, timedelta(minutes=10)),
        MarketNoticed(NOW, MarketNotice.CLOSED),
        MarketNoticed(NOW, MarketNotice.DAY_ENDED),
    ]
    told = [(real.values[215], real.values[20], real.values[214]) for real in feed.hear(*notices)]
    assert told == [
        ("0", "093007", "002000"),
        ("0", "093007", "000010"),
        ("3", "093007", "000000"),
        ("2", "093007", "001000"),
        ("4", "093007", "000000"),
        ("9", "093007", "000000"),
    ]


def test_prices_at_the_limits_have_their_marks_and_times() -> None:
    feed = Feed((CODE, "주식체결"))
    limits = feed.tape.limits
    assert limits is not None
    upper, lower, even = feed.hear(
        Tick(CODE, NOW, limits[1], 1, Side.BUY, limits[1], None),
        Tick(CODE, NOW, limits[0], 1, Side.SELL, None, limits[0]),
        Tick(CODE, NOW, BASE, 1, Side.SELL, BASE, BASE),
    )
    assert (upper.values[25], upper.values[567], upper.values[27]) == ("1", "093007", "0")
    assert (lower.values[25], lower.values[568], lower.values[28]) == ("4", "093007", "0")
    assert (even.values[25], even.values[10], even.values[11], even.values[12]) == (
        *("3", str(BASE), "0", "0.00"),
    )
