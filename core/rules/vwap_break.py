"""Buy when the close breaks out above the day's VWAP, sell when it falls below."""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, at_least, at_most, below
from core.domain.signal import RuleResult, Snapshot
from core.rules.registry import Rule, register, weight

TITLE = Text("VWAP 돌파", "VWAP break")


@section("strategy")
class VwapBreakOptions(Options):
    weight_vwap_break: float = weight(0.5, TITLE)


@register("vwap_break")
class VwapBreak(Rule):
    """On a day's first bar the VWAP before is yesterday's last."""

    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[VwapBreakOptions].weight_vwap_break

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        old_close = prev.bar.close if prev else None
        old_vwap = prev.values["vwap"] if prev else None
        close, vwap = latest.bar.close, latest.values["vwap"]
        buys = above(close, vwap) and at_most(old_close, old_vwap)
        sells = below(close, vwap) and at_least(old_close, old_vwap)
        seen = {
            "prev.close": old_close,
            "prev.vwap": old_vwap,
            "close": close,
            "vwap": vwap,
        }
        return RuleResult(self.name, buys, sells, self.weight, seen)
