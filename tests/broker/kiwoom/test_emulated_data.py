"""What can be read inside a handler of the emulated control, and what outside of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.emulator.packets import Answer, ChejanData, Packet, RealData
from tests.broker.kiwoom.emulated_rig import Rig

CHART = Answer(
    "1000",
    "일봉",
    "opt10081",
    "2",
    {"종목코드": "005930".ljust(20)},
    ("종목코드", "현재가", "거래량"),
    (("", "-71500", "1234"), ("", "+72000", "99")),
    records=("주식일봉차트", "주식일봉차트조회"),
)
CELL = "GetCommData(QString,QString,int,QString)"


def read_inside(rig: Rig, packet: Packet, *reads: Callable[[], Any]) -> list[Any]:
    """Return what the reads give inside the handler of the packet's event."""
    found: list[Any] = []
    events = {Answer: "OnReceiveTrData", RealData: "OnReceiveRealData"}
    event = getattr(rig.control, events.get(type(packet), "OnReceiveChejanData"))
    event.connect(lambda: found.extend(read() for read in reads))
    rig.say(packet)
    return found


@pytest.mark.parametrize("record", ["일봉", "주식일봉차트조회", "주식일봉차트", ""])
def test_request_name_record_name_and_nothing_all_read_the_answer(record: str) -> None:
    rig = Rig()
    found = read_inside(
        rig,
        CHART,
        lambda: rig.call("GetRepeatCnt(QString,QString)", "opt10081", record),
        lambda: rig.call(CELL, "opt10081", record, 1, "현재가"),
        lambda: rig.call("GetCommDataEx(QString,QString)", "opt10081", record),
    )
    assert found == [2, "+72000", [["", "-71500", "1234"], ["", "+72000", "99"]]]


@pytest.mark.parametrize(
    ("tr", "record", "index", "item"),
    [
        ("opt10080", "일봉", 0, "현재가"),
        ("opt10081", "분봉", 0, "현재가"),
        ("opt10081", "일봉", 2, "현재가"),
        ("opt10081", "일봉", -1, "현재가"),
        ("opt10081", "일봉", 0, "없는항목"),
    ],
)
def test_what_is_not_there_reads_as_nothing(tr: str, record: str, index: int, item: str) -> None:
    rig = Rig()
    assert read_inside(rig, CHART, lambda: rig.call(CELL, tr, record, index, item)) == [""]


def test_an_item_of_both_records_reads_from_the_single_one_in_the_first_row() -> None:
    rig = Rig()
    found = read_inside(
        rig,
        CHART,
        lambda: rig.call(CELL, "opt10081", "일봉", 0, "종목코드"),
        lambda: rig.call(CELL, "opt10081", "일봉", 1, "종목코드"),
    )
    assert found == ["005930".ljust(20), ""]


def test_an_answer_without_rows_has_no_table() -> None:
    rig = Rig()
    single = Answer("1000", "기본", "opt10001", "", {"종목명": "삼성전자"})
    found = read_inside(
        rig,
        single,
        lambda: rig.call("GetRepeatCnt(QString,QString)", "opt10001", "기본"),
        lambda: rig.call("GetCommDataEx(QString,QString)", "opt10001", "기본"),
        lambda: rig.call(CELL, "opt10001", "기본", 0, "종목명"),
    )
    assert found == [0, None, "삼성전자"]


def test_real_data_read_for_the_code_of_the_event_only() -> None:
    rig = Rig()
    rig.register("005930")
    found = read_inside(
        rig,
        RealData("005930", "주식체결", {10: " -71400"}),
        lambda: rig.call("GetCommRealData(QString,int)", "005930", 10),
        lambda: rig.call("GetCommRealData(QString,int)", "005930", "10"),
        lambda: rig.call("GetCommRealData(QString,int)", "000660", 10),
        lambda: rig.call("GetCommRealData(QString,int)", "005930", 41),
        lambda: rig.call("GetChejanData(int)", 10),
    )
    assert found == [" -71400", " -71400", "", "", ""]


@given(
    st.sampled_from([CHART, RealData("005930", "주식체결", {10: "1"}), ChejanData("0", {10: "1"})])
)
def test_nothing_can_be_read_after_the_handler(packet: Packet) -> None:
    rig = Rig()
    rig.register("005930")
    rig.say(packet)
    assert len(rig.events) == 1
    assert rig.call(CELL, "opt10081", "", 0, "현재가") == ""
    assert rig.call("GetRepeatCnt(QString,QString)", "opt10081", "") == 0
    assert rig.call("GetCommDataEx(QString,QString)", "opt10081", "") is None
    assert rig.call("GetCommRealData(QString,int)", "005930", 10) == ""
    assert rig.call("GetChejanData(int)", 10) == ""
