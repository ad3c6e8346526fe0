"""What the desk tells people."""

from __future__ import annotations

from collections.abc import Mapping

from config.text import Text
from core.domain.order import AmendRejected, CancelRejected, Order, OrderLost, Side
from core.domain.own_words import told

_SIDES = {Side.BUY: Text("매수", "buy"), Side.SELL: Text("매도", "sell")}

REPORTED: Mapping[type, Text] = {
    CancelRejected: Text("취소 거부: {}", "the cancel was rejected: {}"),
    AmendRejected: Text("정정 거부: {}", "the amendment was rejected: {}"),
    OrderLost: Text(
        "주문이 접수되었는지 알 수 없어 증권사에 확인합니다: {}",
        "it is not known whether an order has arrived; asking the broker: {}",
    ),
}
"""What is told of a report, with the broker's words."""
WAITING = Text(
    "거래정지 중이라 매도할 수 없습니다. 거래가 재개되면 다시 시도합니다",
    "trading in it is halted: the sell waits until trading resumes",
)
FOREIGN_POSITION = Text(
    "다른 곳에서 산 종목입니다. 위험 한도에는 포함하지만 손절·익절·신호로는 매도하지 않습니다",
    "bought elsewhere: it counts in the risk limits, but stop, target and signals do not sell it",
)


def rejected(order: Order, next_step: Text) -> Text:
    """Say that an order was refused, and what happens next."""
    note = told(order.note)
    return Text(
        f"주문 거부: {note.ko}. {next_step.ko}",
        f"order {order.id} was rejected: {note.en}; {next_step.en}",
    )


def made_elsewhere(order: Order) -> Text:
    side, quantity = _SIDES[order.intent.side], order.intent.quantity
    return Text(
        f"다른 곳에서 낸 주문: {side.ko} {quantity:,}주",
        f"an order made elsewhere: {side.en} {quantity:,}",
    )


def overfilled(order: Order) -> Text:
    ordered = order.intent.quantity
    return Text(
        f"주문 {order.id}: {order.filled:,}주 체결(주문 {ordered:,}주)",
        f"order {order.id}: {order.filled:,} filled of {ordered:,} ordered",
    )


def oversold(shares: int) -> Text:
    return Text(
        f"보유보다 {shares:,}주 더 팔렸습니다. 영웅문에서 잔고를 확인하세요",
        f"{shares:,} shares more were sold than held; check the balance in the HTS",
    )
