"""Buy when the short EMA crosses above the long one, sell when it crosses below."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, below
from core.domain.signal import RuleResult, Snapshot
from core.rules.registry import Rule, register, weight

TITLE = Text("EMA 교차", "EMA cross")


@section("strategy")
class EmaCrossOptions(Options):
    weight_ema_cross: float = weight(1.0, TITLE)


@register("ema_cross")
class EmaCross(Rule):
    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[EmaCrossOptions].weight_ema_cross

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        old_short = prev.values["ema_short"] if prev else None
        old_long = prev.values["ema_long"] if prev else None
        short, long = latest.values["ema_short"], latest.values["ema_long"]
        buys = above(short, long) and below(old_short, old_long)
        sells = below(short, long) and above(old_short, old_long)
        seen = {
            "prev.ema_short": old_short,
            "prev.ema_long": old_long,
            "ema_short": short,
            "ema_long": long,
        }
        return RuleResult(self.name, buys, sells, self.weight, seen)
