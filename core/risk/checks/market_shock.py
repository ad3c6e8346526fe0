"""The whole market is not falling: an entry's signal says nothing of that."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text
from core.domain.order import OrderIntent
from core.domain.risk import Check
from core.risk.checks import register
from core.risk.context import RiskContext


@section("risk")
class MarketShockOptions(Options):
    market_shock_pct: float = option(
        2.0,
        ge=0,
        le=30,
        unit="%",
        page="risk",
        title=Text("시장 급락 매수 금지", "Market shock"),
        help=Text(
            "지수(없으면 관심종목의 중앙값)가 아래 시간의 고점에서 이만큼 내렸으면 새로 사지 "
            "않습니다. 0이면 따지지 않습니다.",
            "Nothing is bought while the index (without one, the median of the watchlist) is this "
            "far below its high of the time below. 0: off.",
        ),
    )
    market_shock_window_min: int = option(
        10,
        ge=1,
        le=120,
        unit=Text("분", "min"),
        page="risk",
        title=Text("시장 급락 관찰 시간", "Market shock is measured over"),
        help=Text(
            "시장의 고점을 찾는 시간입니다.",
            "The time in which the market's high is looked for.",
        ),
    )


@register
def market_shock(intent: OrderIntent, context: RiskContext) -> Check:
    options = context.settings[MarketShockOptions]
    title, limit = Text("시장 급락", "Market shock"), options.market_shock_pct
    fall = context.market_fall_pct
    if not limit or fall is None:
        return Check("market_shock", title, passed=True)
    minutes = options.market_shock_window_min
    reason = Text(
        f"시장이 {minutes}분 고점에서 {fall:.2f}% 내렸습니다(한도 {limit}%)",
        f"the market is {fall:.2f} % below its {minutes} min high (limit {limit} %)",
    )
    passed = fall < limit
    return Check("market_shock", title, passed, fall, limit, "%", None if passed else reason)
