"""The real Kiwoom control on Windows; the only file of broker that knows Qt.

Of pykiwoom we let its `Kiwoom` class make the control, and nothing more. The rest of it is not
sound in a program that must not stop: it waits in endless loops that pump messages, without a
time-out; drops the return codes (-200 is never seen); its handlers ignore OnReceiveMsg, swallow
every exception and print; and importing it makes a QApplication of its own in place of ours. So its
manager module is never imported, its handlers are never connected, and our adapter calls the
control itself (QAxWidget.dynamicCall) and hears its events.

A closed login window and a running version update can't be seen here: Kiwoom shows both outside
Qt. The adapter tells them by the error code of OnEventConnect, or by none coming in time.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
from types import ModuleType
from typing import Any

from broker.kiwoom.control import EVENTS, Control, Event
from config.text import Text
from core.domain.errors import BrokerError

_log = logging.getLogger(__name__)

NOT_WINDOWS = Text(
    "키움 OpenAPI+는 Windows에서만 실행됩니다 (현재 {system}). 데모 모드는 여기서도 됩니다.",
    "Kiwoom OpenAPI+ runs on Windows only (this is {system}); demo mode runs here too.",
)
NOT_32_BITS = Text(
    "키움 OpenAPI+는 32비트 전용입니다 (현재 64비트 Python). 32비트 Python 3.11로 실행하세요.",
    "Kiwoom OpenAPI+ is for 32-bit programs only (this is 64-bit Python): use 32-bit Python 3.11.",
)
NO_APPLICATION = Text(
    "키움 OpenAPI+는 창이 있는 Qt 프로그램에서만 열립니다. QApplication을 먼저 만드세요.",
    "Kiwoom OpenAPI+ opens in a Qt program with windows only: make the QApplication first.",
)
NOT_INSTALLED = Text(
    "키움 OpenAPI+ 연결에 필요한 패키지가 없습니다 ({why}). 설치 프로그램을 다시 실행하세요.",
    "A package needed for Kiwoom OpenAPI+ can't be imported ({why}): run the installer again.",
)
NOT_REGISTERED = Text(
    "키움 OpenAPI+ 모듈을 열지 못했습니다. 키움증권 홈페이지에서 OpenAPI+ 모듈을 설치하세요.",
    "The Kiwoom OpenAPI+ control can't be opened: install the OpenAPI+ module from Kiwoom's site.",
)


class ControlError(BrokerError):
    """The real control can't be had on this machine; `text` says why in both languages."""


class RealControl:
    """Implements `broker.kiwoom.control.Control` over a QAxWidget, for the thread that makes it."""

    OnEventConnect: Event
    OnReceiveTrData: Event
    OnReceiveRealData: Event
    OnReceiveMsg: Event
    OnReceiveChejanData: Event
    OnReceiveConditionVer: Event
    OnReceiveTrCondition: Event
    OnReceiveRealCondition: Event
    OnReceiveInvestRealData: Event

    def __init__(self, widget: Any) -> None:
        self._widget = widget
        self._owner = threading.get_ident()
        for name in EVENTS:
            setattr(self, name, getattr(widget, name))
        widget.exception.connect(_log_exception)

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        """Pass the call on.

        Raises:
            RuntimeError: On another thread than the control's, which would lose the call, and after
                a few hours the stream of data.
        """
        if threading.get_ident() != self._owner:
            raise RuntimeError(
                f"dynamicCall({signature!r}) on thread {threading.current_thread().name!r}: the "
                "Kiwoom control may be used on the thread that made it only"
            )
        return self._widget.dynamicCall(signature, *values)


def make_control() -> Control:
    """Make the real control on the calling thread, which must be that of the QApplication.

    Raises:
        ControlError: Not on Windows, not a 32-bit Python, no QApplication, a package is missing, or
            OpenAPI+ is not installed.
    """
    system = platform.system()
    if system != "Windows":
        raise ControlError(NOT_WINDOWS.format(system=system))
    if sys.maxsize > 2**32:
        raise ControlError(NOT_32_BITS)
    try:
        widget = _make_widget()
    except ImportError as error:
        raise ControlError(NOT_INSTALLED.format(why=str(error))) from error
    # QAxWidget never raises: without the control, or with one of the other bitness, it is empty.
    if widget.isNull() or not widget.control():
        raise ControlError(NOT_REGISTERED)
    return RealControl(widget)


def _make_widget() -> Any:
    from PyQt5.QtCore import QCoreApplication
    from PyQt5.QtWidgets import QApplication

    # Before the import of pykiwoom, which would make one.
    if not isinstance(QCoreApplication.instance(), QApplication):
        raise ControlError(NO_APPLICATION)
    return _kiwoom_class()().ocx


def _kiwoom_class() -> Any:
    """Return pykiwoom's `Kiwoom` without its handlers."""
    manager = ModuleType("pykiwoom.manager")
    vars(manager)["KiwoomManager"] = None
    sys.modules.setdefault(manager.__name__, manager)
    from pykiwoom.kiwoom import Kiwoom

    return type("ControlMaker", (Kiwoom,), {"_set_signals_slots": lambda self: None})


def _log_exception(code: int, source: str, description: str, _help: str) -> None:
    _log.error("the Kiwoom control raised %s in %s: %s", code, source, description)
