"""Rounds of account requests: whole, merged, repeated when something moved, retried when not."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from broker.kiwoom.accounts import Accounts
from broker.kiwoom.notes import Notes
from broker.kiwoom.tr_queue import TrQueue
from broker.kiwoom.watch import Alarms
from core.domain.messages import AccountReported, Holding, Noted
from core.domain.order import BrokerOrderId, Order, OrderId, OrderIntent, OrderStatus, Reason, Side
from tests.broker.kiwoom.fake_control import ACCOUNT, FakeControl

DEPOSIT = {"d+2추정예수금": "000000009871234", "주문가능금액": "000000008000000"}
HELD = {
    "종목번호": "A005930",
    "보유수량": "000000000000003",
    "매매가능수량": "000000000000002",
    "매입가": "000000000071666",
    "매입금액": "000000000215000",
}
ROUND = ["opw00001", "opw00018", "opt10075", "opt10076"]
"""The first round after a login."""
ROWS = {"opw00018": [HELD], "opt10075": [], "opt10076": []}


EXECUTED = {
    "주문번호": "0000012",
    "종목명": "삼성전자",
    "주문구분": "+매수",
    "주문가격": "0",
    "주문수량": "5",
    "체결가": "71500",
    "미체결수량": "0",
    "당일매매수수료": "80",
    "당일매매세금": "0",
    "주문상태": "체결",
    "매매구분": "시장가",
    "원주문번호": "0000000",
    "주문시간": "100000",
    "종목코드": "005930",
}


def a_working_order(number):
    now = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Seoul"))
    intent = OrderIntent("005930", Side.BUY, 5, Reason.SIGNAL, now, 71_500)
    return Order(OrderId("o-1"), intent, OrderStatus.ACCEPTED, BrokerOrderId(number))


class Books:
    """Orders as far as a round needs them."""

    def __init__(self):
        self.working, self.recovered, self.held = (), [], []
        self.day_orders = ()

    def recover(self, rows):
        self.recovered.append(rows)

    def hold(self, held, unread=()):
        self.held.append(dict(held))


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

    def finish_round(self, rows=ROWS):
        told = len(self.told)
        while len(self.told) == told:
            self.pass_time(1)
            self.answer(rows.get(self.asked[-1], []))

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
    assert office.asked == ROUND
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
    office.finish_round()
    assert [held.symbol for held in office.told[0].holdings] == ["005930", "000660"]


def test_shares_bought_with_cash_and_on_credit_are_one_holding(office):
    office.open()
    (row,) = ROWS["opw00018"]
    on_credit = {**row, "신용구분": "03", "보유수량": "1", "매매가능수량": "1", "매입금액": "73000"}
    office.finish_round({"opw00018": [row, on_credit]})
    (report,) = office.told
    assert report.holdings == (Holding("005930", 4, 72_000, 3),)
    assert office.books.held == [{"005930": 4}]


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
    office.finish_round()
    assert [report.request_id for report in office.told] == [""]
    office.finish_round()
    assert [report.request_id for report in office.told] == ["", "late"]


def test_a_round_in_which_an_order_moved_is_asked_again(office):
    office.open()
    office.answer()
    office.accounts.note_change()
    for _ in ROUND[1:]:
        office.answer()
    assert office.told == []
    office.finish_round()
    assert len(office.told) == 1
    assert office.asked == ROUND * 2


def test_who_asks_every_second_for_hours_is_answered_at_once_and_never_left_blind(office):
    office.open()
    office.finish_round()
    begun = office.clock.now()
    while office.clock.now() - begun < timedelta(hours=2):
        answered = len(office.asked)
        office.accounts.request(f"{office.clock.now():%H%M%S}")
        office.pass_time(1)
        while answered < len(office.asked):
            answered = len(office.asked)
            office.answer()
    times = sorted({report.time for report in office.told})
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert max(pauses[:100]) <= timedelta(seconds=6)
    assert max(pauses) <= timedelta(seconds=125)


def test_an_account_that_never_rests_is_told_after_three_rounds(office):
    office.open()
    for _ in range(3 * len(ROUND)):
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


def test_orders_that_cannot_be_read_make_no_half_account(office):
    office.open()
    office.answer()
    office.answer()
    office.answer([{**EXECUTED, "주문수량": "다섯", "시간": "100000"}])
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


def test_executions_are_asked_for_after_the_login_and_where_an_order_is_not_listed(office):
    office.open()
    office.finish_round()
    office.accounts.request("quiet")
    office.finish_round()
    assert office.asked[4:] == ROUND[:3]
    office.books.working = (a_working_order("0000012"),)
    office.accounts.request("missing")
    office.finish_round()
    assert office.asked[7:] == ROUND


def test_an_order_that_only_the_executions_know_is_recovered_from_them(office):
    office.open()
    for _ in ROUND[:3]:
        office.answer()
    office.answer([{**EXECUTED, "체결량": "3"}, {**EXECUTED, "체결가": "71600", "체결량": "2"}])
    ((row,),) = office.books.recovered
    assert (row["주문번호"], row["체결량"]) == ("0000012", 5)
    assert row["체결누계금액"] == 3 * 71_500 + 2 * 71_600
    assert (row["당일매매수수료"], row["당일매매세금"]) == (160, 0)


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
    office.finish_round()
    average = office.told[0].holdings[0].average_price
    assert average == 71500
    assert isinstance(average, int)


def test_a_fault_in_our_own_books_leaves_nobody_without_an_answer(office):
    office.open()
    for _ in ROUND[1:]:
        office.answer()
    office.books.recover = lambda rows: 1 / 0
    with pytest.raises(ZeroDivisionError):
        office.answer()
    del office.books.recover
    office.pass_time(5)
    office.finish_round()
    assert len(office.told) == 1


def test_the_days_orders_are_told_after_a_login_and_on_request(office):
    office.books.day_orders = ("an order",)
    office.open()
    office.finish_round()
    office.accounts.request("routine")
    office.finish_round()
    office.accounts.request("day-1")
    office.finish_round()
    assert [report.day_orders for report in office.told] == [("an order",), None, ("an order",)]


def with_holdings(office, *rows):
    office.open()
    office.finish_round(ROWS | {"opw00018": list(rows)})
    return office.told[-1]


BROKEN = HELD | {"종목번호": "A000660", "종목명": "SK하이닉스", "보유수량": "셋"}


def test_a_row_that_cant_be_read_costs_its_own_symbol_only(office):
    report = with_holdings(office, HELD, BROKEN)
    assert [held.symbol for held in report.holdings] == ["005930"]
    assert report.unreadable == ("000660",)
    assert office.books.recovered == [()]
    noted = next(each for each in office.posted if isinstance(each, Noted))
    assert "000660" in noted.text.ko and "000660" in noted.text.en


def test_what_could_not_be_read_is_asked_for_again_until_it_can(office):
    with_holdings(office, BROKEN)
    office.pass_time(5)
    office.finish_round(ROWS)
    assert office.told[-1].unreadable == ()
    assert [held.symbol for held in office.told[-1].holdings] == ["005930"]
    asked = len(office.control.asked)
    office.pass_time(60)
    assert len(office.control.asked) == asked


def test_a_row_that_lacks_what_it_can_do_without_is_used(office):
    report = with_holdings(office, HELD | {"매매가능수량": "??", "매입금액": "?"})
    assert report.holdings == (Holding("005930", 3, 71_666, 3),)
    assert report.unreadable == ()


def test_a_row_without_a_readable_code_is_told_as_such(office):
    report = with_holdings(office, HELD, HELD | {"종목번호": "", "보유수량": "x"})
    assert report.unreadable == ("",)
