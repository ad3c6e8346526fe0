"""Opening the real control: what it says where it can't, and what it is where it can."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PyQt5.QtCore import QCoreApplication
from PyQt5.QtWidgets import QApplication

from broker.kiwoom import ocx
from broker.kiwoom.control import Control
from broker.kiwoom.emulator.packets import Answer, Connected
from core.domain.errors import BrokerError
from tests.broker.kiwoom import qax_shim
from tests.broker.kiwoom.emulated_rig import SEND_ORDER, Rig


@pytest.fixture(autouse=True)
def _no_pykiwoom_afterwards() -> Iterator[None]:
    """What was imported over the shims must not stay for another test."""
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "pykiwoom"]:
        del sys.modules[name]


def on(monkeypatch: pytest.MonkeyPatch, system: str = "Windows", bits: int = 32) -> None:
    """Be on another machine, as far as ocx.py can tell."""
    monkeypatch.setattr(ocx, "platform", SimpleNamespace(system=lambda: system))
    there = SimpleNamespace(maxsize=2 ** (bits - 1) - 1, modules=sys.modules)
    monkeypatch.setattr(ocx, "sys", there)


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Rig:
    """An emulated control under the real one's ProgID on a Windows PC."""
    rig = Rig(is_logged_in=False)
    on(monkeypatch)
    qax_shim.install(monkeypatch, rig.control)
    return rig


def test_it_is_refused_on_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, system="Linux")
    with pytest.raises(BrokerError, match=r"runs on Windows only \(this is Linux\)"):
        ocx.make_control()


def test_it_is_refused_in_64_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, bits=64)
    with pytest.raises(ocx.ControlError, match="use 32-bit Python") as raised:
        ocx.make_control()
    assert "32비트" in raised.value.text.ko


@pytest.mark.parametrize("application", [None, QCoreApplication])
def test_it_is_refused_without_an_application_of_windows(
    application: Any, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = application and application.__new__(application)
    monkeypatch.setattr(QCoreApplication, "instance", staticmethod(lambda: found))
    with pytest.raises(ocx.ControlError, match="make the QApplication first"):
        ocx.make_control()


def test_it_is_refused_where_it_is_not_registered(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    on(monkeypatch)
    qax_shim.install(monkeypatch, None)
    with pytest.raises(ocx.ControlError, match="install the OpenAPI"):
        ocx.make_control()


def test_a_missing_package_is_named(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pythoncom", None)
    with pytest.raises(ocx.ControlError, match=r"can't be imported \(.*pythoncom"):
        ocx.make_control()


def test_the_application_stays_ours(rig: Rig, qapp: QApplication) -> None:
    ocx.make_control()
    assert QApplication.instance() is qapp


def test_calls_and_events_go_through(rig: Rig) -> None:
    control: Control = ocx.make_control()
    heard: list[int] = []
    control.OnEventConnect.connect(heard.append)
    assert control.dynamicCall("CommConnect()") == 0
    rig.say(Connected(0, {"USER_ID": "kim"}))
    assert heard == [0]
    assert control.dynamicCall("GetLoginInfo(QString)", "USER_ID") == "kim"
    with pytest.raises(TypeError):
        control.dynamicCall(SEND_ORDER, "", "3000", "", 1, "005930", 1, 0, "03", "")


def test_nobody_else_hears_the_events(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """pykiwoom's handlers print, and swallow what goes wrong in them."""
    control = ocx.make_control()
    assert isinstance(control, ocx.RealControl)
    assert control._widget.receivers(control._widget.OnReceiveTrData) == 0
    rig.log_in()
    rig.say(Answer("1000", "기본", "opt10001", ""))
    assert capsys.readouterr().out == ""


def test_a_call_on_another_thread_is_refused(rig: Rig) -> None:
    control = ocx.make_control()
    caught: list[Exception] = []

    def call() -> None:
        try:
            control.dynamicCall("GetConnectState()")
        except RuntimeError as error:
            caught.append(error)

    stranger = threading.Thread(target=call, name="stranger")
    stranger.start()
    stranger.join()
    assert "'stranger'" in str(caught[0])


def test_an_exception_inside_the_control_is_logged(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    control = ocx.make_control()
    assert isinstance(control, ocx.RealControl)
    control._widget.exception.emit(-2147352567, "KHOpenAPI", "내부 오류", "")
    assert "raised -2147352567 in KHOpenAPI: 내부 오류" in caplog.text
