"""An emulated control with scripted servers: what it sends is kept, what they say is handed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from broker.kiwoom.control import EVENTS
from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import (
    ConditionsLoaded,
    Connected,
    Master,
    Packet,
    Query,
    Request,
    Watch,
)
from config.text import Text
from core.clock import SimClock

MORNING = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Seoul"))
ACCOUNT = "8012345611"

SEND_ORDER = "SendOrder(QString,QString,QString,int,QString,int,int,QString,QString)"
QUERY = "CommRqData(QString,QString,int,QString)"
REGISTER = "SetRealReg(QString,QString,QString,QString)"
SEARCH = "SendCondition(QString,QString,int,int)"


def a_master(code: str = "005930", **changes: Any) -> Master:
    known: dict[str, Any] = {
        "name": "삼성전자",
        "market": "0",
        "last_price": 71_500,
        "state": "증거금20%|담보대출|신용가능",
        "construction": "정상",
        "listed_date": "19750611",
        "listed_shares": 5_969_782_550,
    }
    return Master(code, **{**known, **changes})


class Rig:
    """The control, its clock, and the log of its events and alerts."""

    def __init__(self, *masters: Master, is_logged_in: bool = True, **options: Any) -> None:
        self.clock = SimClock(MORNING)
        self.posted: deque[Callable[[], None]] = deque()
        self.sent: list[Request] = []
        self.alerts: list[Text] = []
        self.events: list[tuple[Any, ...]] = []
        known = {master.code: master for master in masters or (a_master(),)}
        chosen = ControlOptions(**{"alert": self.alerts.append, **options})
        self.control = EmulatedControl(
            known, self.sent.append, self.posted.append, self.clock, chosen
        )
        if is_logged_in:
            self.log_in()
        for name in EVENTS:
            getattr(self.control, name).connect(
                lambda *arguments, name=name: self.events.append((name, *arguments))
            )

    def log_in(self) -> None:
        self.call("CommConnect()")
        self.say(Connected(0, {"ACCNO": ACCOUNT, "USER_ID": "kim", "USER_NAME": "김철수"}))
        self.sent.clear()

    def load_conditions(self, *names: str) -> None:
        self.call("GetConditionLoad()")
        self.say(ConditionsLoaded(True, "", dict(enumerate(names))))
        self.sent.clear()
        self.events.clear()

    def call(self, signature: str, *values: Any) -> Any:
        return self.control.dynamicCall(signature, *values)

    def say(self, *packets: Packet) -> None:
        """Have the servers deliver these, and let the owner's thread come to them."""
        for packet in packets:
            self.control.deliver(packet)
        self.run()

    def run(self) -> None:
        while self.posted:
            self.posted.popleft()()

    def query(self, tr: str = "opt10001", screen: str = "1000", name: str = "기본") -> int:
        code: int = self.call(QUERY, name, tr, 0, screen)
        return code

    def register(
        self, codes: str, fids: str = "10", screen: str = "2000", option: str = "1"
    ) -> int:
        code: int = self.call(REGISTER, screen, codes, fids, option)
        return code

    def order(self, **changes: Any) -> int:
        known: dict[str, Any] = {
            "name": "매수",
            "screen": "3000",
            "account": ACCOUNT,
            "order_type": 1,
            "code": "005930",
            "quantity": 10,
            "price": 71_500,
            "kind": "00",
            "original": "",
        }
        code: int = self.call(SEND_ORDER, list({**known, **changes}.values()))
        return code

    def wait(self, **span: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**span))

    @property
    def queries(self) -> list[Query]:
        return [each for each in self.sent if isinstance(each, Query)]

    @property
    def wanted(self) -> frozenset[tuple[str, str]]:
        """What the servers were last told is wanted in real time."""
        watches = [each.wanted for each in self.sent if isinstance(each, Watch)]
        return watches[-1] if watches else frozenset()

    def names(self) -> list[str]:
        return [event[0] for event in self.events]
