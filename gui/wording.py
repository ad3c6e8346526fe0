"""What the core's codes are called in the window, in the words of the HTS."""

from __future__ import annotations

from config.text import Text
from core.domain.messages import FlattenStep, Severity
from core.domain.order import OrderKind, OrderStatus, Reason, Side
from core.domain.risk import TradingState
from core.domain.session import Phase
from core.domain.signal import Action
from core.rules import registered

SIDE = {Side.BUY: Text("매수", "Buy"), Side.SELL: Text("매도", "Sell")}
SIDE_TONE = {Side.BUY: "up", Side.SELL: "down"}

KIND = {OrderKind.MARKET: Text("시장가", "Market"), OrderKind.LIMIT: Text("지정가", "Limit")}

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

REASON = {
    Reason.SIGNAL: Text("신호", "Signal"),
    Reason.SL: Text("손절", "Stop loss"),
    Reason.TP: Text("익절", "Take profit"),
    Reason.EOD: Text("장마감", "End of day"),
    Reason.LIMIT: Text("일일한도", "Daily limit"),
    Reason.FLATTEN: Text("전량청산", "Flatten"),
    Reason.MANUAL: Text("수동", "Manual"),
    Reason.FOREIGN: Text("외부", "Foreign"),
}

ACTION = {
    Action.BUY: Text("매수", "Buy"),
    Action.SELL: Text("매도", "Sell"),
    Action.SELL_SL: Text("손절", "Stop loss"),
    Action.SELL_TP: Text("익절", "Take profit"),
    Action.HOLD: Text("관망", "Hold"),
}
ACTION_TONE = {
    Action.BUY: "up",
    Action.SELL: "down",
    Action.SELL_SL: "down",
    Action.SELL_TP: "down",
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
