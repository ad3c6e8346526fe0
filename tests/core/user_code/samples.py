"""Files of a user's own: good ones, and all kinds of bad ones."""

RULE = '''
"""Buys above the last close. Second sentence.

More.
"""
from config.schema import Options, section
from config.text import Text
from core.domain.signal import RuleResult
from core.rules import Rule, register
from core.rules.registry import weight

TITLE = Text("내 상승", "My rise")


@section("strategy")
class Opts(Options):
    weight_rise: float = weight(1.0, TITLE)


@register("rise")
class Rise(Rule):
    title = TITLE

    def __init__(self, settings):
        self.weight = settings[Opts].weight_rise

    def evaluate(self, prev, latest):
        buys = prev is not None and latest.close > prev.close
        return RuleResult("rise", buys, not buys, self.weight, {"close": latest.close})
'''

INDICATOR = '''
import numpy as np

from config.text import Text
from core.indicators import Indicator, Pane, Plot, register


@register("twice")
class Twice(Indicator):
    """Twice the close."""

    title = Text("두 배", "Twice")
    names = ("twice",)

    def __init__(self, settings):
        self.warmup = 3

    def update(self, bar, values):
        values["twice"] = 2.0 * bar.close

    def batch(self, columns):
        return {"twice": 2.0 * columns.close}

    def plots(self):
        return (Plot(self.title, self.names, "twice", Pane.OWN),)
'''

PREDICTOR = """
from config.text import Text
from core.predict.own import register


@register("half", Text("절반", "Half"))
def predict(features):
    return None if features["return_1"] is None else features["return_1"] / 2
"""


def rule_with(evaluate: str) -> str:
    """Return RULE with another body of `evaluate`."""
    head, _, _ = RULE.partition("        buys = prev")
    return head + f"        {evaluate}\n"


def indicator_with(update: str = "", batch: str = "", init: str = "") -> str:
    """Return INDICATOR with other bodies."""
    text = INDICATOR
    if update:
        text = text.replace('values["twice"] = 2.0 * bar.close', update)
    if batch:
        text = text.replace('return {"twice": 2.0 * columns.close}', batch)
    if init:
        text = text.replace("self.warmup = 3", init)
    return text
