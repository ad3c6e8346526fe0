"""Which code a refusal of Kiwoom's has, where it is really known."""

from __future__ import annotations

import pytest

from broker.kiwoom import errors, hints
from core.domain.order import Refusal


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (-301, Refusal.ACCOUNT),
        (-303, Refusal.SIZE),
        (-307, Refusal.LINE),
        (-308, Refusal.RATE),
        (-311, Refusal.RATE),
        (None, Refusal.LINE),
        (-999, Refusal.OTHER),
    ],
)
def test_a_return_code_is_a_refusal(code: int | None, refusal: Refusal) -> None:
    assert errors.refusal_of(code) is refusal


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("[RC4027] 모의투자 상/하한가 오류입니다.", Refusal.PRICE),
        ("[571489] 장이 열리지않는 날입니다", Refusal.CLOSED),
        ("[100000] 모의투자 매수주문완료", Refusal.OTHER),
        ("매수증거금이 부족합니다", Refusal.OTHER),
        ("", Refusal.OTHER),
    ],
)
def test_only_a_bracket_code_hints(words: str, refusal: Refusal) -> None:
    assert hints.of(words) is refusal
