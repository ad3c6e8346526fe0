"""How many shares a buy may be."""

from __future__ import annotations

from config.schema import Applies, Options, option, section
from config.text import Text
from core.domain.price import Price


@section("risk")
class SizingOptions(Options):
    start_capital: int = option(
        10_000_000,
        gt=0,
        unit=Text("원", "won"),
        page="risk",
        applies=Applies.NEXT_START,
        title=Text("시작 자금", "Start capital"),
        help=Text(
            "데모·재생·백테스트 계좌의 시작 자금. 실제 계좌에는 쓰이지 않습니다.",
            "Money a demo, replay or backtest account starts with. Not used with a real account.",
        ),
    )
    max_position_pct: float = option(
        10.0,
        ge=0.1,
        le=100,
        unit="%",
        page="risk",
        title=Text("종목당 최대 비중", "Largest position"),
        help=Text(
            "한 종목에 쓰는 금액의 상한, 자본(시작 자금 + 실현손익) 대비.",
            "Most that one position may cost, as a share of capital (start + realised P&L).",
        ),
    )


def quantity(capital: Price, price: Price, max_position_pct: float) -> int:
    """Return the shares that fit the position limit; 0 means no order."""
    return int((capital * max_position_pct / 100) // price)
