"""Buy below the oversold level of the RSI, sell above the overbought one."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, below
from core.domain.signal import RuleResult, Snapshot
from core.indicators.rsi import RsiOptions
from core.rules.registry import Rule, register, weight

TITLE = Text.of("RSI")


@section("strategy")
class RsiRuleOptions(Options):
    weight_rsi: float = weight(0.5, TITLE)


@register("rsi")
class RsiLevels(Rule):
    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[RsiRuleOptions].weight_rsi
        self._oversold = settings[RsiOptions].rsi_oversold
        self._overbought = settings[RsiOptions].rsi_overbought

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        rsi = latest.values["rsi"]
        buys = below(rsi, self._oversold)
        sells = above(rsi, self._overbought)
        seen = {"rsi": rsi}
        return RuleResult(self.name, buys, sells, self.weight, seen)
