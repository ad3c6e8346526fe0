"""What counts as a prediction."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.predict.answer import NoAnswer, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def code(body: bytes) -> str:
    with pytest.raises(NoAnswer) as caught:
        parse(body)
    return caught.value.code


@given(st.floats(-1, 1) | st.integers(-1, 1), st.text("abc-123가", max_size=100))
def test_a_finite_return_and_a_model_are_a_prediction(value: float, model: str) -> None:
    body = json.dumps({"predicted_return": value, "model": model, "more": [1]}).encode()
    assert parse(body) == (value, model)
    assert type(parse(body).value) is float


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", "1.01", "-2", "1" * 400, "true", "false"]
)
def test_no_number_beyond_reason_counts(value: str) -> None:
    assert code(f'{{"predicted_return": {value}, "model": "m"}}'.encode()) == "bad_value"


@pytest.mark.parametrize("value", ['"0.01"', "null", "[0.01]", '{"value": 0.01}'])
def test_nothing_but_a_number_counts(value: str) -> None:
    assert code(f'{{"predicted_return": {value}, "model": "m"}}'.encode()) == "bad_value"


@pytest.mark.parametrize("model", ["null", "3", '["m"]', '"line\\nbreak"', f'"{"m" * 101}"'])
def test_the_model_has_a_name_that_can_be_shown(model: str) -> None:
    assert code(f'{{"predicted_return": 0.01, "model": {model}}}'.encode()) == "bad_value"


@pytest.mark.parametrize("body", [b"[]", b"0.01", b'"x"', b"null", b"{}", b'{"model": "m"}'])
def test_other_shapes_are_refused(body: bytes) -> None:
    assert code(body) == "bad_value"


def test_digits_without_end_are_refused() -> None:
    assert code(b'{"predicted_return": ' + b"1" * 60_000 + b', "model": "m"}') == "bad_json"


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_answer_or_a_reason(body: bytes) -> None:
    try:
        assert math.isfinite(parse(body).value)
    except NoAnswer as reason:
        assert reason.code in {"bad_json", "bad_value"}
