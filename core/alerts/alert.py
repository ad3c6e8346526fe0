"""One thing that a trader must hear of at once, wherever he is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from config.text import Text


class Importance(Enum):
    USUAL = "USUAL"  # part of trading: a stop was hit, an order refused
    GRAVE = "GRAVE"  # somebody should look now


class AlertKind(Enum):
    ORDER_REJECTED = "ORDER_REJECTED"
    ORDER_UNKNOWN = "ORDER_UNKNOWN"  # sent, and nobody knows whether it arrived
    STOP_HIT = "STOP_HIT"
    TARGET_HIT = "TARGET_HIT"
    LIMIT_REACHED = "LIMIT_REACHED"
    DISCONNECTED = "DISCONNECTED"
    RECONNECTED = "RECONNECTED"
    ENTRIES_STOPPED = "ENTRIES_STOPPED"  # by the program itself: something is wrong
    ENGINE_DOWN = "ENGINE_DOWN"  # it has ended, or does not answer
    CODE_OFF = "CODE_OFF"  # a rule or indicator of the user's own fails again and again
    FLATTEN_BEGUN = "FLATTEN_BEGUN"
    FLATTEN_ENDED = "FLATTEN_ENDED"
    TEST = "TEST"  # the trader wanted to see whether it comes through

    @property
    def title(self) -> Text:
        return _TITLES[self]

    @property
    def importance(self) -> Importance:
        return Importance.USUAL if self in _USUAL else Importance.GRAVE


_TITLES = {
    AlertKind.ORDER_REJECTED: Text("주문 거부", "Order rejected"),
    AlertKind.ORDER_UNKNOWN: Text("주문 확인 불가", "Order unknown"),
    AlertKind.STOP_HIT: Text("손절", "Stop hit"),
    AlertKind.TARGET_HIT: Text("익절", "Target hit"),
    AlertKind.LIMIT_REACHED: Text("일일 한도", "Daily limit"),
    AlertKind.DISCONNECTED: Text("접속 끊김", "Disconnected"),
    AlertKind.RECONNECTED: Text("다시 접속", "Reconnected"),
    AlertKind.ENTRIES_STOPPED: Text("신규 진입 중지", "Entries stopped"),
    AlertKind.ENGINE_DOWN: Text("엔진 멈춤", "Engine down"),
    AlertKind.CODE_OFF: Text("내 코드 꺼짐", "Own code off"),
    AlertKind.FLATTEN_BEGUN: Text("전량청산 시작", "Flatten begun"),
    AlertKind.FLATTEN_ENDED: Text("전량청산 끝", "Flatten ended"),
    AlertKind.TEST: Text("알림 시험", "Test alert"),
}
_USUAL = frozenset({AlertKind.STOP_HIT, AlertKind.TARGET_HIT, AlertKind.RECONNECTED})


@dataclass(frozen=True, slots=True)
class Alert:
    """`text` names what, where and, where there is something to do, what."""

    kind: AlertKind
    time: datetime
    text: Text
    symbol: str = ""

    @property
    def line(self) -> Text:
        """The alert in one line, as it is sent and shown."""
        title, symbol = self.kind.title, f" {self.symbol}" if self.symbol else ""
        at = f"{self.time:%H:%M:%S}"
        return Text(
            f"{at} [{title.ko}]{symbol} {self.text.ko}", f"{at} [{title.en}]{symbol} {self.text.en}"
        )
