"""Predictors of the user's own: functions of one file, asked in the threads of the AI."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from config.text import Text
from core.domain.signal import Values
from core.predict.answer import LARGEST_RETURN, NoAnswer, Prediction

Predict = Callable[[Values], float | None]
"""Takes the features of a closed bar (see `core.predict.features`), returns the predicted return
(0.01 is +1 %), None where it has no opinion. Called on threads of the AI, several at once."""

NO_OPINION = "no_opinion"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Own:
    """A predictor as it is registered."""

    title: Text
    predict: Predict


_registered: dict[str, Own] = {}


def register(name: str, title: Text) -> Callable[[Predict], Predict]:
    """Add a predictor under the name that the setting ai.source has it by."""

    def add(predict: Predict) -> Predict:
        if name in _registered or not name.isidentifier():
            raise ValueError(f"predictor {name} is already taken, or no name such as my_model")
        _registered[name] = Own(title, predict)
        return predict

    return add


def registered() -> dict[str, Own]:
    """Return every predictor by its name."""
    return dict(_registered)


def restore(predictors: Mapping[str, Own]) -> None:
    """Make `predictors` all there are, as `registered` gave them."""
    _registered.clear()
    _registered.update(predictors)


def ask(name: str, features: Values) -> Prediction:
    """Ask one of them.

    Raises:
        NoAnswer: "no_model" (nothing registered under `name`), "no_opinion" (it returned None),
            "own_failed" (it raised) or "bad_value" (no number from -1 to 1).
    """
    own = _registered.get(name)
    if own is None:
        raise NoAnswer("no_model")
    try:
        value: Any = own.predict(features)
    except Exception as error:  # the user's code may do anything; the AI has no word then
        _log.warning("predictor %s failed: %r", name, error)
        raise NoAnswer("own_failed") from error
    if value is None:
        raise NoAnswer(NO_OPINION)
    return Prediction(_return(value), name)


def _return(value: Any) -> float:
    try:
        number = float(value)  # numpy's numbers too
    except (TypeError, ValueError) as error:
        raise NoAnswer("bad_value") from error
    if isinstance(value, bool | str) or not math.isfinite(number):
        raise NoAnswer("bad_value")
    if abs(number) > LARGEST_RETURN:
        raise NoAnswer("bad_value")
    return number
