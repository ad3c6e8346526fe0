"""What a certificate says in words."""

from __future__ import annotations

from collections.abc import Sequence

from config.text import Text
from core.certificate.certificate import Verdict

TITLE = Text("마감 확인서", "Closing certificate")
VERDICTS = {
    Verdict.AGREES: Text("일치", "agrees"),
    Verdict.DIFFERS: Text("불일치", "differs"),
    Verdict.NOT_COMPARED: Text("비교 안 함", "not compared"),
}
FIELDS = {
    "filled": Text("체결수량 우리 {} 증권사 {}", "filled: ours {}, broker {}"),
    "value": Text("체결금액 우리 {} 증권사 {}", "value: ours {}, broker {}"),
    "commission": Text("수수료 우리 {} 증권사 {}", "commission: ours {}, broker {}"),
    "tax": Text("세금 우리 {} 증권사 {}", "tax: ours {}, broker {}"),
    "remaining": Text("미체결 우리 {} 증권사 {}", "working: ours {}, broker {}"),
}
"""What is compared of an order."""

CASH = Text("예수금", "Cash")
TOTALS = {
    "bought": Text("매수금액", "Bought"),
    "sold": Text("매도금액", "Sold"),
    "commission": Text("수수료", "Commission"),
    "tax": Text("세금", "Tax"),
}
"""Sums over all orders of the day."""

NOT_LISTED = Text("증권사 목록에 없는 주문입니다", "the broker does not list it")
NOT_LISTED_EMPTY = Text(
    "증권사 목록에 없고 체결도 없습니다", "not listed by the broker, and nothing was filled"
)
STRANGER = Text("우리 일지에 없는 주문입니다", "our journal has never heard of it")
STRANGER_EMPTY = Text(
    "우리 일지에 없고 체결도 없습니다", "not in our journal, and nothing was filled"
)
NO_LIST = Text(
    "증권사가 당일 주문 목록을 주지 않았습니다", "the broker did not list its orders of the day"
)
NO_WORD = Text(
    "이 날 증권사의 잔고 보고가 없습니다", "the broker never reported the account on this day"
)
NO_BOOKS = Text(
    "이 날 우리 장부가 시작되지 않았습니다(증권사 잔고를 받지 못함)",
    "our books never began: no account report was taken over",
)
NO_ROUND = Text(
    "당일 사고 모두 판 종목만 비교합니다(보유가 이월되었거나 남음)",
    "only compared where all was bought and sold on the day; shares came from before or are left",
)
LATER = Text(
    "증권사 보고 뒤의 체결 {}건은 비교하지 않았습니다. 메뉴 매매 > 마감 확인서로 다시 받으세요",
    "{} fills after the broker's report are not compared; ask again: Trade > Closing certificate",
)
CHAIN = Text(
    "매매일지의 해시 사슬이 끊겼습니다. journal verify로 자리를 확인하세요",
    "the journal's hash chain is broken: `journal verify` says where",
)
DIFFERING = Text(
    "{}줄이 다릅니다. 예수금 차이 {:+,}원", "{} lines differ; the broker's cash is {:+,} won off"
)
AGREED = Text(
    "{} 현재 주문 {}건, 체결 {}건, 주식과 현금이 1원까지 일치합니다",
    "as of {}: {} orders, {} fills, shares and cash agree to the won",
)
SILENT = Text(
    "지금 증권사가 답하지 않습니다. {}의 보고와는 다른 것이 없습니다",
    "the broker does not answer now; nothing differs from its report of {}",
)
OLD = Text(
    "증권사의 마지막 목록은 {}의 것이고 우리 기록은 {}까지 있습니다. 다시 받으세요",
    "the broker's last list is of {}, our records go on until {}; ask again",
)
FROZEN = Text(
    "{}: 대조 중 동결된 종목입니다(증권사 {}주, 우리 {}주)",
    "{}: frozen, as both sides differ (broker {}, ours {} shares)",
)
ADOPTED = Text(
    "이 날 우리 장부를 증권사 잔고에 맞춘 횟수: {} (시작, 재시작, 대조 결정)",
    "our books were set to the broker's report {} times (start, restart, resolved differences)",
)
IN_SUM = Text(
    "증권사의 당일 주문 목록에는 주문마다 체결 합계만 있어, 체결은 주문별 합계로 비교합니다",
    "the broker's list tells fills in sum for each order, so they are compared in sum",
)


def joined(parts: Sequence[Text]) -> Text:
    """Return several texts as one."""
    return Text(", ".join(part.ko for part in parts), ", ".join(part.en for part in parts))
