"""The control's events brought to whom they concern; nothing raised leaves a handler."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from broker.kiwoom.conditions import Conditions
from broker.kiwoom.control import Control
from broker.kiwoom.login import Login
from broker.kiwoom.notes import Notes
from broker.kiwoom.order_desk import OrderDesk
from broker.kiwoom.realtime import RealTime
from broker.kiwoom.tr_queue import TrQueue
from config.masking import masked_text
from config.text import Text

logger = logging.getLogger(__name__)

_ORDER_TR = "KOA_NORMAL_"  # the TR of every order begins like this
_GET_DATA = "GetCommData(QString, QString, int, QString)"
_INTERNAL = Text("내부 오류({}): {}", "internal error ({}): {}")


class Guard:
    """Makes functions that never raise: PyQt ends the process at an exception in a slot."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.is_closed = False  # nothing guarded runs any more

    def __call__(self, action: Callable[..., object]) -> Callable[..., None]:
        """Return `action` with what it raises logged and told; the next event goes on."""

        @wraps(action)
        def guarded(*values: Any) -> None:
            if self.is_closed:
                return
            try:
                action(*values)
            except Exception as error:  # the control's edge: report it, or the process would end
                where = getattr(action, "__name__", "")
                logger.exception("in %s", where)
                self._notes.error(_INTERNAL.format(where, masked_text(repr(error))))

        return guarded


@dataclass(frozen=True, slots=True)
class Listening:
    """Hears the control's events; on its thread, like all of the adapter."""

    control: Control
    login: Login
    queue: TrQueue
    desk: OrderDesk
    realtime: RealTime
    conditions: Conditions
    changed: Callable[[], None]
    """Told at every event of an order or a balance, before anything is made of it."""

    def begin(self, guard: Guard) -> None:
        control = self.control
        control.OnEventConnect.connect(guard(self._on_connect))
        control.OnReceiveTrData.connect(guard(self._on_tr_data))
        control.OnReceiveRealData.connect(guard(self._on_real_data))
        control.OnReceiveMsg.connect(guard(self._on_message))
        control.OnReceiveChejanData.connect(guard(self._on_chejan))
        control.OnReceiveConditionVer.connect(guard(self._on_conditions))
        control.OnReceiveTrCondition.connect(guard(self._on_condition))
        control.OnReceiveRealCondition.connect(guard(self._on_condition_moved))

    def _on_connect(self, code: int) -> None:
        self.login.on_event(code)

    def _on_tr_data(
        self, screen: str, name: str, tr: str, record: str, prev_next: str, *_: object
    ) -> None:
        if self.queue.on_answer(name, prev_next):
            return
        if tr.startswith(_ORDER_TR):
            number = self.control.dynamicCall(_GET_DATA, tr, "", 0, "주문번호")
            self.desk.on_order_number(screen, name, str(number or "").strip())

    def _on_real_data(self, code: str, kind: str, _: str) -> None:
        self.realtime.on_event(code, kind)

    def _on_message(self, screen: str, name: str, tr: str, text: str) -> None:
        logger.info("%s %s: %s", tr, name, text)
        if not self.queue.on_message(name, text):
            self.desk.on_message(screen, name, text)

    def _on_chejan(self, gubun: str, *_: object) -> None:
        self.changed()
        self.desk.on_chejan(gubun, self._read_chejan)

    def _read_chejan(self, fid: int) -> str:
        text: str = self.control.dynamicCall("GetChejanData(int)", fid)
        return text

    def _on_conditions(self, result: int, message: str) -> None:
        self.conditions.on_loaded(result, message)

    def _on_condition(self, screen: str, codes: str, name: str, index: int, following: int) -> None:
        self.conditions.on_found(codes, name, index, following)

    def _on_condition_moved(self, code: str, kind: str, name: str, index: str) -> None:
        self.conditions.on_moved(code, kind, name, index)
