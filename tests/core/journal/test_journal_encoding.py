from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.text import Text
from core.domain.market import Bar, Tick
from core.domain.order import Fill, Order, OrderIntent, OrderKind, Reason, Side
from core.domain.portfolio import Position, Trade
from core.domain.risk import Check
from core.domain.signal import Action, Decision, RuleResult, Score
from core.journal.encoding import digest, dumps, from_json, to_json

TIME = datetime(2026, 9, 11, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
INTENT = OrderIntent("005930", Side.BUY, 10, Reason.SIGNAL, TIME, 70_000, OrderKind.LIMIT, 69_900)
RULE = RuleResult("rsi", True, False, 0.5, {"rsi": 29.5, "ema_long": None}, "")
SCORE = Score("005930", TIME, 1.5, 0.0, 1.5, 1.5, (RULE,), True)


@pytest.mark.parametrize(
    "record",
    [
        INTENT,
        Order("o1", INTENT, fill_ids=frozenset({"f1", "f2"}), changed=TIME),
        Fill("f1", "o1", "005930", Side.SELL, 70_000, 3, 15, 30, TIME),
        Position("005930", TIME, 10, 700_000, stop_level=69_300.5),
        Trade("005930", TIME, 70_000.5, 2, TIME, 70_100, Reason.TP, 199, 20, 40),
        Decision("005930", TIME, Action.BUY, 70_000, SCORE),
        Check("cash", Text("현금", "Cash"), False, 5, 4.5, "won", Text("부족", "short")),
        Bar("005930", TIME, 1, 2, 1, 2, 0),
    ],
    ids=lambda record: type(record).__name__,
)
def test_records_come_back_as_they_went(record: Any) -> None:
    assert is_dataclass(record)

    back = from_json(type(record), json.loads(dumps(record)))

    assert back == record
    for field in fields(record):
        assert type(getattr(back, field.name)) is type(getattr(record, field.name)), field.name


def test_won_stay_integers() -> None:
    assert dumps({"cash": 10_000_000, "price": 70_000.0}) == '{"cash":10000000,"price":70000.0}'


def test_times_keep_their_offset_and_microseconds() -> None:
    assert to_json(TIME) == "2026-09-11T09:00:00.123456+09:00"


def test_named_tuples_become_objects() -> None:
    assert to_json(Tick("005930", TIME, 70_000, 3, Side.BUY))["side"] == "BUY"


def test_korean_is_written_as_it_reads() -> None:
    assert "삼성전자" in dumps({"name": "삼성전자"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), '"nan"'),
        (float("-inf"), '"-inf"'),
        (np.int64(3), "3"),
        (np.float32(0.5), "0.5"),
        (np.float64(0.1), "0.1"),
        (np.float64("nan"), '"nan"'),
        (date(2026, 9, 11), '"2026-09-11"'),
        ({Side.BUY: 1, 2: {"b"}}, '{"BUY":1,"2":["b"]}'),
        (Text, f'"{Text!r}"'),
    ],
    ids=repr,
)
def test_nothing_is_refused(value: Any, text: str) -> None:
    assert dumps(value) == text


_TEXTS = st.text(st.characters(exclude_categories=()))  # also half surrogate pairs
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner) | st.tuples(inner, inner),
    max_leaves=10,
)


@given(_VALUES)
def test_whatever_goes_in_is_valid_json_of_one_line(value: Any) -> None:
    text = dumps(value)

    assert "\n" not in text
    text.encode()
    json.loads(text)


def test_a_digest_tells_settings_apart() -> None:
    assert digest({"a": 1}) == digest({"a": 1}) != digest({"a": 2})


@pytest.mark.parametrize("damage", [{"price": 1}, {"side": "UP"}, {"time": "soon"}, {"more": 1}])
def test_a_wrong_shape_is_refused(damage: dict[str, Any]) -> None:
    right = to_json(Fill("f1", "o1", "005930", Side.SELL, 70_000, 3, 15, 30, TIME))
    wrong = damage if damage == {"price": 1} else right | damage
    with pytest.raises((KeyError, ValueError, TypeError)):
        from_json(Fill, wrong)
