"""Each rule by the table of strategy.md, section 3."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Settings
from core.domain.signal import RuleResult, Snapshot
from core.rules import Rule, register, registered
from tests.core.bar_samples import OPEN, bar

VALUES = ("ema_short", "ema_long", "rsi", "bb_low", "bb_mid", "bb_high", "vwap")
Row = Mapping[str, float | None]


def snapshot(values: Row, minute: int = 1) -> Snapshot:
    """Return a bar with these values; "close" among them, 100 if left out, the rest undefined."""
    close = values.get("close")
    known = {name: values.get(name) for name in (*VALUES, "ai")}
    return Snapshot(bar(OPEN + timedelta(minutes=minute), 100 if close is None else close), known)


def asked(rule: str, prev: Row | None, latest: Row, **settings: Any) -> RuleResult:
    made = registered()[rule](Settings({k.replace("__", "."): v for k, v in settings.items()}))
    return made.evaluate(None if prev is None else snapshot(prev, 0), snapshot(latest))


def says(result: RuleResult) -> str:
    return {(True, False): "buy", (False, True): "sell", (False, False): ""}[
        result.buys, result.sells
    ]


def emas(short: float | None, long: float | None) -> Row:
    return {"ema_short": short, "ema_long": long}


@pytest.mark.parametrize(
    ("prev", "latest", "expected"),
    [
        ((99, 100), (101, 100), "buy"),
        ((101, 100), (99, 100), "sell"),
        ((101, 100), (102, 100), ""),
        ((100, 100), (101, 100), ""),  # both comparisons are strict
        ((99, 100), (100, 100), ""),
        ((100 - 5e-8, 100), (101, 100), ""),  # a tie within the dead band
        ((None, 100), (101, 100), ""),
        ((99, 100), (None, 100), ""),
    ],
)
def test_ema_cross(prev: Any, latest: Any, expected: str) -> None:
    assert says(asked("ema_cross", emas(*prev), emas(*latest))) == expected


@pytest.mark.parametrize(
    ("rsi", "expected"),
    [(29.9, "buy"), (30, ""), (50, ""), (70, ""), (70.1, "sell"), (None, "")],
)
def test_rsi(rsi: float | None, expected: str) -> None:
    assert says(asked("rsi", {}, {"rsi": rsi})) == expected


def test_rsi_levels_are_settings() -> None:
    levels = {"strategy__rsi_oversold": 10, "strategy__rsi_overbought": 40}
    assert says(asked("rsi", {}, {"rsi": 29.9}, **levels)) == ""
    assert says(asked("rsi", {}, {"rsi": 41}, **levels)) == "sell"


def bands(close: float, low: float | None, high: float | None) -> Row:
    return {"close": close, "bb_low": low, "bb_high": high}


@pytest.mark.parametrize(
    ("prev", "latest", "expected"),
    [
        ((100, 90, 110), (111, 90, 110), "buy"),
        ((110, 90, 110), (111, 90, 110), "buy"),  # on the band counts as not yet through
        ((111, 90, 110), (112, 90, 110), ""),
        ((100, 90, 110), (110, 90, 110), ""),
        ((100, 90, 110), (89, 90, 110), "sell"),
        ((90, 90, 110), (89, 90, 110), "sell"),
        ((89, 90, 110), (88, 90, 110), ""),
        ((100, None, None), (111, 90, 110), ""),
        ((100, 90, 110), (111, None, None), ""),
    ],
)
def test_bb_break(prev: Any, latest: Any, expected: str) -> None:
    assert says(asked("bb_break", bands(*prev), bands(*latest))) == expected


def vwaps(close: float, vwap: float | None) -> Row:
    return {"close": close, "vwap": vwap}


@pytest.mark.parametrize(
    ("prev", "latest", "expected"),
    [
        ((100, 105), (106, 105), "buy"),
        ((105, 105), (106, 105), "buy"),
        ((106, 105), (107, 105), ""),
        ((106, 105), (104, 105), "sell"),
        ((105, 105), (104, 105), "sell"),
        ((104, 105), (103, 105), ""),
        ((100, 105), (105, 105), ""),
        ((100, None), (106, 105), ""),
        ((100, 105), (106, None), ""),
    ],
)
def test_vwap_break(prev: Any, latest: Any, expected: str) -> None:
    assert says(asked("vwap_break", vwaps(*prev), vwaps(*latest))) == expected


@pytest.mark.parametrize(
    ("predicted", "expected", "note"),
    [
        (0.0051, "buy", ""),
        (0.005, "", ""),
        (-0.005, "", ""),
        (-0.0051, "sell", ""),
        (None, "", "absent"),
    ],
)
def test_ai(predicted: float | None, expected: str, note: str) -> None:
    result = asked("ai", {}, {"ai": predicted}, ai__enabled=True)
    assert (says(result), result.note) == (expected, note)
    assert result.seen == {"ai": predicted}


def test_ai_switched_off_counts_nothing_and_says_so() -> None:
    result = asked("ai", {}, {"ai": 0.5}, ai__enabled=False)
    assert (says(result), result.note, result.weight) == ("", "off", 1.0)


def test_ai_may_be_missing_from_the_values() -> None:
    (rule,) = [registered()["ai"](Settings({"ai.enabled": True}))]
    latest = Snapshot(bar(OPEN, 100), {})
    assert rule.evaluate(None, latest).note == "absent"


@pytest.mark.parametrize("rule", ["ema_cross", "bb_break", "vwap_break"])
def test_the_first_bar_has_nothing_to_cross_from(rule: str) -> None:
    latest = {
        "close": 120,
        "ema_short": 110,
        "ema_long": 100,
        "bb_low": 90,
        "bb_high": 110,
        "vwap": 100,
    }
    assert says(asked(rule, None, latest)) == ""


@pytest.mark.parametrize(
    ("rule", "weight"),
    [("ema_cross", 1.0), ("rsi", 0.5), ("bb_break", 0.7), ("vwap_break", 0.5), ("ai", 1.0)],
)
def test_weights_are_settings(rule: str, weight: float) -> None:
    assert asked(rule, {}, {}).weight == weight
    assert asked(rule, {}, {}, **{f"strategy__weight_{rule}": 3.25}).weight == 3.25


NUMBERS = st.none() | st.sampled_from([30.0, 70.0, 100.0]) | st.floats(1, 200)
ROWS = st.fixed_dictionaries(dict.fromkeys(VALUES, NUMBERS) | {"close": st.floats(1, 200)})


@given(ROWS | st.none(), ROWS)
def test_no_rule_says_both_and_every_number_it_saw_is_kept(prev: Row | None, latest: Row) -> None:
    for name in registered():
        result = asked(name, prev, latest, ai__enabled=True)
        assert not (result.buys and result.sells)
        for seen, number in result.seen.items():
            origin, _, value = seen.rpartition(".")
            row = prev if origin == "prev" else latest
            assert number == (None if row is None else row.get(value))


def test_there_are_the_five_rules_and_one_class_adds_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(registered()) == {"ema_cross", "rsi", "bb_break", "vwap_break", "ai"}
    monkeypatch.setattr("core.rules.registry._registered", registered())

    class Other(Rule):
        def __init__(self, settings: Settings) -> None:
            self.weight = 1.0

        def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
            return RuleResult(self.name, True, False, self.weight, {})

    register("other")(Other)
    assert registered()["other"].name == "other"
    with pytest.raises(ValueError, match="rule other is already taken"):
        register("other")(Other)
