"""A scripted control: it answers when a test says so, with what a test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from broker.kiwoom.trs import TRS
from core.clock import SimClock

SEOUL = ZoneInfo("Asia/Seoul")
FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SEOUL)
ACCOUNT = "8012345611"
MASTER = {
    "GetMasterLastPrice": "00071500",
    "GetMasterStockState": "증거금20%|담보대출|신용가능",
    "GetMasterConstruction": "정상",
}
NAMES = {"005930": "삼성전자", "000660": "SK하이닉스", "069500": "KODEX 200"}


class FakeEvent:
    def __init__(self) -> None:
        self._slots: list[Callable[..., None]] = []

    def connect(self, slot: Callable[..., None]) -> None:
        self._slots.append(slot)

    def emit(self, *values: object) -> None:
        for slot in self._slots:
            slot(*values)


@dataclass
class Asked:
    """One CommRqData."""

    name: str
    tr: str
    prev_next: int
    screen: str
    inputs: dict[str, str]


@dataclass
class FakeControl:
    """Records every call; `results` overrides what a method returns, by its name."""

    results: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    clock: SimClock = field(default_factory=lambda: SimClock(FRIDAY_NOON))
    left: list[datetime] = field(default_factory=list)  # when each request left

    def __post_init__(self) -> None:
        for name in (
            "OnEventConnect",
            "OnReceiveTrData",
            "OnReceiveRealData",
            "OnReceiveMsg",
            "OnReceiveChejanData",
            "OnReceiveConditionVer",
            "OnReceiveTrCondition",
            "OnReceiveRealCondition",
            "OnReceiveInvestRealData",
        ):
            setattr(self, name, FakeEvent())
        self._inputs: dict[str, str] = {}
        self._present: Any = None  # what can be read in the present handler

    # -- what the adapter sees ----------------------------------------------------------------

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        name = signature.partition("(")[0]
        if len(values) == 1 and isinstance(values[0], list):
            values = tuple(values[0])
        self.calls.append((name, *values))
        own = getattr(self, f"_{name}", None)
        if name in self.results:
            result = self.results[name]
            result = result(*values) if callable(result) else result
            if own is not None and result == 0:
                own(*values)
            return result
        return own(*values) if own is not None else MASTER.get(name)

    def _CommConnect(self) -> int:
        return 0

    def _GetConnectState(self) -> int:
        return 1

    def _GetLoginInfo(self, tag: str) -> str:
        return {"ACCNO": f"{ACCOUNT};7012345631;", "GetServerGubun": "1"}.get(tag, "0")

    def _GetMasterCodeName(self, code: str) -> str:
        return NAMES.get(code, "")

    def _GetCodeListByMarket(self, market: str) -> str:
        return {"0": "005930;000660;069500;", "8": "069500;"}.get(market, "")

    def _KOA_Functions(self, name: str, argument: str) -> str:
        return {"GetMasterListedStockCntEx": "5969782550", "IsOrderWarningStock": "0"}.get(name, "")

    def _SetInputValue(self, name: str, value: str) -> None:
        self._inputs[name] = value

    def _CommRqData(self, name: str, tr: str, prev_next: int, screen: str) -> int:
        self.asked.append(Asked(name, tr, prev_next, screen, self._inputs))
        self.left.append(self.clock.now())
        self._inputs = {}
        return 0

    def _SetRealReg(self, *_: str) -> int:
        return 0

    def _SendOrder(self, *_: Any) -> int:
        return 0

    def _GetConditionLoad(self) -> int:
        return 1

    def _SendCondition(self, *_: Any) -> int:
        return 1

    def _GetConditionNameList(self) -> str:
        return "000^돌파;007^거래량 급증;"

    def _GetRepeatCnt(self, tr: str, record: str) -> int:
        return len(self._present[1]) if isinstance(self._present, tuple) else 0

    def _GetCommData(self, tr: str, record: str, index: int, name: str) -> str:
        if not isinstance(self._present, tuple):
            return ""
        single, rows = self._present
        row = rows[index] if index < len(rows) else {}
        return str(single.get(name, row.get(name, "")))

    def _GetCommDataEx(self, tr: str, record: str) -> list[list[str]] | None:
        if not isinstance(self._present, tuple):
            return None
        names = [each.name for each in TRS[tr].rows]
        return [[str(row.get(name, "")) for name in names] for row in self._present[1]] or None

    def _GetCommRealData(self, code: str, fid: int) -> str:
        return self._present.get(fid, "") if isinstance(self._present, dict) else ""

    def _GetChejanData(self, fid: int) -> str:
        return self._present.get(fid, "") if isinstance(self._present, dict) else ""

    # -- what a test does ---------------------------------------------------------------------

    def count(self, name: str) -> int:
        return sum(call[0] == name for call in self.calls)

    def last(self, name: str) -> tuple[Any, ...]:
        return next(call[1:] for call in reversed(self.calls) if call[0] == name)

    def log_in(self, code: int = 0) -> None:
        self.OnEventConnect.emit(code)

    def reply(
        self,
        asked: Asked,
        rows: Sequence[Mapping[str, str]] = (),
        single: Mapping[str, str] | None = None,
        has_more: bool = False,
    ) -> None:
        """Answer a request with one page."""
        before, self._present = self._present, (dict(single or {}), list(rows))
        end = "2" if has_more else "0"
        self.OnReceiveTrData.emit(asked.screen, asked.name, asked.tr, "", end, 0, "", "", "")
        self._present = before

    def say(self, asked: Asked, text: str) -> None:
        self.OnReceiveMsg.emit(asked.screen, asked.name, asked.tr, text)

    def real(self, code: str, kind: str, values: Mapping[int, str]) -> None:
        before, self._present = self._present, dict(values)
        self.OnReceiveRealData.emit(code, kind, "")
        self._present = before

    def trade(self, code: str, price: int = 71500, quantity: int = 3) -> None:
        """Deliver a 주식체결 of the present second."""
        time = f"{self.clock.now():%H%M%S}"
        values = {20: time, 10: f"+{price}", 15: f"+{quantity}", 27: f"+{price}", 28: "+71400"}
        self.real(code, "주식체결", values)

    def notice(self, letter: str, remaining: str = "000000") -> None:
        values = {215: letter, 20: f"{self.clock.now():%H%M%S}", 214: remaining}
        self.real("", "장시작시간", values)


def minutes(count: int, end: datetime, price: int = 71500) -> list[dict[str, str]]:
    """Return rows of opt10080, newest first, one a minute back from `end`."""
    rows = []
    for back in range(count):
        start = end - timedelta(minutes=back)
        rows.append(minute(start, price))
    return rows


def minute(start: datetime, price: int = 71500) -> dict[str, str]:
    text = f"+{price}"
    return {
        "현재가": text,
        "거래량": "100",
        "체결시간": f"{start:%Y%m%d%H%M%S}",
        "시가": text,
        "고가": text,
        "저가": text,
    }
