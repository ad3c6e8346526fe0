"""Rounds of account requests: whole, merged, repeated when something moved, retried when not."""

from datetime import timedelta

import pytest

from broker.kiwoom.accounts import Accounts
from broker.kiwoom.notes import Notes
from broker.kiwoom.tr_queue import TrQueue
from broker.kiwoom.watch import Alarms
from core.domain.messages import AccountReported, Holding, Noted
from tests.broker.kiwoom.fake_control import ACCOUNT, FakeControl

DEPOSIT = {"d+2추정예수금": "000000009871234", "주문가능금액": "000000008000000"}
HELD = {
    "종목번호": "A005930",
    "보유수량": "000000000000003",
    "매매가능수량": "000000000000002",
    "매입가": "000000000071666",
    "매입금액": "000000000215000",
}
ROWS = {"opw00018": [HELD], "opt10075": []}


class Books:
    """Orders as far as a round needs them."""

    def __init__(self):
        self.working, self.recovered, self.held = (), [], []

    def recover(self, rows):
        self.recovered.append(rows)

    def hold(self, sellable):
        self.held.append(dict(sellable))


class Office:
    def __init__(self):
        self.control, self.alarms, self.posted = FakeControl(), Alarms(), []
        self.clock, self.books, self.reports = self.control.clock, Books(), 0
        notes = Notes(self.posted.append, self.clock)
        self.queue = TrQueue(self.control, self.clock, self.alarms, notes, "quick", 10)
        post = self.posted.append
        self.accounts = Accounts(self.queue, self.alarms, self.clock, post, notes, self._told)
        self.control.OnReceiveTrData.connect(
            lambda screen, name, tr, record, more, *_: self.queue.on_answer(name, more)
        )
        self.queue.open()

    def _told(self):
        self.reports += 1

    def open(self):
        self.accounts.open(ACCOUNT, self.books)

    def answer(self, rows=None, single=DEPOSIT, has_more=False):
        asked = self.control.asked[-1]
        rows = ROWS.get(asked.tr, []) if rows is None else rows
        self.control.reply(asked, rows, single if asked.tr == "opw00001" else {}, has_more)

    def finish_round(self):
        for _ in range(3):
            self.pass_time(1)
            self.answer()

    def pass_time(self, seconds):
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.alarms.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.alarms.on_time(due)
        self.clock.move_to(until)

    @property
    def told(self):
        return [message for message in self.posted if isinstance(message, AccountReported)]

    @property
    def asked(self):
        return [asked.tr for asked in self.control.asked]


@pytest.fixture
def office():
    return Office()


def test_one_report_tells_what_three_requests_found(office):
    office.open()
    office.finish_round()
    assert office.asked == ["opw00001", "opw00018", "opt10075"]
    (report,) = office.told
    assert (report.cash, report.available) == (9871234, 8000000)
    assert report.holdings == (Holding("005930", 3, 215000 / 3, 2),)
    assert office.books.held == [{"005930": 3}]
    assert office.books.recovered == [()]
    assert office.reports == 1
    assert office.control.asked[0].inputs["계좌번호"] == ACCOUNT


def test_holdings_of_all_pages_are_told(office):
    office.open()
    office.answer()
    office.answer(has_more=True)
    office.answer([{**HELD, "종목번호": "A000660"}])
    office.answer()
    assert [held.symbol for held in office.told[0].holdings] == ["005930", "000660"]


def test_requests_before_the_login_are_answered_by_its_round(office):
    office.accounts.request("start")
    office.accounts.request("flatten")
    assert office.asked == []
    office.open()
    office.finish_round()
    assert [report.request_id for report in office.told] == ["start", "flatten"]


def test_a_request_amid_a_round_waits_for_the_next_one(office):
    office.open()
    office.answer()
    office.accounts.request("late")
    office.answer()
    office.answer()
    assert [report.request_id for report in office.told] == [""]
    office.finish_round()
    assert [report.request_id for report in office.told] == ["", "late"]


def test_a_round_in_which_an_order_moved_is_asked_again(office):
    office.open()
    office.answer()
    office.accounts.note_change()
    office.answer()
    office.answer()
    assert office.told == []
    office.finish_round()
    assert len(office.told) == 1
    assert office.asked == ["opw00001", "opw00018", "opt10075"] * 2


def test_an_account_that_never_rests_is_told_after_three_rounds(office):
    office.open()
    for _ in range(9):
        office.accounts.note_change()
        office.pass_time(1)
        office.answer()
    assert len(office.told) == 1


def test_without_a_password_nothing_is_told_and_it_is_retried_slowly(office):
    office.open()
    office.control.say(office.control.asked[-1], "[00Z310] 계좌비밀번호를 확인하십시오")
    office.pass_time(20)
    assert office.told == []
    assert "password" in office.posted[-1].text.en
    office.pass_time(5)
    assert office.asked == ["opw00001"] * 3
    office.finish_round()
    assert len(office.told) == 1


def test_rows_that_cannot_be_read_make_no_half_account(office):
    office.open()
    office.answer()
    office.answer([{**HELD, "보유수량": "세주"}])
    assert office.told == []
    assert isinstance(office.posted[-1], Noted)
    office.pass_time(5)
    office.finish_round()
    assert len(office.told) == 1


def test_a_deposit_without_its_cash_makes_no_account_of_nothing(office):
    office.open()
    office.answer(single={**DEPOSIT, "d+2추정예수금": "               "})
    office.answer()
    office.answer()
    assert office.reports == 0
    assert not [post for post in office.posted if isinstance(post, AccountReported)]
    (told,) = [post for post in office.posted if isinstance(post, Noted)]
    assert "d+2추정예수금" in told.text.en


def test_a_lost_line_drops_the_round_but_not_who_asked(office):
    office.open()
    office.accounts.request("me")
    office.answer()
    office.accounts.hold()
    office.queue.hold()
    office.answer()
    assert office.told == []
    office.queue.open()
    office.open()
    office.finish_round()
    assert [report.request_id for report in office.told] == ["", "me"]


def test_an_average_without_a_rest_is_whole_won(office):
    office.open()
    office.answer()
    office.answer([{**HELD, "보유수량": "2", "매입금액": "143000"}])
    office.answer()
    average = office.told[0].holdings[0].average_price
    assert average == 71500
    assert isinstance(average, int)


def test_a_fault_in_our_own_books_leaves_nobody_without_an_answer(office):
    office.open()
    office.answer()
    office.answer()
    office.books.recover = lambda rows: 1 / 0
    with pytest.raises(ZeroDivisionError):
        office.answer()
    del office.books.recover
    office.pass_time(5)
    office.finish_round()
    assert len(office.told) == 1
