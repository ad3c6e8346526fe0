"""Condition search of the emulated control."""

from __future__ import annotations

import pytest

from broker.kiwoom.emulator.packets import (
    ConditionFound,
    ConditionMoved,
    Connected,
    RunCondition,
    StopCondition,
)
from tests.broker.kiwoom.emulated_rig import SEARCH, Rig

STOP = "SendConditionStop(QString,QString,int)"
NAMES = "GetConditionNameList()"


def loaded(*names: str) -> Rig:
    rig = Rig()
    rig.load_conditions(*(names or ("급등", "저PER")))
    return rig


def test_the_list_is_there_once_it_was_loaded() -> None:
    rig = Rig()
    assert rig.call("GetConditionLoad()") == 1
    assert rig.call(NAMES) == ""
    rig.load_conditions("급등", "저PER")
    assert rig.call(NAMES) == "000^급등;001^저PER;"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("4000", "급등", 0, 0), 1),
        (("4000", "급등", 0, 1), 1),
        (("4000", "급등", 9, 0), -11),
        (("4000", "급등", 1, 0), -12),
        (("4000", "급등", 0, 2), 0),
        (("0000", "급등", 0, 0), 0),
    ],
)
def test_a_condition_runs_if_number_and_name_agree(
    arguments: tuple[str, str, int, int], code: int
) -> None:
    rig = loaded()
    assert rig.call(SEARCH, *arguments) == code
    assert len(rig.sent) == (code == 1)


def test_before_they_are_loaded_none_runs() -> None:
    rig = Rig()
    assert rig.call(SEARCH, "4000", "급등", 0, 0) == 0


def test_hits_and_changes_are_events() -> None:
    rig = loaded()
    rig.call(SEARCH, "4000", "급등", 0, 1)
    rig.say(
        ConditionFound("4000", "급등", 0, ("005930", "000660")),
        ConditionMoved("035720", True, "급등", 0),
        ConditionMoved("005930", False, "급등", 0),
    )
    assert rig.events == [
        ("OnReceiveTrCondition", "4000", "005930;000660;", "급등", 0, 0),
        ("OnReceiveRealCondition", "035720", "I", "급등", "0"),
        ("OnReceiveRealCondition", "005930", "D", "급등", "0"),
    ]


def test_no_hit_is_an_empty_list() -> None:
    rig = loaded()
    rig.say(ConditionFound("4000", "급등", 0, ()))
    assert rig.events[0][2] == ""


def test_prices_come_with_the_hits_if_asked_for() -> None:
    rig = loaded()
    found = ConditionFound("4000", "급등", 0, ("005930", "000660"), (71_500, 198_700))
    rig.call("KOA_Functions(QString,QString)", "SetConditionSearchFlag", "AddPrice")
    rig.say(found)
    rig.call("KOA_Functions(QString,QString)", "SetConditionSearchFlag", "DelPrice")
    rig.say(found)
    assert [event[2] for event in rig.events] == ["005930^71500;000660^198700;", "005930;000660;"]


def test_a_stopped_condition_moves_nothing_any_more() -> None:
    rig = loaded()
    rig.call(SEARCH, "4000", "급등", 0, 1)
    rig.call(STOP, "4000", "급등", 0)
    rig.say(ConditionMoved("035720", True, "급등", 0))
    assert rig.events == []
    assert rig.sent == [RunCondition("4000", "급등", 0, True), StopCondition("급등", 0)]


def test_more_than_100_hits_have_no_real_time() -> None:
    rig = loaded()
    rig.call(SEARCH, "4000", "급등", 0, 1)
    rig.say(
        ConditionFound("4000", "급등", 0, tuple(f"{number:06d}" for number in range(101))),
        ConditionMoved("035720", True, "급등", 0),
    )
    assert rig.names() == ["OnReceiveTrCondition"]
    assert rig.sent[-1] == StopCondition("급등", 0)


def test_the_same_condition_once_a_minute() -> None:
    rig = loaded()
    assert rig.call(SEARCH, "4000", "급등", 0, 0) == 1
    rig.wait(seconds=59)
    assert rig.call(SEARCH, "4000", "급등", 0, 0) == -13
    assert rig.call(SEARCH, "4000", "저PER", 1, 0) == 1
    rig.wait(seconds=1)
    assert rig.call(SEARCH, "4000", "급등", 0, 0) == 1


def test_ten_conditions_in_real_time() -> None:
    rig = loaded(*(f"조건{number}" for number in range(11)))
    for number in range(10):
        assert rig.call(SEARCH, "4000", f"조건{number}", number, 1) == 1
        rig.wait(seconds=10)
    assert rig.call(SEARCH, "4000", "조건10", 10, 1) == -13
    assert rig.call(SEARCH, "4000", "조건10", 10, 0) == 1
    assert rig.call(SEARCH, "4000", "조건0", 0, 1) == 1
    rig.call(STOP, "4000", "조건3", 3)
    rig.wait(seconds=60)
    assert rig.call(SEARCH, "4000", "조건10", 10, 1) == 1


def test_the_lost_line_ends_them_all() -> None:
    rig = loaded()
    rig.call(SEARCH, "4000", "급등", 0, 1)
    rig.say(Connected(-106))
    rig.log_in()
    rig.events.clear()
    rig.say(ConditionMoved("035720", True, "급등", 0))
    assert rig.events == []
    assert rig.call(NAMES) == ""
