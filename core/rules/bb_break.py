"""Buy when the close breaks out above the upper Bollinger band, sell below the lower one."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import (
    above,
    above_each,
    at_least,
    at_least_each,
    at_most,
    at_most_each,
    below,
    below_each,
)
from core.domain.signal import RuleResult, Snapshot
from core.indicators.registry import Arrays
from core.indicators.stretch import Lines, Stretch
from core.rules.registry import Rule, Verdicts, before, register, weight
from core.series import BarColumns

TITLE = Text("볼린저 돌파", "Bollinger break")


@section("strategy")
class BollingerBreakOptions(Options):
    weight_bb_break: float = weight(0.7, TITLE)


@register("bb_break")
class BollingerBreak(Rule):
    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[BollingerBreakOptions].weight_bb_break

    def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
        if prev is None:
            return False, False
        close, old_close = latest.bar.close, prev.bar.close
        if above(close, latest.values["bb_high"]):
            return at_most(old_close, prev.values["bb_high"]), False
        if below(close, latest.values["bb_low"]):
            return False, at_least(old_close, prev.values["bb_low"])
        return False, False

    def worth_asking(self, stretch: Stretch, lines: Lines) -> list[int]:
        rows = zip(stretch.close_float, lines["bb_low"], lines["bb_high"], strict=True)
        return [row for row, (close, low, high) in enumerate(rows) if close > high or close < low]

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        old_close = prev.bar.close if prev else None
        old_low = prev.values["bb_low"] if prev else None
        old_high = prev.values["bb_high"] if prev else None
        close = latest.bar.close
        low, high = latest.values["bb_low"], latest.values["bb_high"]
        buys, sells = self.holds(prev, latest)
        seen = {
            "prev.close": old_close,
            "prev.bb_low": old_low,
            "prev.bb_high": old_high,
            "close": close,
            "bb_low": low,
            "bb_high": high,
        }
        return RuleResult(self.name, buys, sells, self.weight, seen)

    def batch(self, columns: BarColumns, values: Arrays) -> Verdicts:
        close, low, high = columns.close, values["bb_low"], values["bb_high"]
        old = before(close)
        return Verdicts(
            above_each(close, high) & at_most_each(old, before(high)),
            below_each(close, low) & at_least_each(old, before(low)),
        )
