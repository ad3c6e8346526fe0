"""The stock is none the exchange has halted or warns of in a way the trader keeps away from."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext

_HALTED = "거래정지"


@section("risk")
class InstrumentStateOptions(Options):
    block_managed: bool = option(
        True,
        page="risk",
        title=Text("관리종목 매수 금지", "Keep away from 관리종목"),
        help=Text(
            "상장폐지 우려가 있어 거래소가 따로 관리하는 종목은 사지 않습니다.",
            "Stocks under administration, in danger of being delisted, are not bought.",
        ),
    )
    block_liquidation: bool = option(
        True,
        page="risk",
        title=Text("정리매매 매수 금지", "Keep away from 정리매매"),
        help=Text(
            "상장폐지가 정해져 가격제한폭 없이 정리매매 중인 종목은 사지 않습니다.",
            "Stocks in their last days before being delisted, without price limits, are not "
            "bought.",
        ),
    )
    block_risk: bool = option(
        True,
        page="risk",
        title=Text("투자위험 매수 금지", "Keep away from 투자위험"),
        help=Text(
            "시장경보 세 단계 중 가장 높은 투자위험 종목은 사지 않습니다. "
            "추가로 오르면 거래가 정지됩니다.",
            "Stocks with the highest market alert are not bought: trading stops if they rise on.",
        ),
    )
    block_alert: bool = option(
        False,
        page="risk",
        title=Text("투자경고 매수 금지", "Keep away from 투자경고"),
        help=Text(
            "시장경보 두 번째 단계인 투자경고 종목은 사지 않습니다.",
            "Stocks with the second of the market alerts are not bought.",
        ),
    )
    block_overheated: bool = option(
        False,
        page="risk",
        title=Text("단기과열 매수 금지", "Keep away from 단기과열"),
        help=Text(
            "단기과열로 지정되어 30분마다 단일가로만 거래되는 종목은 사지 않습니다.",
            "Stocks called overheated, which trade in half-hourly auctions only, are not bought.",
        ),
    )


_WARNINGS = {
    "관리종목": "block_managed",
    "정리매매": "block_liquidation",
    "투자위험": "block_risk",
    "투자경고": "block_alert",
    "단기과열": "block_overheated",
}
"""The exchange's words, and the options that keep away from them."""


@register
def instrument_state(intent: OrderIntent, context: RiskContext) -> Check:
    options = context.settings[InstrumentStateOptions]
    blocked = [word for word, name in _WARNINGS.items() if getattr(options, name)]
    found = [word for word in context.warnings if any(name in word for name in blocked)]
    if context.is_halted:
        found.insert(0, _HALTED)
    words = "·".join(dict.fromkeys(found))
    reason = Text(f"거래소 지정: {words}", f"the exchange marks it as {words}")
    return Check(
        "instrument_state",
        Text("종목 상태", "Stock's state"),
        passed=not found,
        reason=reason if found else None,
    )
