"""What a fill cost beyond the price it was decided at."""

from __future__ import annotations

import pytest

from core.domain.order import Reason, Side
from core.execution.slippage import slippage
from tests.builders import a_fill, an_intent


@pytest.mark.parametrize(
    ("side", "paid", "expected"),
    [
        (Side.BUY, 70_100, 100),
        (Side.BUY, 69_900, -100),
        (Side.SELL, 69_900, 100),
        (Side.SELL, 70_000, 0),
    ],
)
def test_above_zero_is_against_the_trader(side: Side, paid: int, expected: int) -> None:
    assert slippage(a_fill(side, price=paid), an_intent(side)) == expected


def test_what_we_did_not_decide_has_none() -> None:
    assert slippage(a_fill(), an_intent(reason=Reason.FOREIGN)) is None
    assert slippage(a_fill(), an_intent(price=0)) is None
