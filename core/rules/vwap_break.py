"""Buy when the close breaks out above the day's VWAP, sell when it falls below."""

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
from core.rules.crossings import crossings
from core.rules.registry import Rule, Verdicts, before, register, weight
from core.series import BarColumns

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

    def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
        if prev is None:
            return False, False
        close, vwap = latest.bar.close, latest.values["vwap"]
        if above(close, vwap):
            return at_most(prev.bar.close, prev.values["vwap"]), False
        if below(close, vwap):
            return False, at_least(prev.bar.close, prev.values["vwap"])
        return False, False

    def worth_asking(self, stretch: Stretch, lines: Lines) -> list[int]:
        return crossings(stretch.close_float, lines["vwap"])

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        old_close = prev.bar.close if prev else None
        old_vwap = prev.values["vwap"] if prev else None
        close, vwap = latest.bar.close, latest.values["vwap"]
        buys, sells = self.holds(prev, latest)
        seen = {
            "prev.close": old_close,
            "prev.vwap": old_vwap,
            "close": close,
            "vwap": vwap,
        }
        return RuleResult(self.name, buys, sells, self.weight, seen)

    def batch(self, columns: BarColumns, values: Arrays) -> Verdicts:
        close, vwap = columns.close, values["vwap"]
        old, old_vwap = before(close), before(vwap)
        return Verdicts(
            above_each(close, vwap) & at_most_each(old, old_vwap),
            below_each(close, vwap) & at_least_each(old, old_vwap),
        )
