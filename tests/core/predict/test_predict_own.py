"""A predictor of the user's own is asked like a server: beside trading, and never waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from config.text import Text
from core.predict import own
from core.predict.options import AiOptions
from tests.core.bar_samples import OPEN
from tests.core.predict.server import FEATURES, asking

TITLE = Text("내 것", "Mine")


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    before = own.registered()
    yield
    own.restore(before)


def options(**values: Any) -> AiOptions:
    return AiOptions(**{"enabled": True, "source": "mine", "timeout_ms": 5000, **values})


def answer_of(predict: own.Predict, **values: Any) -> tuple[float | None, str, str]:
    own.register("mine", TITLE)(predict)
    with asking(options(**values)) as (predictor, answers):
        predictor.request("005930", OPEN, FEATURES)
        answer = answers.next()
    return answer.value, answer.model, answer.error


def test_its_answer_arrives_under_its_name() -> None:
    assert answer_of(lambda features: features["return_1"] and 0.01) == (0.01, "mine", "")


def test_no_opinion_is_no_failure() -> None:
    assert answer_of(lambda features: None) == (None, "mine", "")


def test_no_opinion_however_often_keeps_it_asked() -> None:
    own.register("mine", TITLE)(lambda features: None)
    with asking(options()) as (predictor, answers):
        for minute in range(20):
            predictor.request("005930", OPEN + timedelta(minutes=minute), FEATURES)
            assert answers.next().error == ""


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1.5, -2, "0.1", True, [], "x"])
def test_nonsense_is_no_prediction(value: Any) -> None:
    assert answer_of(lambda features: value) == (None, "mine", "bad_value")


def test_an_error_is_no_prediction() -> None:
    assert answer_of(lambda features: features["nowhere"]) == (None, "mine", "own_failed")


def test_a_late_answer_is_dropped() -> None:
    late = threading.Event()

    def predict(features: Any) -> float:
        late.wait(0.08)
        return 0.01

    assert answer_of(predict, timeout_ms=50) == (None, "mine", "timeout")


def test_without_such_a_predictor_there_is_none() -> None:
    with asking(options(source="gone")) as (predictor, answers):
        predictor.request("005930", OPEN, FEATURES)
        assert answers.next().error == "no_model"


def test_one_that_keeps_failing_is_paused_like_a_server() -> None:
    own.register("mine", TITLE)(lambda features: 1 / 0)
    errors = []
    with asking(options()) as (predictor, answers):
        for minute in range(20):
            predictor.request("005930", OPEN + timedelta(minutes=minute), FEATURES)
            errors.append(answers.next().error)
    assert errors[0] == "own_failed"
    assert errors[-1] == "breaker_open"


def test_the_features_are_not_the_engines_own() -> None:
    given = dict(FEATURES)

    def predict(features: Any) -> None:
        features.clear()

    own.register("mine", TITLE)(predict)
    with asking(options()) as (predictor, answers):
        predictor.request("005930", OPEN, given)
        answers.next()
    assert given == FEATURES


@pytest.mark.parametrize("name", ["mine", "no name", ""])
def test_a_name_taken_or_none_is_refused(name: str) -> None:
    own.register("mine", TITLE)(lambda features: None)
    with pytest.raises(ValueError, match="already taken"):
        own.register(name, TITLE)
        own.register(name, TITLE)(lambda features: None)
