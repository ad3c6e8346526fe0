"""PyQt5.QAxContainer and pythoncom for a machine without Windows, in front of an emulated control.

Put into sys.modules from outside, so that programs written for the real ones run unmodified.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from PyQt5.QtCore import QObject, pyqtSignal

from broker.kiwoom.control import EVENTS, Control

PROG_ID = "KHOPENAPI.KHOpenAPICtrl.1"


class _Widget(QObject):
    """A QAxWidget as far as the Kiwoom control needs one.

    Signals: the control's nine events, and `exception` of QAxBase.
    """

    OnEventConnect = pyqtSignal(int)
    OnReceiveTrData = pyqtSignal(str, str, str, str, str, int, str, str, str)
    OnReceiveRealData = pyqtSignal(str, str, str)
    OnReceiveMsg = pyqtSignal(str, str, str, str)
    OnReceiveChejanData = pyqtSignal(str, int, str)
    OnReceiveConditionVer = pyqtSignal(int, str)
    OnReceiveTrCondition = pyqtSignal(str, str, str, int, int)
    OnReceiveRealCondition = pyqtSignal(str, str, str, str)
    OnReceiveInvestRealData = pyqtSignal(str)
    exception = pyqtSignal(int, str, str, str)

    def __init__(self, prog_id: str, control: Control | None) -> None:
        super().__init__()
        self._prog_id, self._control = prog_id, control
        for name in EVENTS if control else ():
            # Through a reference to self: a signal of a widget gone would crash.
            getattr(control, name).connect(partial(self._emit, name))

    def _emit(self, event: str, *arguments: Any) -> None:
        getattr(self, event).emit(*arguments)

    def control(self) -> str:
        return self._prog_id if self._control else ""

    def isNull(self) -> bool:
        return self._control is None

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        """Pass it on; the emulated control itself keeps the rule of eight loose values."""
        return self._control.dynamicCall(signature, *values) if self._control else None


def install(
    monkeypatch: pytest.MonkeyPatch,
    control: Control | None,
    pump: Callable[[], None] = lambda: None,
) -> None:
    """Let programs find `control` under its ProgID; `pump` is what PumpWaitingMessages does.

    None is a machine on which the control is not registered.
    """

    def widget(prog_id: str) -> _Widget:
        return _Widget(prog_id, control if prog_id == PROG_ID else None)

    put(monkeypatch, "PyQt5.QAxContainer", QAxWidget=widget)
    put(monkeypatch, "pythoncom", PumpWaitingMessages=pump)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pykiwoom"]:
        monkeypatch.delitem(sys.modules, name)


def put(monkeypatch: pytest.MonkeyPatch, name: str, **contents: Any) -> None:
    """Put a module of this name and these contents into sys.modules."""
    module = ModuleType(name)
    vars(module).update(contents)
    monkeypatch.setitem(sys.modules, name, module)
