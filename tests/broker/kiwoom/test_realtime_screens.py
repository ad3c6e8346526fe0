"""Which codes are on which screen, and what becomes of real-time events."""

from datetime import timedelta

import pytest

from broker.kiwoom.notes import Notes
from broker.kiwoom.realtime import RealTime
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AuctionIndicated,
    Interrupted,
    MarketNotice,
    MarketNoticed,
    Noted,
    Resumed,
)
from core.domain.order import Side
from tests.broker.kiwoom.fake_control import FRIDAY_NOON, FakeControl

OF_THE_MARKET = ("3901", "3902")  # screens


class Ear:
    def __init__(self, has_books=True):
        self.control, self.posted, self.heard, self.noticed = FakeControl(), [], [], []
        clock = self.control.clock
        self.realtime = RealTime(
            self.control,
            clock,
            self.posted.append,
            Notes(self.posted.append, clock),
            lambda code, now: self.heard.append(code),
            self.noticed.append,
            has_books,
        )
        self.control.OnReceiveRealData.connect(lambda code, kind, _: self._take(code, kind))
        self.realtime.open()

    def _take(self, code, kind):
        self.realtime.on_event(code, kind)

    @property
    def registered(self):
        """(screen, number of codes, how) of each SetRealReg of symbols."""
        return [
            (call[1], len(call[2].split(";")), call[4])
            for call in self.control.calls
            if call[0] == "SetRealReg" and call[1] not in OF_THE_MARKET
        ]


@pytest.fixture
def ear():
    return Ear()


def codes(count, first=0):
    return [f"{number:06}" for number in range(first, first + count)]


def test_a_trade_is_posted_as_a_tick_with_the_clocks_moment(ear):
    ear.realtime.subscribe(["005930"])
    ear.control.clock.move_to(FRIDAY_NOON + timedelta(milliseconds=123))
    ear.control.trade("005930", 71600, 7)
    moment = FRIDAY_NOON + timedelta(milliseconds=123)
    assert ear.posted == [Tick("005930", moment, 71600, 7, Side.BUY, 71400, 71600)]
    assert ear.heard == ["005930"]


def test_data_that_a_request_brought_and_nobody_asked_for_are_dropped(ear):
    ear.control.trade("000660")
    ear.control.real("000660", "주식호가잔량", {41: "+1"})
    assert ear.posted == []


def test_nothing_of_a_symbol_comes_after_it_was_left(ear):
    ear.realtime.subscribe(["005930", "000660"])
    ear.realtime.unsubscribe(["005930"])
    ear.control.trade("005930")
    assert ear.posted == []
    assert ear.control.last("SetRealRemove") == ("3001", "005930")


def test_a_screen_takes_a_hundred_codes_and_later_ones_are_added(ear):
    ear.realtime.subscribe(codes(60))
    ear.realtime.subscribe(codes(60, 60))
    assert ear.registered == [("3001", 60, "0"), ("3001", 40, "1"), ("3002", 20, "0")]


def test_a_code_is_registered_once(ear):
    ear.realtime.subscribe(["005930"])
    ear.realtime.subscribe(["005930"])
    assert ear.registered == [("3001", 1, "0")]


def test_more_symbols_than_screens_is_told(ear):
    ear.realtime.subscribe(codes(10_003))
    assert len({screen for screen, _, _ in ear.registered}) == 100
    assert "10000" in ear.posted[0].text.en
    assert "3 get no market data" in ear.posted[0].text.en


def test_the_market_itself_is_watched_too(ear):
    assert ("SetRealReg", "3901", "", "215;20;214", "0") in ear.control.calls
    ear.control.notice("0", "002000")
    (noticed,) = ear.posted
    assert noticed == MarketNoticed(FRIDAY_NOON, MarketNotice.BEFORE_OPEN, timedelta(minutes=20))
    assert ear.noticed == [noticed]


def test_books_can_be_left_out():
    assert all("41" not in call[3] for call in _registrations(Ear(has_books=False)))
    assert all("41" in call[3].split(";") for call in _registrations(Ear()))


def _registrations(ear):
    ear.realtime.subscribe(["005930"])
    return [
        call
        for call in ear.control.calls
        if call[0] == "SetRealReg" and call[1] not in OF_THE_MARKET
    ]


def test_a_book_is_posted_and_in_an_auction_what_it_indicates(ear):
    ear.realtime.subscribe(["005930"])
    book = {21: "120000", 41: "+71600", 61: "10", 51: "+71500", 71: "5", 23: "+71600", 24: "90"}
    ear.control.notice("3")
    ear.control.real("005930", "주식호가잔량", book)
    ear.control.notice("2")
    ear.control.real("005930", "주식호가잔량", book)
    kinds = [type(message) for message in ear.posted]
    assert kinds == [MarketNoticed, OrderBook, MarketNoticed, OrderBook, AuctionIndicated]


def test_where_auctions_have_an_event_of_their_own_the_book_is_not_asked_too(ear):
    ear.realtime.subscribe(["005930"])
    ear.control.notice("2")
    ear.control.real("005930", "주식예상체결", {20: "120000", 10: "-71400", 15: "1234"})
    book = {21: "120000", 41: "+71600", 61: "10", 23: "+71600", 24: "90"}
    ear.control.real("005930", "주식호가잔량", book)
    indicated = [each for each in ear.posted if isinstance(each, AuctionIndicated)]
    assert indicated == [AuctionIndicated("005930", FRIDAY_NOON, 71400, 1234)]


def vi(code, state):
    return {9001: code, 9068: state, 1225: "정적", 1221: "78600", 1223: "120000", 1224: "120200"}


def test_an_interruption_is_told_of_watched_symbols_only(ear):
    ear.realtime.subscribe(["005930"])
    ear.control.real("005930", "VI발동/해제", vi("000660", "1"))
    ear.control.real("005930", "VI발동/해제", vi("005930", "1"))
    assert [type(message) for message in ear.posted] == [Interrupted]
    assert ear.realtime.interrupted == {"005930"}
    ear.control.real("005930", "VI발동/해제", vi("005930", "2"))
    assert isinstance(ear.posted[-1], Resumed)
    assert ear.realtime.interrupted == set()


def test_what_cannot_be_read_is_told_once_and_counted(ear):
    ear.realtime.subscribe(["005930"])
    for _ in range(3):
        ear.control.real("005930", "주식체결", {20: "120000", 10: "칠만", 15: "+1"})
    assert [type(message) for message in ear.posted] == [Noted]
    assert ear.realtime.unreadable["주식체결"] == 3
    ear.control.trade("005930")
    assert isinstance(ear.posted[-1], Tick)


def test_all_is_registered_again_after_the_line_was_lost(ear):
    ear.realtime.subscribe(codes(120))
    ear.realtime.hold()
    ear.realtime.subscribe(["005930"])
    before = len(ear.registered)
    ear.realtime.open()
    assert ear.registered[before:] == [("3001", 100, "0"), ("3002", 21, "0")]


def test_a_silent_symbol_is_taken_off_and_put_on_again(ear):
    ear.realtime.subscribe(["005930", "000660"])
    ear.realtime.renew(["005930"])
    assert ear.control.last("SetRealRemove") == ("3001", "005930")
    assert ear.registered[-1] == ("3001", 1, "1")


def test_a_refused_registration_is_told(ear):
    ear.control.results["SetRealReg"] = -204
    ear.realtime.subscribe(["005930"])
    assert "-204" in ear.posted[0].text.en


def test_closing_stops_everything(ear):
    ear.realtime.subscribe(["005930"])
    ear.realtime.close()
    assert ear.control.last("SetRealRemove") == ("ALL", "ALL")
    ear.control.trade("005930")
    assert ear.posted == []
