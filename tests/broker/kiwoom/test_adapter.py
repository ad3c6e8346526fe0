"""The whole adapter on a scripted control: what it asks for, when it says that it is connected."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from broker.kiwoom.openapi import KiwoomOpenApi
from broker.kiwoom.options import KiwoomOptions
from core.domain.market import Tick
from core.domain.messages import (
    AccountReported,
    BrokerIdentified,
    Condition,
    ConditionsListed,
    ConnectionChanged,
    HistoryLoaded,
    Noted,
    RequestBudget,
    Severity,
)
from core.domain.order import (
    AmendRejected,
    CancelRejected,
    OrderAccepted,
    OrderExpired,
    OrderKind,
    OrderRejected,
    Side,
)
from tests.broker.kiwoom.fake_control import ACCOUNT, Asked, FakeControl, minutes
from tests.core.simulation.sim_builders import an_order

ANSWERS = {
    "opw00001": {"single": {"d+2추정예수금": "10000000", "주문가능금액": "10000000"}},
}


class Seat:
    """An adapter on a scripted control."""

    def __init__(self, server_name="", **options):
        self.control, self.posted, self.calls = FakeControl(), [], []
        self.clock = self.control.clock
        is_feed_only = options.pop("is_feed_only", False)
        self.api = KiwoomOpenApi(
            self.control,
            self.posted.append,
            self.clock,
            self._call,
            KiwoomOptions(**options),
            server_name,
            is_feed_only,
        )
        self._answered = 0

    def _call(self, action):
        self.calls.append(action)
        action()

    def log_in(self):
        self.api.connect()
        self.control.log_in()
        self.answer_account()

    def answer_account(self):
        """Answer account requests as they leave, until there is none left."""
        for _ in range(20):
            new = self.control.asked[self._answered :]
            self._answered = len(self.control.asked)
            for asked in new:
                if asked.inputs.get("계좌번호") == ACCOUNT:
                    self.control.reply(asked, **ANSWERS.get(asked.tr, {}))
            if len(self.control.asked) == self._answered:
                self.pass_time(0.3)

    def pass_time(self, seconds):
        until = self.clock.now() + timedelta(seconds=seconds)
        while (due := self.api.next_time()) is not None and due <= until:
            self.clock.move_to(due)
            self.api.on_time(due)
        self.clock.move_to(until)

    def got(self, kind):
        return [message for message in self.posted if isinstance(message, kind)]

    @property
    def connections(self):
        return [message.is_connected for message in self.got(ConnectionChanged)]

    def as_real(self):
        self.control.results["GetLoginInfo"] = lambda tag: f"{ACCOUNT};" if tag == "ACCNO" else ""
        return self


@pytest.fixture
def seat():
    return Seat()


def test_it_is_connected_once_the_account_was_read(seat):
    seat.api.request_account("start")
    seat.api.connect()
    assert seat.got(ConnectionChanged) == []
    seat.control.log_in()
    assert seat.got(BrokerIdentified) == [BrokerIdentified("mock", "80******11", False)]
    assert seat.connections == []
    seat.answer_account()
    assert seat.connections == [True]
    assert [report.request_id for report in seat.got(AccountReported)] == ["start"]
    kinds = [type(message) for message in seat.posted]
    assert kinds.index(AccountReported) < kinds.index(ConnectionChanged)


def test_nothing_shows_the_account_number(seat):
    seat.log_in()
    assert ACCOUNT not in repr(seat.posted)


def test_ports_called_before_the_login_are_served_after_it(seat):
    seat.api.request_history(["005930"], 0)
    seat.api.subscribe(["005930"])
    seat.api.request_conditions()
    seat.log_in()
    chart = next(asked for asked in seat.control.asked if asked.tr == "opt10080")
    seat.control.reply(chart, minutes(3, seat.clock.now() - timedelta(minutes=5)))
    seat.control.trade("005930")
    seat.control.OnReceiveConditionVer.emit(1, "")
    assert len(seat.got(HistoryLoaded)[0].bars) == 3
    assert len(seat.got(Tick)) == 1
    assert seat.got(ConditionsListed)[0].conditions[0] == Condition(0, "돌파")


def test_every_call_goes_to_the_controls_thread(seat):
    order = an_order()
    for call in (
        seat.api.connect,
        lambda: seat.api.submit(order),
        lambda: seat.api.cancel(order),
        lambda: seat.api.amend(order, 70000, 5),
        lambda: seat.api.request_account(""),
        lambda: seat.api.request_history([], 1),
        lambda: seat.api.subscribe([]),
        lambda: seat.api.unsubscribe([]),
        seat.api.request_conditions,
        lambda: seat.api.run_condition(Condition(0, "돌파"), False),
        lambda: seat.api.stop_condition(Condition(0, "돌파")),
        seat.api.close,
    ):
        before = len(seat.calls)
        call()
        assert len(seat.calls) == before + 1


def test_orders_before_the_login_are_refused_with_words(seat):
    order = an_order()
    seat.api.submit(order)
    seat.api.cancel(order)
    seat.api.amend(order, 70000, 5)
    for kind in (OrderRejected, CancelRejected, AmendRejected):
        (report,) = seat.got(kind)
        assert "접속되어 있지 않습니다" in report.note
    assert seat.control.count("SendOrder") == 0


def test_until_the_account_was_read_one_gets_out_but_not_in(seat):
    """Right after a login, or as long as the account can't be read."""
    seat.api.connect()
    seat.control.log_in()
    buy, sell = an_order(), an_order(Side.SELL, quantity=3)
    seat.api.submit(buy)
    assert "계좌를 아직" in seat.got(OrderRejected)[0].note
    seat.api.submit(sell)
    assert seat.control.last("SendOrder")[3:6] == (2, "005930", 3)
    seat.api.amend(sell, 70000, 2)
    assert "계좌를 아직" in seat.got(AmendRejected)[0].note
    seat.api.cancel(sell)
    assert seat.got(CancelRejected) == []


def test_an_order_leaves_at_once_when_connected(seat):
    seat.log_in()
    seat.api.submit(an_order(quantity=10))
    sent = seat.control.last("SendOrder")
    assert sent[2:] == (ACCOUNT, 1, "005930", 10, 0, "03", "")


def test_on_a_real_account_buys_wait_for_the_confirmation():
    seat = Seat().as_real()
    seat.log_in()
    assert seat.got(BrokerIdentified)[-1] == BrokerIdentified("real", "80******11", True)
    seat.api.submit(an_order())
    assert "뒷자리" in seat.got(OrderRejected)[0].note
    assert seat.control.count("SendOrder") == 0
    assert not seat.api.confirm_account("0000")
    assert not seat.api.confirm_account(ACCOUNT)
    assert seat.api.confirm_account(ACCOUNT[-4:])
    assert seat.got(BrokerIdentified)[-1] == BrokerIdentified("real", "80******11", False)
    seat.api.submit(an_order())
    assert seat.control.count("SendOrder") == 1


def test_on_a_real_account_sells_and_cancels_always_go():
    seat = Seat().as_real()
    seat.log_in()
    sell = an_order(Side.SELL)
    seat.api.submit(sell)
    seat.control.OnReceiveTrData.emit("x", "x", "opt10001", "", "", 0, "", "", "")
    assert seat.control.count("SendOrder") == 1
    seat.api.cancel(sell)
    assert seat.got(OrderRejected) == []


def test_a_confirmation_outlives_the_line():
    seat = Seat().as_real()
    seat.log_in()
    seat.api.confirm_account(ACCOUNT[-4:])
    seat.control.log_in(-106)
    seat.pass_time(5)
    seat.control.log_in()
    seat.answer_account()
    assert not seat.got(BrokerIdentified)[-1].needs_confirmation


def test_a_lost_line_is_told_and_all_is_restored_before_it_counts_as_connected(seat):
    seat.log_in()
    seat.api.subscribe(["005930"])
    seat.control.log_in(-106)
    assert seat.connections == [True, False]
    seat.api.submit(an_order())
    assert len(seat.got(OrderRejected)) == 1
    seat.pass_time(5)
    assert seat.control.count("CommConnect") == 2
    registered = seat.control.count("SetRealReg")
    seat.control.log_in()
    assert seat.control.count("SetRealReg") == registered + 3
    assert seat.connections == [True, False]
    seat.answer_account()
    assert seat.connections == [True, False, True]
    seat.api.submit(an_order())
    assert len(seat.got(OrderRejected)) == 1


def test_why_the_line_was_lost_is_told_in_both_languages(seat):
    seat.log_in()
    seat.control.log_in(-106)
    why = seat.got(ConnectionChanged)[-1].note
    assert ("통신연결 종료" in why.ko, "connection lost" in why.en) == (True, True)


def test_a_history_broken_off_by_a_lost_line_comes_whole_after_it(seat):
    seat.api.request_history(["005930"], 0)
    seat.log_in()
    charts = [asked for asked in seat.control.asked if asked.tr == "opt10080"]
    noon = seat.clock.now()
    seat.control.reply(charts[-1], minutes(3, noon - timedelta(minutes=9)), has_more=True)
    seat.control.log_in(-106)
    seat.pass_time(5)
    seat.control.log_in()
    seat.answer_account()
    charts = [asked for asked in seat.control.asked if asked.tr == "opt10080"]
    assert charts[-1].prev_next == 0
    seat.control.reply(charts[-1], minutes(5, noon - timedelta(minutes=7)))
    (history,) = seat.got(HistoryLoaded)
    assert len(history.bars) == 5


def test_a_dead_feed_stops_entries_until_data_come_again_and_the_account_was_read(seat):
    seat.log_in()
    seat.api.subscribe(["005930"])
    for _ in range(60):
        seat.control.trade("005930")
        seat.pass_time(1)
    seat.pass_time(70)
    assert seat.connections == [True, False]
    assert seat.control.count("SetRealRemove") == 1
    seat.api.submit(an_order(Side.SELL))
    assert seat.control.count("SendOrder") == 1
    seat.control.trade("005930")
    assert seat.connections == [True, False]
    seat.answer_account()
    assert seat.connections == [True, False, True]


def test_a_feed_that_stays_dead_is_logged_in_again(seat):
    seat.log_in()
    seat.api.subscribe(["005930"])
    for _ in range(60):
        seat.control.trade("005930")
        seat.pass_time(1)
    seat.pass_time(140)
    assert seat.control.count("CommConnect") == 2
    seat.control.log_in()
    seat.answer_account()
    assert seat.connections[-1] is False
    seat.control.trade("005930")
    seat.answer_account()
    assert seat.connections[-1] is True


def test_a_handler_that_raises_costs_its_own_event_only(seat):
    seat.log_in()
    seat.api.subscribe(["005930"])
    seat.control.results["GetCommRealData"] = lambda *_: 1 / 0
    seat.control.trade("005930")
    error = seat.got(Noted)[-1]
    assert error.severity is Severity.ERROR
    assert "ZeroDivisionError" in error.text.en
    del seat.control.results["GetCommRealData"]
    seat.control.trade("005930")
    assert len(seat.got(Tick)) == 1


def test_the_budget_is_told_as_it_changes_but_not_more_than_twice_a_second(seat):
    seat.log_in()
    told = []
    listen = lambda message: told.append((seat.clock.now(), message))  # noqa: E731
    seat.api.add_listener(listen)
    for _ in range(4):
        seat.api.submit(an_order())
        seat.pass_time(0.1)
    seat.pass_time(3)
    budgets = [(moment, each) for moment, each in told if isinstance(each, RequestBudget)]
    gaps = [later[0] - before[0] for before, later in pairwise(budgets)]
    assert min(gaps) >= timedelta(seconds=0.5)
    assert min(each.orders_left for _, each in budgets) == 1
    assert budgets[-1][1].orders_left == 5


def test_listeners_get_reports_but_no_history(seat):
    heard = []
    seat.api.add_listener(heard.append)
    seat.api.request_history(["999999"], 1)
    seat.log_in()
    assert any(isinstance(message, AccountReported) for message in heard)
    assert not any(isinstance(message, HistoryLoaded) for message in heard)
    seat.api.remove_listener(heard.append)


@pytest.mark.parametrize(
    ("kind", "letter", "expires"),
    [
        (OrderKind.LIMIT, "2", False),
        (OrderKind.LIMIT, "4", True),
        (OrderKind.AFTER_HOURS_CLOSE, "4", False),
        (OrderKind.AFTER_HOURS_CLOSE, "9", True),
    ],
)
def test_an_order_ends_with_its_session(kind, letter, expires):
    seat = Seat(server_name="emulated")
    seat.log_in()
    order = an_order(limit=70000)
    order = replace(order, intent=replace(order.intent, kind=kind))
    seat.api.submit(order)
    name, screen = seat.control.last("SendOrder")[:2]
    sent = Asked(name, "KOA_NORMAL_BUY_KP_ORD", 0, screen, {})
    seat.control.reply(sent, single={"주문번호": "0000123"})
    assert len(seat.got(OrderAccepted)) == 1
    seat.control.notice(letter)
    expired = [report.order_id for report in seat.got(OrderExpired)]
    assert expired == ([order.id] if expires else [])


def test_market_data_only_needs_no_account():
    seat = Seat(is_feed_only=True)
    seat.api.connect()
    seat.control.log_in()
    assert seat.connections == [True]
    assert all("계좌번호" not in asked.inputs for asked in seat.control.asked)
    seat.api.submit(an_order())
    assert "시세만" in seat.got(OrderRejected)[0].note


def test_the_account_window_is_kiwooms_own(seat):
    seat.api.show_account_window()
    assert seat.control.last("KOA_Functions") == ("ShowAccountWindow", "")
    assert seat.calls == []  # an order given meanwhile would wait there until it is closed


def test_after_closing_nothing_is_posted_and_nothing_waits(seat):
    seat.log_in()
    seat.api.subscribe(["005930"])
    seat.api.request_account("late")
    posted = len(seat.posted)
    seat.api.close()
    assert seat.control.last("SetRealRemove") == ("ALL", "ALL")
    seat.control.trade("005930")
    seat.control.log_in(-106)
    seat.api.connect()
    seat.pass_time(3600)
    assert len(seat.posted) == posted
    assert seat.api.next_time() is None
