"""Buy when the short EMA crosses above the long one, sell when it crosses below."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, above_each, below, below_each
from core.domain.signal import RuleResult, Snapshot
from core.indicators.registry import Arrays
from core.indicators.stretch import Lines, Stretch
from core.rules.crossings import crossings
from core.rules.registry import Rule, Verdicts, register, weight
from core.series import BarColumns

TITLE = Text("EMA 교차", "EMA cross")


@section("strategy")
class EmaCrossOptions(Options):
    weight_ema_cross: float = weight(1.0, TITLE)


@register("ema_cross")
class EmaCross(Rule):
    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[EmaCrossOptions].weight_ema_cross

    def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
        if prev is None:
            return False, False
        old_short, old_long = prev.values["ema_short"], prev.values["ema_long"]
        if above(latest.values["ema_short"], latest.values["ema_long"]):
            return below(old_short, old_long), False
        if above(old_short, old_long):
            return False, below(latest.values["ema_short"], latest.values["ema_long"])
        return False, False

    def worth_asking(self, stretch: Stretch, lines: Lines) -> list[int]:
        return crossings(lines["ema_short"], lines["ema_long"])

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        old_short = prev.values["ema_short"] if prev else None
        old_long = prev.values["ema_long"] if prev else None
        short, long = latest.values["ema_short"], latest.values["ema_long"]
        buys, sells = self.holds(prev, latest)
        seen = {
            "prev.ema_short": old_short,
            "prev.ema_long": old_long,
            "ema_short": short,
            "ema_long": long,
        }
        return RuleResult(self.name, buys, sells, self.weight, seen)

    def batch(self, columns: BarColumns, values: Arrays) -> Verdicts:
        short, long = values["ema_short"], values["ema_long"]
        is_above, is_below = above_each(short, long), below_each(short, long)
        buys, sells = is_above.copy(), is_below.copy()
        buys[:1] = sells[:1] = False
        buys[1:] &= is_below[:-1]
        sells[1:] &= is_above[:-1]
        return Verdicts(buys, sells)
