"""What the core's codes are called in the window, in the words of the HTS."""

from __future__ import annotations

from datetime import datetime

from config.text import Text
from core.domain.messages import FlattenStep, Interrupted, Interruption, MarketNotice, Severity
from core.domain.order import OrderKind, OrderStatus, Side, TimeInForce
from core.domain.reason_titles import REASON as REASON
from core.domain.risk import TradingState
from core.domain.session import Phase
from core.domain.signal import Action
from core.rules import registered
from gui import format as fmt

SIDE = {Side.BUY: Text("매수", "Buy"), Side.SELL: Text("매도", "Sell")}
SIDE_TONE = {Side.BUY: "up", Side.SELL: "down"}

KIND = {
    OrderKind.MARKET: Text("시장가", "Market"),
    OrderKind.LIMIT: Text("지정가", "Limit"),
    OrderKind.CONDITIONAL: Text("조건부지정가", "Conditional"),
    OrderKind.BEST: Text("최유리지정가", "Best"),
    OrderKind.TOP: Text("최우선지정가", "Top"),
    OrderKind.BEFORE_HOURS_CLOSE: Text("장전시간외종가", "Pre-mkt close"),
    OrderKind.AFTER_HOURS_CLOSE: Text("장후시간외종가", "Post-mkt close"),
    OrderKind.AFTER_HOURS_SINGLE: Text("시간외단일가", "After-hrs single"),
}
_KIND_AT_ONCE = {**KIND, OrderKind.BEST: Text("최유리", "Best")}
"""What the kinds are called before IOC and FOK, as in the HTS: 최유리IOC, 지정가FOK."""

STATUS = {
    OrderStatus.CREATED: Text("준비", "Created"),
    OrderStatus.DENIED: Text("차단", "Denied"),
    OrderStatus.SUBMITTED: Text("전송", "Submitted"),
    OrderStatus.ACCEPTED: Text("접수", "Accepted"),
    OrderStatus.PARTIALLY_FILLED: Text("부분체결", "Part filled"),
    OrderStatus.FILLED: Text("체결", "Filled"),
    OrderStatus.PENDING_AMEND: Text("정정중", "Amending"),
    OrderStatus.PENDING_CANCEL: Text("취소중", "Canceling"),
    OrderStatus.CANCELED: Text("취소", "Canceled"),
    OrderStatus.REJECTED: Text("거부", "Rejected"),
    OrderStatus.EXPIRED: Text("만료", "Expired"),
    OrderStatus.UNKNOWN: Text("확인중", "Unknown"),
}

ACTION = {
    Action.BUY: Text("매수", "Buy"),
    Action.SELL: Text("매도", "Sell"),
    Action.SELL_SL: Text("손절", "Stop loss"),
    Action.SELL_TP: Text("익절", "Take profit"),
    Action.SELL_TIME: Text("시간손절", "Time stop"),
    Action.HOLD: Text("관망", "Hold"),
}
ACTION_TONE = {
    Action.BUY: "up",
    Action.SELL: "down",
    Action.SELL_SL: "down",
    Action.SELL_TP: "down",
    Action.SELL_TIME: "down",
    Action.HOLD: "muted",
}

STATE = {
    TradingState.STOPPED: Text("정지", "Stopped"),
    TradingState.RUNNING: Text("매매중", "Running"),
    TradingState.EXITS_ONLY: Text("청산만", "Exits only"),
    TradingState.FLATTENING: Text("청산중", "Flattening"),
    TradingState.HALTED: Text("중단", "Halted"),
}
STATE_TONE = {
    TradingState.STOPPED: "muted",
    TradingState.RUNNING: "ok",
    TradingState.EXITS_ONLY: "warning",
    TradingState.FLATTENING: "error",
    TradingState.HALTED: "error",
}

PHASE = {
    Phase.CLOSED_DAY: Text("휴장", "Closed"),
    Phase.BEFORE_OPEN: Text("장전", "Pre-open"),
    Phase.OPENING_AUCTION: Text("동시호가", "Open auction"),
    Phase.CONTINUOUS: Text("정규장", "Regular"),
    Phase.CLOSING_AUCTION: Text("마감 동시호가", "Close auction"),
    Phase.AFTER_CLOSE: Text("장마감", "After close"),
}

SEVERITY = {
    Severity.INFO: Text("정보", "Info"),
    Severity.WARNING: Text("주의", "Warning"),
    Severity.ERROR: Text("오류", "Error"),
}
SEVERITY_TONE = {Severity.INFO: "text", Severity.WARNING: "warning", Severity.ERROR: "error"}

INTERRUPTION = {
    Interruption.STATIC_VI: Text("정적VI", "Static VI"),
    Interruption.DYNAMIC_VI: Text("동적VI", "Dyn. VI"),
    Interruption.HALT: Text("거래정지", "Halted"),
    Interruption.CIRCUIT_BREAKER: Text("서킷브레이커", "Circuit breaker"),
}
_COUNTED = {**INTERRUPTION, Interruption.CIRCUIT_BREAKER: Text.of("CB")}
"""What they are called beside a countdown, where room is short."""
_SINCE = Text("{}{} {} 발동", "{}{} since {}")
_TRIGGER = Text(", 발동가 {}원", ", triggered at {} won")
_UNTIL = Text(", {}까지", ", until {}")
_MARKET_WIDE = Text("시장 전체 ", "Whole market: ")

NOTICE = {
    MarketNotice.BEFORE_OPEN: Text("장 시작 전", "Before the open"),
    MarketNotice.OPENED: Text("장 시작", "Opened"),
    MarketNotice.BEFORE_CLOSE: Text("장 마감 전", "Before the close"),
    MarketNotice.CLOSED: Text("장 마감", "Closed"),
    MarketNotice.AFTER_HOURS_OPENED: Text("시간외 시작", "After hours opened"),
    MarketNotice.AFTER_HOURS_CLOSED: Text("시간외 종료", "After hours closed"),
    MarketNotice.DAY_ENDED: Text("장 종료", "Day ended"),
}

SERVER = {
    "real": Text("키움 실서버", "Kiwoom, real server"),
    "mock": Text("키움 모의투자 서버", "Kiwoom, mock server"),
    "emulated": Text("에뮬레이터", "emulated server"),
    "paper": Text("페이퍼: 프로그램 안의 가상 거래소", "Paper: the exchange in this program"),
}

STEP = {
    FlattenStep.BLOCK_ENTRIES: Text("진입차단", "Block entries"),
    FlattenStep.CANCEL: Text("주문취소", "Cancel orders"),
    FlattenStep.CONFIRM_CANCELS: Text("취소확인", "Confirm cancels"),
    FlattenStep.SELL: Text("매도", "Sell"),
    FlattenStep.CONFIRM_FILLS: Text("체결확인", "Confirm fills"),
    FlattenStep.RECONCILE: Text("잔고대조", "Reconcile"),
}

SYMBOL = Text("종목코드", "Code")
NAME = Text("종목명", "Name")

_WARNING = {
    text.ko: text
    for text in (
        Text("관리종목", "Administrative"),
        Text("투자주의", "Caution"),
        Text("투자경고", "Warning"),
        Text("투자위험", "Risk"),
        Text("투자주의환기종목", "Attention"),
        Text("투자유의종목", "Attention"),
        Text("단기과열", "Overheated"),
        Text("정리매매", "Liquidation"),
        Text("감리종목", "Supervised"),
    )
}

_UNIT = {
    "won": Text("원", "won"),
    "shares": Text("주", "shares"),
    "positions": Text("종목", "positions"),
    "orders": Text("건", "orders"),
    "s": Text("초", "s"),
}


def unit(code: str) -> Text:
    """Return what a check's unit is called; a unit we don't know is shown as it is."""
    return _UNIT.get(code) or Text.of(code)


def rule_title(code: str) -> Text:
    """Return what a rule is called; a rule of a later version is shown by its code."""
    rule = registered().get(code)
    return rule.title if rule else Text.of(code)


def kind_title(kind: OrderKind, time_in_force: TimeInForce) -> Text:
    """Return what the HTS calls an order (매매구분): 지정가, 시장가IOC, 최유리FOK, 시간외단일가."""
    if time_in_force is TimeInForce.DAY:
        return KIND[kind]
    words = _KIND_AT_ONCE[kind]
    return Text(f"{words.ko}{time_in_force.value}", f"{words.en} {time_in_force.value}")


def interruption_word(event: Interrupted, now: datetime | None) -> Text:
    """Return what has stopped trading, with the time left where its end is known."""
    if event.until is None or now is None:
        return INTERRUPTION[event.kind]
    left = fmt.countdown(event.until - now)
    return Text.of("{} {}").format(_COUNTED[event.kind], left)


def interruption_line(event: Interrupted) -> Text:
    """Return all that is known of an interruption, in a line."""
    where = Text.of("") if event.symbol else _MARKET_WIDE
    parts = [_SINCE.format(where, INTERRUPTION[event.kind], fmt.clock(event.time))]
    if event.price is not None:
        parts.append(_TRIGGER.format(fmt.number(event.price)))
    if event.until is not None:
        parts.append(_UNTIL.format(fmt.clock(event.until)))
    return Text("".join(p.ko for p in parts), "".join(p.en for p in parts))


def warning_word(code: str) -> Text:
    """Return the exchange's own word on a security (관리종목, 투자경고) in both languages."""
    return _WARNING.get(code) or Text.of(code)
