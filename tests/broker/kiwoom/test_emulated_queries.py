"""TR requests of the emulated control."""

from __future__ import annotations

from dataclasses import replace

from broker.kiwoom.emulator.packets import Answer, Query
from tests.broker.kiwoom.emulated_rig import QUERY, Rig

INPUT = "SetInputValue(QString,QString)"
KW = "CommKwRqData(QString,int,int,int,QString,QString)"


def test_inputs_are_used_up_by_their_request() -> None:
    rig = Rig()
    rig.call(INPUT, "종목코드", "005930")
    rig.query()
    rig.query()
    assert [query.inputs for query in rig.queries] == [{"종목코드": "005930"}, {}]


def test_inputs_are_used_up_by_a_refused_request_too() -> None:
    rig = Rig()
    rig.call(INPUT, "종목코드", "005930")
    rig.query(screen="0000")
    rig.query()
    assert [query.inputs for query in rig.queries] == [{}]


def test_a_following_page_is_asked_for_with_two() -> None:
    rig = Rig()
    for prev_next in (0, 2):
        rig.call(QUERY, "분봉", "opt10080", prev_next, "1000")
    assert [query.is_next for query in rig.queries] == [False, True]


def test_a_watchlist_of_100_codes_is_one_request() -> None:
    rig = Rig()
    codes = ";".join(f"{number:06d}" for number in range(100))
    assert rig.call(KW, codes + ";", 0, 100, 0, "관심", "1000") == 0
    assert rig.queries == [
        Query("1000", "관심", "OPTKWFID", {"종목코드": codes}, is_next=False, ticket=1)
    ]


def test_a_watchlist_of_more_is_refused() -> None:
    rig = Rig()
    codes = ";".join(f"{number:06d}" for number in range(101))
    assert rig.call(KW, codes, 0, 101, 0, "관심", "1000") == -204
    assert rig.call(KW, "005930", 0, 2, 0, "관심", "1000") == -105
    assert rig.sent == []


def test_a_screen_disconnected_gets_no_answer_any_more() -> None:
    rig = Rig()
    rig.query(screen="1000")
    rig.query(screen="1001")
    rig.call("DisconnectRealData(QString)", "1000")
    answers = [Answer(each.screen, "", each.tr, "", ticket=each.ticket) for each in rig.queries]
    rig.say(*answers)
    assert [event[1] for event in rig.events] == ["1001"]


def test_an_answer_that_comes_twice_is_two_events() -> None:
    rig = Rig()
    rig.query()
    answer = Answer("1000", "기본", "opt10001", "", ticket=rig.queries[0].ticket)
    rig.say(answer, replace(answer))
    assert rig.names() == ["OnReceiveTrData"] * 2


def test_a_request_asked_again_after_a_disconnect_is_answered() -> None:
    rig = Rig()
    rig.query()
    rig.call("DisconnectRealData(QString)", "1000")
    rig.query()
    rig.say(*(Answer("1000", "기본", "opt10001", "", ticket=q.ticket) for q in rig.queries))
    assert rig.names() == ["OnReceiveTrData"]


def test_a_tr_that_kiwoom_does_not_have_is_refused() -> None:
    rig = Rig()
    assert rig.query("opt99999") == -202
    assert rig.sent == []


def test_or_it_is_sent_and_never_answered() -> None:
    rig = Rig(refuses_unknown_trs=False)
    assert rig.query("opt99999") == 0
    assert len(rig.sent) == 1


class TestPassword:
    """Account TRs without a registered account password."""

    def test_an_alert_shows_and_nothing_is_sent(self) -> None:
        rig = Rig(has_password=False)
        assert rig.query("opw00018") == 0
        assert len(rig.alerts) == 1
        assert rig.sent == []

    def test_other_trs_need_none(self) -> None:
        rig = Rig(has_password=False)
        assert rig.query("opt10075") == 0
        assert len(rig.sent) == 1

    def test_the_account_window_registers_it(self) -> None:
        rig = Rig(has_password=False)
        assert rig.call("KOA_Functions(QString,QString)", "ShowAccountWindow", "") == ""
        rig.query("opw00018")
        assert len(rig.sent) == 1

    def test_an_account_window_closed_without_it_does_not(self) -> None:
        rig = Rig(ask_password=lambda: False)
        rig.control.forget_password()
        rig.call("KOA_Functions(QString,QString)", "ShowAccountWindow", "")
        rig.query("opw00001")
        assert rig.sent == []
        assert rig.order() == -301
