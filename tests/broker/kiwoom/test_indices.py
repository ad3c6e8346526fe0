"""KOSPI and KOSDAQ (업종지수): from the venue through the emulated control, and in odd texts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.kiwoom import fids, parse
from broker.kiwoom.emulator.index_tapes import IndexTapes
from broker.kiwoom.emulator.real_types import registrations
from broker.kiwoom.emulator.texts import real_fids
from core.domain.errors import DataError
from core.domain.messages import ConnectionChanged, IndexMoved, Noted, Severity
from tests.broker.kiwoom.adapter_rig import Terminal
from tests.broker.kiwoom.order_rig import reader
from tests.broker.kiwoom.test_realtime_screens import Ear
from tests.builders import at
from tests.core.simulation.sim_builders import a_session, synthetic

NOW = at(10, 15, 20)
TOLD = {20: "101520", 10: "-3989.12", 11: "-22.45", 12: "-0.56"}


def test_what_comes_through_kiwoom_is_what_the_venue_said() -> None:
    terminal = Terminal()
    terminal.log_in()
    terminal.run_to(terminal.session.open + timedelta(minutes=10))
    straight = synthetic(session=a_session())
    straight.run_to(terminal.clock.now() + timedelta(milliseconds=1))

    assert terminal.got(IndexMoved) == straight.got(IndexMoved)
    assert len(terminal.got(IndexMoved)) == 2 * 61


def test_without_a_registration_nothing_is_told() -> None:
    terminal = Terminal()
    terminal.log_in()
    terminal.control.dynamicCall("SetRealRemove(QString, QString)", "3902", "ALL")
    terminal.run_to(terminal.session.open + timedelta(minutes=1))
    assert not terminal.got(IndexMoved)
    assert ConnectionChanged(False) not in terminal.posted


def test_an_event_has_the_fields_of_the_reference_with_the_days_range() -> None:
    tapes = IndexTapes()
    for value in (4_020.11, 4_001.0, 4_011.57):
        data = tapes.add(IndexMoved("KOSPI", NOW, value, 0.0))
    assert (data.code, data.type, tuple(data.values)) == ("001", "업종지수", real_fids("업종지수"))
    assert [data.values[fid] for fid in (20, 10, 11, 12, 16, 17, 18, 25)] == [
        "101520", "4011.57", "0.00", "0.00", "+4020.11", "+4020.11", "-4001.00", "3",
    ]  # fmt: skip
    assert tapes.add(IndexMoved("KOSDAQ", NOW, 888.88, 0.0)).values[12] == "-1.00"


def test_a_sectors_code_brings_its_index_and_nothing_of_a_stock() -> None:
    assert registrations("001", (10, 41, 9068)) == {("001", "업종지수")}
    assert registrations("001", (41,)) == frozenset()
    assert ("005930", "업종지수") not in registrations("005930", (10,))


@pytest.mark.parametrize(
    ("text", "pct", "value", "change"),
    [
        ("-3989.12", "-0.56", 3989.12, -0.56),
        (" +4020.11 ", "+0.21", 4020.11, 0.21),
        ("4011.57", "0.00", 4011.57, 0.0),
        ("4011.57", "  ", 4011.57, None),
    ],
)
def test_a_sign_before_the_value_is_its_direction_only(
    text: str, pct: str, value: float, change: float | None
) -> None:
    read = reader(TOLD | {fids.PRICE: text, fids.CHANGE_PCT: pct})
    assert parse.index("KOSPI", read, NOW) == IndexMoved("KOSPI", NOW, value, change)


@pytest.mark.parametrize("text", ["", "-", "0.00", "   "])
def test_an_index_without_a_value_is_not_told(text: str) -> None:
    assert parse.index("KOSPI", reader(TOLD | {fids.PRICE: text}), NOW) is None


@pytest.mark.parametrize(
    ("fid", "text"), [(10, "사천"), (10, "nan"), (12, "inf"), (20, "251000"), (20, "장마감")]
)
def test_a_text_that_cant_be_read_is_named(fid: int, text: str) -> None:
    with pytest.raises(DataError, match=f"KOSPI: FID {fid} .*{text}"):
        parse.index("KOSPI", reader(TOLD | {fid: text}), NOW)


def test_bad_texts_are_counted_and_told_once() -> None:
    ear = Ear()
    for _ in range(3):
        ear.control.real("001", "업종지수", TOLD | {10: "??"})
    assert ear.realtime.unreadable["업종지수"] == 3
    assert [type(message) for message in ear.posted] == [Noted]
    ear.control.real("001", "업종지수", TOLD)
    assert isinstance(ear.posted[-1], IndexMoved)


def test_they_are_registered_on_a_screen_of_their_own_and_other_sectors_are_left_out() -> None:
    ear = Ear()
    assert ear.control.last("SetRealReg") == ("3902", "001;101", "20;10;12", "0")
    ear.control.real("201", "업종지수", TOLD)
    assert ear.posted == []


def test_a_refused_registration_costs_the_indices_only() -> None:
    ear = Ear()
    ear.realtime.hold()
    ear.control.results["SetRealReg"] = lambda screen, *_: -200 if screen == "3902" else 0
    ear.realtime.open()
    (noted,) = ear.posted
    assert noted.severity is Severity.WARNING
    assert "-200" in noted.text.en and "KOSDAQ" in noted.text.ko
