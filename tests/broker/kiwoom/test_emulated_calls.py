"""How the emulated control is called: QAx's rules and its ways of failing."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from broker.kiwoom.emulator.methods import METHODS
from broker.kiwoom.emulator.packets import Query, SendOrder
from tests.broker.kiwoom.emulated_rig import ACCOUNT, QUERY, SEND_ORDER, Rig

PYTHON_TYPES = {"long": int, "BSTR": str, "VARIANT": type(None), "void": type(None)}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_returns_what_the_type_library_says(name: str) -> None:
    method = METHODS[name]
    some: dict[type, Any] = {int: 0, str: ""}
    result = Rig().call(f"{name}()", [some[kind] for kind in method.kinds])
    assert type(result) is PYTHON_TYPES[method.returns]


@pytest.mark.parametrize("name", METHODS)
def test_no_method_takes_more_arguments(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert Rig().call(f"{name}()", [0] * (len(METHODS[name].kinds) + 1)) is None
    assert f"QAxBase: Error calling IDispatch member {name}: Bad parameter count" in caplog.text


@pytest.mark.parametrize("name", [name for name in METHODS if METHODS[name].kinds])
def test_no_method_takes_fewer_arguments(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert Rig().call(f"{name}()", [0] * (len(METHODS[name].kinds) - 1)) is None
    assert f"IDispatch member {name}: Non-optional parameter missing" in caplog.text


@pytest.mark.parametrize(
    "signature", ["DiscunnectRealData(QString)", "getlogininfo(QString)", "GetLoginInfo"]
)
def test_an_unknown_method_returns_none_and_warns(
    signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert Rig().call(signature, "1000") is None
    assert f"QAxBase::dynamicCallHelper: {signature}: No such property in {{a1574a0d" in caplog.text


def test_nine_loose_values_are_a_type_error() -> None:
    rig = Rig()
    with pytest.raises(TypeError, match="9 values; give more than 8 as one list"):
        rig.call(SEND_ORDER, "매수", "3000", ACCOUNT, 1, "005930", 10, 71_500, "00", "")
    assert rig.sent == []


def test_nine_values_in_a_list_are_an_order() -> None:
    rig = Rig()
    values = ["매수", "3000", ACCOUNT, 1, "005930", 10, 71_500, "00", ""]
    assert rig.call(SEND_ORDER, values) == 0
    assert rig.sent == [
        SendOrder("매수", "3000", ACCOUNT, 1, "005930", 10, 71_500, "00", ""),
    ]


def test_the_list_form_works_for_every_method() -> None:
    assert Rig().call("GetLoginInfo(QString)", ["USER_ID"]) == "kim"


def test_numbers_and_texts_turn_into_each_other() -> None:
    rig = Rig()
    assert rig.call(QUERY, 7, "opt10001", "2", 1000) == 0
    assert rig.queries == [Query("1000", "7", "opt10001", {}, is_next=True, ticket=1)]


@pytest.mark.parametrize("value", ["", "가격", None, [1]])
def test_what_is_no_number_fails_the_call(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert Rig().call(QUERY, "기본", "opt10001", value, "1000") is None
    assert "Type mismatch in parameter 2" in caplog.text


def test_a_call_on_another_thread_is_refused() -> None:
    rig = Rig()
    caught: list[Exception] = []

    def call() -> None:
        try:
            rig.call("GetConnectState()")
        except RuntimeError as error:
            caught.append(error)

    stranger = threading.Thread(target=call, name="stranger")
    stranger.start()
    stranger.join()
    assert "'stranger': the Kiwoom control may be used on the thread" in str(caught[0])
