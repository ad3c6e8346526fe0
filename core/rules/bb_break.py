"""Buy when the close breaks out above the upper Bollinger band, sell below the lower one."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, at_least, at_most, below
from core.domain.signal import RuleResult, Snapshot
from core.rules.registry import Rule, register, weight

TITLE = Text("볼린저 돌파", "Bollinger break")


@section("strategy")
class BollingerBreakOptions(Options):
    weight_bb_break: float = weight(0.7, TITLE)


@register("bb_break")
class BollingerBreak(Rule):
    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[BollingerBreakOptions].weight_bb_break

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        old_close = prev.bar.close if prev else None
        old_low = prev.values["bb_low"] if prev else None
        old_high = prev.values["bb_high"] if prev else None
        close = latest.bar.close
        low, high = latest.values["bb_low"], latest.values["bb_high"]
        buys = above(close, high) and at_most(old_close, old_high)
        sells = below(close, low) and at_least(old_close, old_low)
        seen = {
            "prev.close": old_close,
            "prev.bb_low": old_low,
            "prev.bb_high": old_high,
            "close": close,
            "bb_low": low,
            "bb_high": high,
        }
        return RuleResult(self.name, buys, sells, self.weight, seen)
