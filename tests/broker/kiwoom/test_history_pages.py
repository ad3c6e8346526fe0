"""Minute bars from pages of rows, and what is told with them."""

from datetime import datetime, timedelta

import pytest

from broker.kiwoom.history import History
from broker.kiwoom.masters import Masters
from broker.kiwoom.notes import Notes
from broker.kiwoom.tr_queue import TrQueue
from broker.kiwoom.watch import Alarms
from core.domain.messages import HistoryLoaded, Noted
from core.domain.price import KRX_ETF
from tests.broker.kiwoom.fake_control import FRIDAY_NOON, SEOUL, FakeControl, minute, minutes

THURSDAY = datetime(2026, 11, 19, 15, 30, tzinfo=SEOUL)
WEDNESDAY = datetime(2026, 11, 18, 15, 30, tzinfo=SEOUL)


class Archive:
    def __init__(self):
        self.control, self.alarms, self.posted = FakeControl(), Alarms(), []
        clock = self.control.clock
        notes = Notes(self.posted.append, clock)
        self.queue = TrQueue(self.control, clock, self.alarms, notes, "quick", 10)
        masters = Masters(self.control)
        masters.load()
        self.history = History(self.queue, masters, clock, self.posted.append, notes, self.alarms)
        self.control.OnReceiveTrData.connect(
            lambda screen, name, tr, record, more, *_: self.queue.on_answer(name, more)
        )
        self.queue.open()
        self.history.open()

    def reply(self, rows, has_more=False, tr="opt10080"):
        asked = next(asked for asked in reversed(self.control.asked) if asked.tr == tr)
        self.control.reply(asked, rows, has_more=has_more)

    def later(self, seconds):
        """Let time pass, alarm by alarm."""
        until = self.control.clock.now() + timedelta(seconds=seconds)
        while (alarm := self.alarms.next_time()) is not None and alarm <= until:
            self.control.clock.move_to(alarm)
            self.alarms.on_time(alarm)
        self.control.clock.move_to(until)

    @property
    def loaded(self):
        return [message for message in self.posted if isinstance(message, HistoryLoaded)]

    @property
    def notes(self):
        return [message.text.en for message in self.posted if isinstance(message, Noted)]


@pytest.fixture
def archive():
    return Archive()


def starts(history):
    return [bar.start for bar in history.bars]


def test_bars_come_oldest_first_without_signs(archive):
    archive.history.request(["005930"], 1)
    noon = FRIDAY_NOON - timedelta(minutes=1)
    archive.reply([*minutes(3, noon), *minutes(2, THURSDAY)])
    (history,) = archive.loaded
    assert starts(history) == sorted(starts(history))
    assert len(history.bars) == 5
    assert history.bars[0].close == 71500
    assert history.bars[0].volume == 100


def test_pages_go_on_until_all_days_asked_for_are_whole(archive):
    archive.history.request(["005930"], 1)
    archive.reply(minutes(2, FRIDAY_NOON - timedelta(minutes=1)), has_more=True)
    archive.reply(minutes(2, THURSDAY), has_more=True)
    assert archive.loaded == []
    older = THURSDAY - timedelta(minutes=2)
    archive.reply([*minutes(2, older), *minutes(5, WEDNESDAY)], has_more=True)
    (history,) = archive.loaded
    assert len(history.bars) == 6
    assert all(start.day != WEDNESDAY.day for start in starts(history))


def test_the_minute_that_is_not_over_is_kept_apart(archive):
    archive.control.clock.move_to(FRIDAY_NOON + timedelta(seconds=30))
    archive.history.request(["005930"], 0)
    archive.reply(minutes(3, FRIDAY_NOON))
    (history,) = archive.loaded
    assert history.forming is not None
    assert history.forming.start == FRIDAY_NOON
    assert starts(history)[-1] == FRIDAY_NOON - timedelta(minutes=1)


def test_the_bar_of_the_closing_auction_is_kept(archive):
    archive.history.request(["005930"], 1)
    archive.reply(minutes(1, THURSDAY))
    assert starts(archive.loaded[0]) == [THURSDAY]


def test_a_bar_that_is_on_two_pages_counts_once_with_its_newer_state(archive):
    archive.history.request(["005930"], 0)
    edge = FRIDAY_NOON - timedelta(minutes=5)
    archive.reply([minute(edge, 72000)], has_more=True)
    archive.reply([minute(edge, 71000), minute(edge - timedelta(minutes=1))])
    (history,) = archive.loaded
    assert [bar.close for bar in history.bars] == [71500, 72000]


@pytest.mark.parametrize(
    "spoiled", [{"현재가": "0"}, {"체결시간": ""}, {"고가": "+70000"}, {"저가": "+80000"}]
)
def test_rows_without_sense_are_left_out_and_told(archive, spoiled):
    archive.history.request(["005930"], 0)
    good = minutes(2, FRIDAY_NOON - timedelta(minutes=1))
    archive.reply([good[0], {**good[1], **spoiled}])
    assert len(archive.loaded[0].bars) == 1
    assert archive.notes == ["1 minute bars were unusable and left out"]


def test_a_row_that_cannot_be_read_costs_itself_only(archive):
    archive.history.request(["005930"], 0)
    good = minutes(2, FRIDAY_NOON - timedelta(minutes=1))
    archive.reply([good[0], {**good[1], "거래량": "많음"}])
    assert len(archive.loaded[0].bars) == 1
    assert archive.notes == ["1 minute bars were unusable and left out"]


def test_a_day_out_of_order_is_left_out(archive):
    archive.history.request(["005930"], 2)
    archive.reply([*minutes(1, WEDNESDAY), *minutes(1, THURSDAY)])
    assert starts(archive.loaded[0]) == [WEDNESDAY]


def test_an_unknown_code_is_answered_by_name(archive):
    archive.history.request(["999999"], 5)
    (history,) = archive.loaded
    assert "999999" in history.error.ko
    assert archive.control.asked == []


def test_a_request_that_fails_is_answered_with_why(archive):
    archive.control.results["CommRqData"] = -202
    archive.history.request(["005930"], 5)
    assert "-202" in archive.loaded[0].error.ko


def test_requests_made_before_the_login_wait_for_it(archive):
    archive.history.hold()
    archive.history.request(["005930"], 0)
    assert archive.control.asked == []
    archive.history.open()
    assert [asked.tr for asked in archive.control.asked] == ["opt10080", "opt10081"]


def test_what_the_files_say_of_a_security_comes_with_its_bars(archive):
    archive.control.results["GetMasterStockState"] = "증거금100%|거래정지|관리종목"
    archive.control.results["GetMasterConstruction"] = "투자경고"
    archive.history.request(["069500"], 0)
    archive.reply([])
    instrument = archive.loaded[0].instrument
    assert (instrument.name, instrument.board) == ("KODEX 200", "ETF")
    assert (instrument.grid, instrument.is_taxed) == (KRX_ETF, False)
    assert instrument.previous_close == 71500
    assert instrument.listed_shares == 5969782550
    assert instrument.is_halted
    assert instrument.warnings == ("관리종목", "투자경고")


def day(date, close):
    return {"일자": date, "현재가": str(close), "시가": "1", "고가": "1", "저가": "1"}


def test_a_base_price_that_is_not_the_last_close_is_told(archive):
    archive.history.request(["005930"], 0)
    archive.reply([])
    archive.reply([day("20261120", 70000), day("20261119", 143000)], tr="opt10081")
    assert "71,500 won differs from the last close of 143,000 won" in archive.notes[0]


def test_a_base_price_that_is_the_last_close_is_no_news(archive):
    archive.history.request(["005930"], 0)
    archive.reply([day("20261119", 71500)], tr="opt10081")
    archive.reply([])
    assert archive.notes == []


def test_without_a_base_price_the_last_close_takes_its_place(archive):
    archive.control.results["GetMasterLastPrice"] = "0"
    archive.history.request(["005930"], 0)
    archive.reply([day("20261120", 72000), day("20261119", 71000)], tr="opt10081")
    archive.reply([])
    assert archive.loaded[0].instrument.previous_close == 71000


def test_what_failed_is_tried_again_and_told_once(archive):
    archive.history.request(["005930"], 1)
    archive.later(20)  # twice asked, twice no answer
    assert len(archive.loaded) == 1
    assert "005930" in archive.loaded[0].error.ko
    archive.later(40)
    assert len(archive.loaded) == 1
    archive.later(30)
    archive.reply([*minutes(1, FRIDAY_NOON - timedelta(minutes=1)), *minutes(1, THURSDAY)])
    assert [bool(loaded.error) for loaded in archive.loaded] == [True, False]
    assert len(archive.loaded[-1].bars) == 2
    archive.later(3600)
    assert len(archive.loaded) == 2
