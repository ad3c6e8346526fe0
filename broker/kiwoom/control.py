"""The Kiwoom OpenAPI+ control (KHOPENAPI.KHOpenAPICtrl.1) as QAxContainer shows it to Python.

The real one is made by `broker.kiwoom.ocx`, the emulated one by `broker.kiwoom.emulator`. Both are
made, called and heard on one thread only, the one whose event loop the control lives in. Events may
come inside a call that has not returned yet, and what an event brings can be read only until its
handler returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

EVENTS = (
    "OnEventConnect",
    "OnReceiveTrData",
    "OnReceiveRealData",
    "OnReceiveMsg",
    "OnReceiveChejanData",
    "OnReceiveConditionVer",
    "OnReceiveTrCondition",
    "OnReceiveRealCondition",
    "OnReceiveInvestRealData",
)


class Event(Protocol):
    """One event of the control, a Qt signal in production."""

    def connect(self, slot: Callable[..., None]) -> object:
        """Have `slot` called with the event's arguments from now on."""
        ...


class Control(Protocol):
    """Method and event names, argument order and values are Kiwoom's own."""

    OnEventConnect: Event  # (error code): 0 logged in, -106 the connection is lost
    OnReceiveTrData: Event  # (screen, request name, TR, record, prev/next, 0, "", "", "")
    OnReceiveRealData: Event  # (code, real type, values separated by tabs)
    OnReceiveMsg: Event  # (screen, request name, TR, text)
    OnReceiveChejanData: Event  # (gubun, number of items, FIDs separated by ";")
    OnReceiveConditionVer: Event  # (1 or other, message)
    OnReceiveTrCondition: Event  # (screen, codes, condition, index, next)
    OnReceiveRealCondition: Event  # (code, "I" or "D", condition, index as text)
    OnReceiveInvestRealData: Event  # (key); unused for stocks

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        """Call `Name(QString, int, ...)` with at most eight loose values, or one list of values.

        Returns int for long, str for BSTR, nested lists for VARIANT arrays, None for void.
        """
        ...
