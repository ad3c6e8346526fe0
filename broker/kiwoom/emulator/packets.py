"""What goes between the emulated control on its thread and the emulated servers on theirs.

Requests go to the servers, packets come back. All of it is frozen, so it may cross threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# -- requests: the control to the servers -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogIn:
    """CommConnect; answered by `Connected`."""


@dataclass(frozen=True, slots=True)
class Query:
    """CommRqData or CommKwRqData; answered by one `Answer`, or by `Said` alone, or not at all."""

    screen: str
    name: str  # the request's own (sRQName)
    tr: str
    inputs: Mapping[str, str]
    is_next: bool  # prevNext 2: the page after the last one of this request name and TR
    ticket: int = 0  # of this request; the `Answer` brings it back


@dataclass(frozen=True, slots=True)
class Watch:
    """What the control wants in real time from now on, all screens together."""

    wanted: frozenset[tuple[str, str]]  # (code, real type); code "" for types without one


@dataclass(frozen=True, slots=True)
class SendOrder:
    """Arguments of the method of this name, as the caller gave them."""

    name: str
    screen: str
    account: str
    order_type: int  # 1 buy, 2 sell, 3 cancel buy, 4 cancel sell, 5 amend buy, 6 amend sell
    code: str
    quantity: int
    price: int
    kind: str  # sHogaGb
    original: str  # sOrgOrderNo


@dataclass(frozen=True, slots=True)
class LoadConditions:
    """GetConditionLoad; answered by `ConditionsLoaded`."""


@dataclass(frozen=True, slots=True)
class RunCondition:
    """SendCondition; answered by `ConditionFound`, then by `ConditionMoved` where real-time."""

    screen: str
    name: str
    index: int
    is_real_time: bool


@dataclass(frozen=True, slots=True)
class StopCondition:
    name: str
    index: int


Request = LogIn | Query | Watch | SendOrder | LoadConditions | RunCondition | StopCondition

# -- packets: the servers to the control ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Connected:
    """OnEventConnect: 0 with what GetLoginInfo then knows, or an error; -106 is a lost line."""

    code: int
    info: Mapping[str, str] = field(default_factory=dict)  # by tag: ACCNO, USER_ID, ...


@dataclass(frozen=True, slots=True)
class Answer:
    """OnReceiveTrData with what GetCommData can read inside its handler."""

    screen: str
    name: str
    tr: str
    prev_next: str  # "2" there is more, "0" or "" the end
    single: Mapping[str, str] = field(default_factory=dict)  # by field name, padded as Kiwoom does
    fields: tuple[str, ...] = ()  # of the multi record, in Kiwoom's order
    rows: tuple[tuple[str, ...], ...] = ()
    watches: tuple[str, ...] = ()  # codes which this TR registers for real time on its screen
    ticket: int = 0  # of the `Query`; 0 where nobody can have given it up meanwhile
    records: tuple[str, ...] = ()  # names of its records; () if any name reads them


@dataclass(frozen=True, slots=True)
class Said:
    """OnReceiveMsg."""

    screen: str
    name: str
    tr: str
    text: str


@dataclass(frozen=True, slots=True)
class RealData:
    """OnReceiveRealData; `values` in the order of the raw text."""

    code: str
    type: str  # 주식체결, 주식호가잔량, ...
    values: Mapping[int, str]  # by FID


@dataclass(frozen=True, slots=True)
class ChejanData:
    """OnReceiveChejanData; `values` in the order of the FID list."""

    gubun: str  # "0" order or fill, "1" balance
    values: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ConditionsLoaded:
    is_loaded: bool
    message: str
    names: Mapping[int, str]  # by index


@dataclass(frozen=True, slots=True)
class ConditionFound:
    """OnReceiveTrCondition."""

    screen: str
    name: str
    index: int
    codes: tuple[str, ...]
    prices: tuple[int, ...] = ()  # won, of each code, for who asked for them (AddPrice)


@dataclass(frozen=True, slots=True)
class ConditionMoved:
    """OnReceiveRealCondition."""

    code: str
    has_entered: bool
    name: str
    index: int


Packet = (
    Connected
    | Answer
    | Said
    | RealData
    | ChejanData
    | ConditionsLoaded
    | ConditionFound
    | ConditionMoved
)

Send = Callable[[Request], None]
"""Hands a request to the servers' thread and returns at once; from the control's thread only."""

Deliver = Callable[[Packet], None]
"""Hands a packet to the control's thread and returns at once; from the servers' thread only."""


@dataclass(frozen=True, slots=True)
class Master:
    """What the control's local files say of one security."""

    code: str
    name: str
    market: str  # of GetCodeListByMarket: "0" KOSPI, "10" KOSDAQ, "8" ETF
    last_price: int  # 기준가, won
    state: str  # GetMasterStockState: "증거금20%|담보대출|신용가능"
    construction: str  # GetMasterConstruction: 정상, 투자주의, ...
    listed_date: str  # YYYYMMDD
    listed_shares: int
    info: str = ""  # KOA_Functions("GetMasterStockInfo"): "시장구분0|거래소;업종구분|전기전자;"
    warning: str = "0"  # KOA_Functions("IsOrderWarningStock")


Masters = Mapping[str, Master]
"""By code; fixed for the day, so any thread may read it."""
