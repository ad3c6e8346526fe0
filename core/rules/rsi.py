"""Buy below the oversold level of the RSI, sell above the overbought one."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, above_each, below, below_each
from core.domain.signal import RuleResult, Snapshot
from core.indicators.registry import Arrays
from core.indicators.rsi import RsiOptions
from core.indicators.stretch import Lines, Stretch
from core.rules.registry import Rule, Verdicts, register, weight
from core.series import BarColumns

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

    def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
        rsi = latest.values["rsi"]
        return below(rsi, self._oversold), above(rsi, self._overbought)

    def worth_asking(self, stretch: Stretch, lines: Lines) -> list[int]:
        low, high = self._oversold, self._overbought
        return [row for row, rsi in enumerate(lines["rsi"]) if rsi < low or rsi > high]

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        rsi = latest.values["rsi"]
        buys, sells = self.holds(prev, latest)
        seen = {"rsi": rsi}
        return RuleResult(self.name, buys, sells, self.weight, seen)

    def batch(self, columns: BarColumns, values: Arrays) -> Verdicts:
        rsi = values["rsi"]
        return Verdicts(below_each(rsi, self._oversold), above_each(rsi, self._overbought))
