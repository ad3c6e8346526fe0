"""A feed that dies without a word is noticed; one that is only quiet is left alone."""

from datetime import datetime, timedelta

import pytest

from broker.kiwoom.notes import Notes
from broker.kiwoom.options import KiwoomOptions
from broker.kiwoom.supervision import Supervision
from broker.kiwoom.watch import Alarms
from core.clock import SimClock
from core.domain.messages import MarketNotice
from tests.broker.kiwoom.fake_control import FRIDAY_NOON, SEOUL


class Feed:
    def __init__(self):
        self.notice, self.interrupted, self.renewed = None, set(), []
        self.symbols = ("005930", "000660")

    def renew(self, symbols):
        self.renewed.append(tuple(symbols))


class Guardroom:
    def __init__(self, now=FRIDAY_NOON):
        self.clock, self.alarms, self.feed = SimClock(now), Alarms(), Feed()
        self.notes, self.happened, self.looks = [], [], 0
        self.supervision = Supervision(
            self.clock,
            self.alarms,
            Notes(self.notes.append, self.clock),
            KiwoomOptions(),
            self._look,
            lambda why: self.happened.append("died"),
            lambda: self.happened.append("revived"),
            lambda why: self.happened.append("gave up"),
        )
        self.supervision.open(self.feed)

    def _look(self):
        self.looks += 1

    def live(self, seconds, symbols=("005930", "000660"), every_s=1.0):
        """Let time pass with an event of each symbol now and then."""
        until = self.clock.now() + timedelta(seconds=seconds)
        event = self.clock.now() + timedelta(seconds=every_s)
        while True:
            alarm = self.alarms.next_time()
            moment = min(event if symbols else until, alarm or until)
            if moment > until or (moment == until and not symbols):
                break
            self.clock.move_to(moment)
            if alarm is not None and moment == alarm:
                self.alarms.on_time(moment)
            else:
                for symbol in symbols:
                    self.supervision.heard(symbol, moment)
                event = moment + timedelta(seconds=every_s)
        self.clock.move_to(until)
        self.alarms.on_time(until)

    def be_silent(self, seconds):
        self.live(seconds, symbols=())


@pytest.fixture
def room():
    return Guardroom()


def test_silence_in_an_open_session_counts_as_death_and_registers_anew(room):
    room.live(120)
    room.be_silent(50)
    assert room.happened == []
    room.be_silent(20)
    assert room.happened == ["died"]
    assert room.feed.renewed == [("005930", "000660")]
    assert room.supervision.is_silent


def test_data_that_come_again_revive_it(room):
    room.live(120)
    room.be_silent(70)
    room.live(1)
    assert room.happened == ["died", "revived"]
    assert not room.supervision.is_silent


def test_where_that_does_not_help_the_login_is_repeated_ever_more_rarely(room):
    room.live(120)
    room.be_silent(70)
    room.be_silent(70)
    assert room.happened == ["died", "gave up"]


def test_before_any_data_have_come_silence_means_nothing(room):
    room.be_silent(3600)
    assert room.happened == []


def test_after_the_close_silence_is_what_it_should_be():
    room = Guardroom(datetime(2026, 11, 20, 15, 15, tzinfo=SEOUL))
    room.live(300)
    room.be_silent(3600)
    assert room.happened == []


@pytest.mark.parametrize(
    ("notice", "happened"),
    [(MarketNotice.OPENED, ["died"]), (MarketNotice.BEFORE_CLOSE, []), (MarketNotice.CLOSED, [])],
)
def test_the_exchanges_own_word_on_its_session_counts(room, notice, happened):
    room.feed.notice = notice
    room.live(120)
    room.be_silent(70)
    assert room.happened == happened


def test_a_session_that_opens_late_is_not_missed_at_nine():
    room = Guardroom(datetime(2026, 11, 19, 9, 0, tzinfo=SEOUL))
    room.feed.notice = MarketNotice.BEFORE_OPEN
    room.live(60)
    room.be_silent(3000)
    assert room.happened == []


def test_where_all_symbols_are_interrupted_nothing_is_due(room):
    room.live(120)
    room.feed.interrupted = {"005930", "000660"}
    room.be_silent(150)
    assert room.happened == []


def test_symbols_that_trade_rarely_are_given_more_time(room):
    room.live(1800, every_s=20)
    room.be_silent(250)
    assert room.happened == []
    room.be_silent(120)
    assert room.happened == ["died"]


def test_one_symbol_that_falls_silent_is_registered_anew_once(room):
    room.live(120)
    room.live(290, symbols=("000660",))
    assert room.feed.renewed == []
    room.live(900, symbols=("000660",))
    assert room.feed.renewed == [("005930",)]
    assert [note.symbol for note in room.notes] == ["005930"]
    assert room.happened == []


def test_one_symbol_that_never_says_anything_is_registered_anew_once(room):
    room.live(290, symbols=("000660",))
    assert room.feed.renewed == []
    room.live(900, symbols=("000660",))
    assert room.feed.renewed == [("005930",)]


def test_a_symbol_that_was_added_late_gets_its_time(room):
    room.live(900)
    room.feed.symbols += ("069500",)
    room.live(290)
    assert room.feed.renewed == []
    room.live(30)
    assert room.feed.renewed == [("069500",)]


def test_a_symbol_in_an_interruption_may_be_silent(room):
    room.live(120)
    room.feed.interrupted = {"005930"}
    room.live(900, symbols=("000660",))
    assert room.feed.renewed == []


def test_the_line_itself_is_looked_at_every_few_seconds(room):
    room.be_silent(60)
    assert room.looks == 12


def test_nothing_is_watched_while_the_line_is_known_to_be_lost(room):
    room.live(120)
    room.supervision.hold()
    room.be_silent(3600)
    assert room.happened == []


def test_a_silence_that_lasts_until_the_close_ends_with_it():
    room = Guardroom(datetime(2026, 11, 20, 15, 10, tzinfo=SEOUL))
    room.live(300)
    room.be_silent(90)
    assert room.happened == ["died"]
    room.be_silent(300)
    assert room.happened[-1] == "revived"
    assert not room.supervision.is_silent


def test_a_holiday_after_a_trading_day_is_quiet():
    room = Guardroom(datetime(2026, 11, 19, 15, 10, tzinfo=SEOUL))
    room.live(600)
    room.be_silent(24 * 3600)
    assert room.happened == []


def test_a_look_that_comes_late_judges_nothing(room):
    room.live(120)
    room.clock.move_to(room.clock.now() + timedelta(seconds=100))
    room.alarms.on_time(room.clock.now())
    assert room.happened == []
    room.supervision.heard("005930", room.clock.now())
    room.be_silent(20)
    assert room.happened == []
