"""What is done next after a refusal, by its code: one table, and it is said to the trader."""

from __future__ import annotations

from enum import Enum

from config.text import Text
from core.domain.order import Order, OrderKind, Refusal, Side


class NextStep(Enum):
    FIX_PRICE = "FIX_PRICE"  # once, to one that the exchange takes
    GO_TO_MARKET = "GO_TO_MARKET"  # this kind is not taken here
    WAIT_PHASE = "WAIT_PHASE"  # until a VI or an auction is over
    WAIT_RATE = "WAIT_RATE"  # until orders may leave again
    STOP_SYMBOL = "STOP_SYMBOL"  # for today
    STOP_ENTRIES = "STOP_ENTRIES"  # until a person presses START
    TELL = "TELL"  # only


NEXT_STEPS = {
    Refusal.PRICE: NextStep.FIX_PRICE,
    Refusal.KIND: NextStep.GO_TO_MARKET,
    Refusal.NOT_NOW: NextStep.WAIT_PHASE,
    Refusal.RATE: NextStep.WAIT_RATE,
    Refusal.SYMBOL: NextStep.STOP_SYMBOL,
    Refusal.SIZE: NextStep.STOP_SYMBOL,
    Refusal.ACCOUNT: NextStep.STOP_ENTRIES,
    Refusal.CLOSED: NextStep.STOP_ENTRIES,
}
"""Codes that are not here are told only. Entries are meant; an exit is tried again in any case."""

_ENTRY = {
    NextStep.FIX_PRICE: Text("가격을 맞춰 한 번 더 보냅니다", "sent once more at a valid price"),
    NextStep.GO_TO_MARKET: Text("시장가로 보냅니다", "it goes at market instead"),
    NextStep.WAIT_PHASE: Text(
        "1분 동안 이 종목을 사지 않습니다", "nothing is bought of it for a minute"
    ),
    NextStep.WAIT_RATE: Text(
        "주문 한도가 풀린 뒤 다음 신호를 기다립니다", "the next signal tries again"
    ),
    NextStep.STOP_SYMBOL: Text("오늘은 이 종목을 사지 않습니다", "nothing is bought of it today"),
    NextStep.STOP_ENTRIES: Text(
        "신규 진입을 중지합니다. 해결한 뒤 시작을 누르세요",
        "entries are stopped; press START once it is mended",
    ),
    NextStep.TELL: Text("다시 보내지 않습니다", "it is not sent again"),
}
_EXIT = Text("{}초 뒤 다시 매도합니다", "the sell is tried again in {} s")
_AT_ONCE = Text("바로 다시 매도합니다", "the sell is tried again at once")

STOPS_ENTRIES = frozenset({NextStep.STOP_SYMBOL, NextStep.STOP_ENTRIES})


def step_of(code: Refusal) -> NextStep:
    return NEXT_STEPS.get(code, NextStep.TELL)


def goes_on_at_once(order: Order, code: Refusal) -> bool:
    """Whether another order takes its place now: it was the price or the kind that was wrong."""
    is_mended = step_of(code) in (NextStep.FIX_PRICE, NextStep.GO_TO_MARKET)
    return is_mended and order.intent.kind is not OrderKind.MARKET


def next_text(order: Order, code: Refusal, wait_s: float) -> Text:
    """Say what happens next; `wait_s` until an exit is tried again, 0: now."""
    step = step_of(code)
    if order.intent.side is Side.SELL:
        return _EXIT.format(f"{wait_s:g}") if wait_s else _AT_ONCE
    if goes_on_at_once(order, code) or step not in (NextStep.FIX_PRICE, NextStep.GO_TO_MARKET):
        return _ENTRY[step]
    return _ENTRY[NextStep.TELL]
