"""Stop-loss and take-profit levels of a position."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.portfolio import Position
from core.domain.price import Price
from core.domain.signal import Action


@section("risk")
class ExitOptions(Options):
    stop_loss_pct: float = option(
        1.0,
        ge=0.1,
        le=30,
        unit="%",
        page="risk",
        title=Text("손절", "Stop loss"),
        help=Text(
            "평균 매입가에서 이만큼 내리면 시장가로 매도합니다. 체결(틱)마다 확인합니다.",
            "Sells at market once the price is this far below the average entry, on any tick.",
        ),
    )
    take_profit_pct: float = option(
        2.0,
        ge=0.1,
        le=100,
        unit="%",
        page="risk",
        title=Text("익절", "Take profit"),
        help=Text(
            "평균 매입가에서 이만큼 오르면 시장가로 매도합니다. 체결(틱)마다 확인합니다.",
            "Sells at market once the price is this far above the average entry, on any tick.",
        ),
    )


def levels(entry_price: float, options: ExitOptions) -> tuple[float, float]:
    """Return the stop and the target level in won, not rounded to the price grid."""
    stop = entry_price * (1 - options.stop_loss_pct / 100)
    target = entry_price * (1 + options.take_profit_pct / 100)
    return stop, target


def touched(position: Position, price: Price) -> Action | None:
    """Return SELL_SL or SELL_TP where `price` reaches a level; the stop wins over the target."""
    if position.stop_level is not None and price <= position.stop_level:
        return Action.SELL_SL
    if position.target_level is not None and price >= position.target_level:
        return Action.SELL_TP
    return None
