"""What the adapter itself says of an order in the broker's place."""

from __future__ import annotations

from core.domain.own_words import own

NOTHING_LEFT = own(
    "정정/취소할 수량이 없습니다.",
    "nothing is left to amend or cancel.",
)
UNKNOWN_ORDER = own(
    "주문번호를 확인하세요.",
    "no such order number.",
)
NOT_SENT = own(
    "연결이 끊겨 보내지 못했습니다.",
    "the line was lost before it was sent.",
)
NO_ANSWER = own(
    "주문 응답이 없습니다. 서버의 주문 목록을 확인합니다.",
    "no answer to the order came; the server's list of orders is looked at.",
)
LINE_LOST = own(
    "연결이 끊겨 주문 결과를 알 수 없습니다. 다시 접속하면 확인합니다.",
    "the line was lost, so what became of it is not known; it is looked up after the next login.",
)
TAKEN_BACK = own(
    "보내기 전에 취소되었습니다.",
    "cancelled before it was sent.",
)
BUSY = own(
    "앞선 정정·취소의 응답을 기다리는 중입니다.",
    "an earlier amendment or cancel has not been answered yet.",
)
TOO_MUCH = own(
    "정정수량이 정정가능수량을 초과합니다.",
    "more shares than can be amended.",
)
