"""What the bracket codes in Kiwoom's words on a refused order hint at.

Whether an order was taken is never read from them: its number says that. They change without
notice, so they only choose what is done next, and each leads to something careful.
"""

from __future__ import annotations

import re

from core.domain.order import Refusal

_BRACKET = re.compile(r"\[(\w+)\]")

# Of the mock server (모의투자) as recorded, but for the last one.
_HINTS = {
    "RC4007": Refusal.SYMBOL,  # 매매금지 종목
    "RC4025": Refusal.CASH,  # 매수증거금이 부족합니다
    "RC4027": Refusal.PRICE,  # 상/하한가 오류
    "RC4033": Refusal.NOTHING_LEFT,  # 정정/취소할 수량이 없습니다
    "RC4042": Refusal.NOTHING_LEFT,  # 정정수량이 정정가능수량을 초과합니다
    "RC4058": Refusal.CLOSED,  # 장종료
    "RC4061": Refusal.UNKNOWN_ORDER,  # 주문번호를 확인하세요
    "RC4085": Refusal.BUSY,  # 체결중인 수량이 있습니다
    "RC9000": Refusal.KIND,  # 해당업무가 제공되지 않습니다
    "00Z217": Refusal.NOT_NOW,  # 장시작전입니다
    "00Z218": Refusal.CLOSED,  # 장종료 상태입니다
    "00Z924": Refusal.NOTHING_LEFT,  # 취소수량이 취소가능수량을 초과합니다
    "571489": Refusal.CLOSED,  # 장이 열리지 않는 날입니다
}


def of(words: str) -> Refusal:
    """Return what the first bracket code in the broker's words hints at."""
    found = _BRACKET.search(words)
    return _HINTS.get(found.group(1), Refusal.OTHER) if found else Refusal.OTHER
