"""The events of the emulated control: arguments, order, threads, re-entrancy, exceptions."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from broker.kiwoom.emulator.packets import Answer, ChejanData, Connected, Packet, RealData, Said
from tests.broker.kiwoom.emulated_rig import Rig

TICK = RealData("005930", "주식체결", {20: "093000", 10: "-71400", 15: "+3"})
BUY_TR = "KOA_NORMAL_BUY_KP_ORD"


def test_arguments_are_those_of_the_reference() -> None:
    rig = Rig()
    rig.register("005930")
    rig.say(
        Said("3000", "매수", BUY_TR, "[100000] 모의투자 매수주문완료"),
        Answer("3000", "매수", BUY_TR, "", {"주문번호": "0163911"}),
        ChejanData("0", {9201: "8012345611", 9203: "0163911"}),
        TICK,
        Connected(-106),
    )
    assert rig.events == [
        ("OnReceiveMsg", "3000", "매수", BUY_TR, "[100000] 모의투자 매수주문완료"),
        ("OnReceiveTrData", "3000", "매수", BUY_TR, "", "", 0, "", "", ""),
        ("OnReceiveChejanData", "0", 2, "9201;9203"),
        ("OnReceiveRealData", "005930", "주식체결", "093000\t-71400\t+3"),
        ("OnEventConnect", -106),
    ]


def test_nothing_happens_before_the_owner_comes_to_it() -> None:
    rig = Rig()
    rig.control.deliver(Said("", "", "", "공지"))
    rig.call("GetConnectState()")
    assert rig.events == []
    rig.run()
    assert rig.names() == ["OnReceiveMsg"]


def test_packets_of_another_thread_come_in_order_on_the_owners() -> None:
    rig = Rig()
    heard: list[tuple[str, int]] = []
    rig.control.OnReceiveMsg.connect(lambda screen: heard.append((screen, threading.get_ident())))
    screens = [f"{number:04d}" for number in range(500)]
    servers = threading.Thread(
        target=lambda: [rig.control.deliver(Said(screen, "", "", "")) for screen in screens]
    )
    servers.start()
    servers.join()
    rig.run()
    assert heard == [(screen, threading.get_ident()) for screen in screens]


def test_an_event_posted_to_the_wrong_thread_is_refused() -> None:
    rig = Rig()
    rig.control.deliver(Said("", "", "", ""))
    caught: list[Exception] = []

    def run() -> None:
        try:
            rig.run()
        except RuntimeError as error:
            caught.append(error)

    stranger = threading.Thread(target=run)
    stranger.start()
    stranger.join()
    assert "a posted event" in str(caught[0])
    assert rig.events == []


def test_a_slot_may_take_fewer_arguments() -> None:
    rig = Rig()
    heard: list[Any] = []

    class Listener:
        def on_tr(self, screen: str, name: str) -> None:
            heard.append((screen, name))

    rig.control.OnReceiveTrData.connect(Listener().on_tr)
    rig.control.OnReceiveTrData.connect(lambda: heard.append("none"))
    rig.control.OnReceiveTrData.connect(lambda *every: heard.append(len(every)))
    rig.say(Answer("1000", "기본", "opt10001", ""))
    assert heard == [("1000", "기본"), "none", 9]


def test_an_exception_in_a_handler_leaves_the_later_events_alone() -> None:
    rig = Rig()

    def fail(screen: str) -> None:
        if screen == "0001":
            raise ZeroDivisionError

    rig.control.OnReceiveMsg.connect(fail)
    for screen in ("0001", "0002"):
        rig.control.deliver(Said(screen, "", "", ""))
    with pytest.raises(ZeroDivisionError):
        rig.run()
    rig.run()
    assert [event[1] for event in rig.events] == ["0001", "0002"]


def test_after_an_exception_nothing_of_its_event_can_be_read() -> None:
    rig = Rig()

    def fail() -> None:
        raise ZeroDivisionError

    rig.control.OnReceiveTrData.connect(fail)
    rig.control.deliver(Answer("1000", "기본", "opt10001", "", {"종목명": "삼성전자"}))
    with pytest.raises(ZeroDivisionError):
        rig.run()
    assert rig.call("GetCommData(QString,QString,int,QString)", "opt10001", "", 0, "종목명") == ""


class TestDeliveryInsideCalls:
    """The switch that lets waiting events in before a call returns."""

    def test_an_event_comes_before_the_call_returns(self) -> None:
        rig = Rig(delivers_inside_calls=True)
        rig.control.deliver(Said("", "", "", "공지"))
        assert rig.query() == 0
        assert rig.names() == ["OnReceiveMsg"]
        rig.run()
        assert rig.names() == ["OnReceiveMsg"]

    def test_readers_let_nothing_in(self) -> None:
        rig = Rig(delivers_inside_calls=True)
        rig.control.deliver(Said("", "", "", "공지"))
        rig.call("GetChejanData(int)", 9203)
        assert rig.events == []

    def test_a_nested_event_hides_the_data_of_the_outer_one_while_it_runs(self) -> None:
        rig = Rig(delivers_inside_calls=True)
        read: list[str] = []

        def name() -> str:
            signature = "GetCommData(QString,QString,int,QString)"
            return str(rig.call(signature, "opt10001", "기본", 0, "종목명"))

        def on_tr() -> None:
            read.append(name())
            rig.query(screen="1001")
            read.append(name())

        def on_chejan() -> None:
            read.append(name())
            read.append(rig.call("GetChejanData(int)", 9203))

        rig.control.OnReceiveTrData.connect(on_tr)
        rig.control.OnReceiveChejanData.connect(on_chejan)
        rig.control.deliver(Answer("1000", "기본", "opt10001", "", {"종목명": "삼성전자"}))
        rig.control.deliver(ChejanData("0", {9203: "0163911"}))
        rig.run()
        assert read == ["삼성전자", "", "0163911", "삼성전자"]

    def test_every_packet_comes_once_and_in_order(self) -> None:
        rig = Rig(delivers_inside_calls=True)
        rig.control.OnReceiveMsg.connect(lambda: rig.register("005930"))
        screens = [f"{number:04d}" for number in range(1, 51)]
        for screen in screens:
            rig.control.deliver(Said(screen, "", "", ""))
        rig.run()
        assert sorted(event[1] for event in rig.events) == screens


class TestLostLine:
    """OnEventConnect(-106)."""

    PACKETS: tuple[Packet, ...] = (
        TICK,
        Answer("1000", "기본", "opt10001", "", ticket=1),
        Said("3000", "매수", BUY_TR, ""),
        ChejanData("0", {9203: "1"}),
    )

    def test_what_was_under_way_is_lost(self) -> None:
        rig = Rig()
        rig.register("005930")
        rig.query()
        rig.say(Connected(-106), *self.PACKETS)
        assert rig.events == [("OnEventConnect", -106)]
        assert rig.call("GetConnectState()") == 0

    def test_registrations_and_requests_do_not_come_back_with_the_next_login(self) -> None:
        rig = Rig()
        rig.register("005930")
        rig.query()
        rig.say(Connected(-106))
        rig.log_in()
        rig.events.clear()
        rig.say(*self.PACKETS)
        assert rig.names() == ["OnReceiveMsg", "OnReceiveChejanData"]
        rig.register("005930")
        assert ("005930", "주식체결") in rig.wanted
        rig.say(TICK)
        assert rig.names()[-1] == "OnReceiveRealData"

    def test_calls_fail_until_then(self) -> None:
        rig = Rig()
        rig.say(Connected(-106))
        assert (rig.query(), rig.order(), rig.register("005930")) == (-101, -101, -101)
        assert rig.call("GetLoginInfo(QString)", "ACCNO") == ""
        assert rig.sent == []

    def test_the_screens_are_free_again(self) -> None:
        rig = Rig()
        for number in range(1, 201):
            assert rig.register("005930", screen=f"{number:04d}") == 0
        rig.say(Connected(-106))
        rig.log_in()
        assert rig.register("005930", screen="0201") == 0
