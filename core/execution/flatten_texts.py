"""What a flatten says of each symbol that is not at zero yet."""

from __future__ import annotations

from config.text import Text
from core.domain.messages import Interruption
from core.domain.session import Phase
from core.execution.interruptions import Stop

SENDING = Text("시장가 매도를 보냅니다", "a market sell is being sent")
CLOSING_PRICE = Text(
    "장후 시간외종가(당일 종가) 매도를 보냅니다",
    "a sell at the day's closing price (after-hours) is being sent",
)
REFUSED = Text(
    "증권사가 매도를 거부했습니다({}). 몇 초마다 다시 보냅니다",
    "the broker refused its sell ({}); it is sent again every few seconds",
)
CANCELING = Text("취소 확인을 기다립니다", "waiting for the cancel to be confirmed")
WAITING = Text("주문 결과를 기다립니다", "waiting for the outcome of its order")
UNKNOWN = Text(
    "증권사의 답이 없는 주문이 접수되었는지 확인하고 있습니다",
    "an order nobody answered: asking the broker whether it has arrived",
)
_HALTED = Text(
    "거래정지 중이라 주문을 받지 않습니다. 거래가 재개되면 바로 매도합니다",
    "trading in it is halted and no order is taken; it is sold as soon as trading resumes",
)
STOPPED = dict.fromkeys(Interruption, _HALTED) | {
    Interruption.CIRCUIT_BREAKER: Text(
        "서킷브레이커로 20분간 주문을 받지 않습니다. 단일가 접수가 시작되면 매도합니다",
        "the circuit breaker takes no orders for 20 minutes; it is sold in the auction after it",
    )
}
"""Why nothing can be sold, by what stopped it."""
_LATER = Text(
    "지금은 매도할 수 없습니다. 장 시작 동시호가(08:30)가 열리면 주문합니다",
    "can't be sold now; sold when the opening auction takes orders (08:30)",
)
CLOSED = {
    Phase.CLOSED_DAY: _LATER,
    Phase.BEFORE_OPEN: _LATER,
    Phase.AFTER_CLOSE: Text(
        "정규장이 끝났습니다. 15:40~16:00에는 장후 시간외종가로 매도합니다. "
        "애프터마켓(16:00~20:00, 지정가만)은 자동으로 쓰지 않으니 "
        "영웅문 [4989] 키움주문에서 직접 주문하세요",
        "the regular session is over; from 15:40 to 16:00 it is sold at the closing price. The "
        "after-market (16:00 to 20:00, limit orders only) is not used by itself: order in HTS "
        "screen [4989]",
    ),
}
"""Why nothing can be sold, in the phases in which that is so."""

_FILLING = Text("시장가 매도 체결을 기다립니다", "waiting for the market sell to be filled")
_IN_AUCTION = {
    Phase.OPENING_AUCTION: Text(
        "시가 동시호가에 매도 주문이 들어가 있습니다", "its sell waits for the opening auction"
    ),
    Phase.CLOSING_AUCTION: Text(
        "종가 동시호가에 매도 주문이 들어가 있습니다", "its sell waits for the closing auction"
    ),
    Phase.AFTER_CLOSE: Text(
        "장후 시간외종가 매도 체결을 기다립니다",
        "waiting for the sell at the closing price to be filled",
    ),
}
_INTERRUPTED = {
    Interruption.STATIC_VI: Text(
        "VI 단일가에 매도 주문이 들어가 있습니다",
        "its sell waits for the auction of the volatility interruption",
    ),
    Interruption.HALT: Text(
        "거래정지 전에 낸 매도가 재개를 기다립니다", "its sell waits for the halt to end"
    ),
    Interruption.CIRCUIT_BREAKER: Text(
        "서킷브레이커가 풀리기를 기다립니다", "its sell waits for the circuit breaker to end"
    ),
}
_INTERRUPTED[Interruption.DYNAMIC_VI] = _INTERRUPTED[Interruption.STATIC_VI]


def selling(phase: Phase, stop: Stop | None) -> Text:
    """Return what a working exit waits for."""
    if stop is not None:
        return _INTERRUPTED[stop.kind]
    return _IN_AUCTION.get(phase, _FILLING)
