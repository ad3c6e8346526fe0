"""Buy or sell when the AI predicts a return beyond the threshold."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, below
from core.domain.signal import RuleResult, Snapshot
from core.indicators.registry import Arrays
from core.indicators.stretch import Lines, Stretch
from core.predict.options import AiOptions
from core.rules.registry import Rule, Verdicts, register, weight
from core.series import BarColumns

TITLE = Text.of("AI")


@section("strategy")
class AiRuleOptions(Options):
    weight_ai: float = weight(1.0, TITLE)


@register("ai")
class AiRule(Rule):
    """Reads the prediction from `latest.values["ai"]`; absent or None counts on neither side.

    Its note is "off" while ai.enabled is off and "absent" without a prediction; the caller of
    `Scorer.score` may put the reason in its place.
    """

    title = TITLE

    def __init__(self, settings: Settings) -> None:
        options = settings[AiOptions]
        self.weight = settings[AiRuleOptions].weight_ai
        self._threshold = options.threshold
        self._off: RuleResult | None = None
        if not options.enabled:
            self._off = RuleResult(self.name, False, False, self.weight, {"ai": None}, "off")

    def holds(self, prev: Snapshot | None, latest: Snapshot) -> tuple[bool, bool]:
        if self._off is not None:
            return False, False
        predicted = latest.values.get("ai")
        return above(predicted, self._threshold), below(predicted, -self._threshold)

    def worth_asking(self, stretch: Stretch, lines: Lines) -> Iterable[int]:
        if self._off is not None or "ai" not in lines:
            return ()
        return range(len(stretch))

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        if self._off is not None:
            return self._off
        predicted = latest.values.get("ai")
        buys, sells = self.holds(prev, latest)
        note = "absent" if predicted is None else ""
        return RuleResult(self.name, buys, sells, self.weight, {"ai": predicted}, note)

    def batch(self, columns: BarColumns, values: Arrays) -> Verdicts:
        if self._off is not None or "ai" not in values:
            nothing = np.zeros(len(columns), np.bool_)
            return Verdicts(nothing, nothing)
        return super().batch(columns, values)
