"""Screens and real-time registration of the emulated control."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.kiwoom.emulator.packets import Answer, RealData
from broker.kiwoom.emulator.real_types import registrations
from tests.broker.kiwoom.emulated_rig import Rig

TRADES = {"주식체결", "주식예상체결", "주식시세"}
REMOVE = "SetRealRemove(QString,QString)"
DISCONNECT = "DisconnectRealData(QString)"

CODES = ("000660", "005930", "035720")
SCREENS = ("2000", "2001", "2002")


@pytest.mark.parametrize("screen", ["0000", "", "200", "20000", "abcd", "-001", "٢٠٠٠"])
def test_what_is_no_screen_number_is_refused(screen: str) -> None:
    rig = Rig()
    assert (rig.query(screen=screen), rig.register("005930", screen=screen)) == (-105, -105)
    assert rig.order(screen=screen) == -300
    assert rig.sent == []


def test_two_hundred_screens_are_all() -> None:
    rig = Rig()
    for number in range(1, 201):
        assert rig.register("005930", screen=f"{number:04d}") == 0
    assert rig.register("005930", screen="0201") == -105
    assert rig.query(screen="0201") == -105
    assert rig.query(screen="0200") == 0
    rig.call(DISCONNECT, "0007")
    assert rig.register("005930", screen="0201") == 0


@pytest.mark.parametrize(
    ("fids", "types"),
    [
        ("10", TRADES),
        ("20;15", TRADES),
        ("9001;10", TRADES),
        ("41", {"주식호가잔량"}),
        ("27", {"주식우선호가"}),
        ("10;41;27", {*TRADES, "주식호가잔량", "주식우선호가"}),
        ("", set()),
        ("99999", set()),
    ],
)
def test_any_fid_brings_its_whole_type(fids: str, types: set[str]) -> None:
    rig = Rig()
    assert rig.register("005930", fids) == 0
    assert rig.wanted == {("005930", each) for each in types}


def test_the_session_has_no_code() -> None:
    rig = Rig()
    assert rig.register("", "215;20;214") == 0
    assert rig.wanted == {("", "장시작시간")}
    rig.say(RealData("", "장시작시간", {215: "3"}), RealData("09", "장시작시간", {215: "3"}))
    assert rig.names() == ["OnReceiveRealData"] * 2


@pytest.mark.parametrize("fid", ["9068", "1221"])
def test_interruptions_come_for_every_stock(fid: str) -> None:
    rig = Rig()
    rig.register("005930", fid)
    rig.say(RealData("000660", "VI발동/해제", {9001: "000660"}))
    assert rig.names() == ["OnReceiveRealData"]


def test_option_0_replaces_and_option_1_adds() -> None:
    rig = Rig()
    rig.register("005930", option="0")
    rig.register("000660", option="1")
    assert {code for code, _ in rig.wanted} == {"005930", "000660"}
    rig.register("035720", option="0")
    assert {code for code, _ in rig.wanted} == {"035720"}
    assert rig.register("035720", option="2") == -105


def test_more_fids_of_a_code_add_their_types() -> None:
    rig = Rig()
    rig.register("005930", "41", option="0")
    rig.register("005930", "27", option="1")
    assert {type_ for _, type_ in rig.wanted} == {"주식호가잔량", "주식우선호가"}


def test_a_call_takes_100_codes_and_100_fids() -> None:
    rig = Rig()
    codes = [f"{number:06d}" for number in range(102)]
    assert rig.register(";".join(codes[:100]) + ";") == 0
    assert rig.register(";".join(codes[:101]), option="0") == -204
    assert rig.register("005930", ";".join(["10"] * 101), screen="2001") == -206
    assert rig.register("005930", ";".join(["10"] * 100), screen="2001") == 0


def test_a_screen_takes_100_codes_over_several_calls() -> None:
    rig = Rig()
    codes = [f"{number:06d}" for number in range(101)]
    assert rig.register(";".join(codes[:60])) == 0
    assert rig.register(";".join(codes[40:100])) == 0
    assert rig.register(codes[100]) == -204
    assert rig.register(codes[0]) == 0
    assert rig.register(codes[100], screen="2001") == 0


def test_the_same_code_on_two_screens_comes_once_until_both_let_it_go() -> None:
    rig = Rig()
    tick = RealData("005930", "주식체결", {10: "1"})
    rig.register("005930", screen="2000")
    rig.register("005930", screen="2001")
    rig.say(tick)
    rig.call(REMOVE, "2000", "005930")
    rig.say(tick)
    assert rig.names() == ["OnReceiveRealData"] * 2
    rig.call(REMOVE, "2001", "ALL")
    rig.say(tick)
    assert rig.names() == ["OnReceiveRealData"] * 2
    assert rig.wanted == frozenset()


def test_a_tr_registers_its_codes_on_its_screen() -> None:
    rig = Rig()
    rig.query()
    rig.say(Answer("1000", "기본", "opt10001", "", watches=("005930",), ticket=1))
    assert ("005930", "주식체결") in rig.wanted
    rig.say(RealData("005930", "주식호가잔량", {41: "1"}))
    assert rig.names() == ["OnReceiveTrData", "OnReceiveRealData"]
    rig.call(DISCONNECT, "1000")
    rig.say(RealData("005930", "주식호가잔량", {41: "1"}))
    assert rig.names() == ["OnReceiveTrData", "OnReceiveRealData"]


def test_the_servers_are_told_only_of_changes() -> None:
    rig = Rig()
    rig.register("005930")
    rig.register("005930", screen="2001")
    rig.call(REMOVE, "2001", "005930")
    assert len(rig.sent) == 1


Step = tuple[str, str, str]
steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["add", "replace"]), st.sampled_from(SCREENS), st.sampled_from(CODES)
        ),
        st.tuples(
            st.just("remove"), st.sampled_from((*SCREENS, "ALL")), st.sampled_from((*CODES, "ALL"))
        ),
        st.tuples(st.just("disconnect"), st.sampled_from(SCREENS), st.just("")),
        st.tuples(st.just("answer"), st.sampled_from(SCREENS), st.sampled_from(CODES)),
    ),
    max_size=25,
)


@given(steps)
def test_what_is_wanted_is_what_the_screens_hold_together(done: list[Step]) -> None:
    """Against the plainest model: a set of (screen, code)."""
    rig = Rig()
    held: set[tuple[str, str]] = set()
    for what, screen, code in done:
        if what == "add":
            rig.register(code, screen=screen)
            held.add((screen, code))
        elif what == "replace":
            rig.register(code, screen=screen, option="0")
            held = {each for each in held if each[0] != screen} | {(screen, code)}
        elif what == "remove":
            rig.call(REMOVE, screen, code)
            held = {
                (on, each)
                for on, each in held
                if not (screen in (on, "ALL") and code in (each, "ALL"))
            }
        elif what == "disconnect":
            rig.call(DISCONNECT, screen)
            held = {each for each in held if each[0] != screen}
        else:
            rig.say(Answer(screen, "", "opt10001", "", watches=(code,)))
            held.add((screen, code))
    rig.events.clear()
    rig.say(*(RealData(code, "주식체결", {10: "1"}) for code in CODES))
    delivered = [event[1] for event in rig.events]
    assert delivered == [code for code in CODES if code in {each for _, each in held}]
    assert {code for code, type_ in rig.wanted if type_ == "주식체결"} == {code for _, code in held}


@given(st.lists(st.integers(1, 9_999)), st.sampled_from(["", "005930"]))
def test_registrations_have_the_code_or_none(fids: list[int], code: str) -> None:
    for of, type_ in registrations(code, fids):
        assert (of == "") == (type_ in ("장시작시간", "VI발동/해제"))
        assert of in ("", code)
