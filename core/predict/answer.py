"""What a server may answer, and the reasons why there is no prediction."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

MAX_BYTES = 64 * 1024
LARGEST_RETURN = 1.0  # +-100 %: KRX stocks move 30 % a day at most
LONGEST_MODEL = 100  # characters


class Prediction(NamedTuple):
    value: float  # predicted return, 0.01 = +1 %
    model: str


class NoAnswer(Exception):  # noqa: N818 - it is an outcome, not a fault of ours
    """Why a request brought no prediction.

    Attributes:
        code: Stable, stored and shown: "timeout", "connection", "bad_status", "too_large",
            "bad_json", "bad_value", "breaker_open", "busy" (no worker got to it in time), "off",
            "no_endpoint" or "internal" (a fault of ours; the log has it). Of a predictor of the
            user's own also "no_model", "no_opinion" and "own_failed".
        may_pass: Whether asking again at once makes sense.
    """

    def __init__(self, code: str, *, may_pass: bool = False) -> None:
        self.code, self.may_pass = code, may_pass
        super().__init__(code)


def parse(body: bytes) -> Prediction:
    """Read {"predicted_return": number, "model": text}; other keys are ignored.

    Raises:
        NoAnswer: "bad_json" or "bad_value" (not a number, a boolean, not finite, beyond 100 %;
            no model name, or one that can't be shown).
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:  # RecursionError: brackets nested by thousands
        raise NoAnswer("bad_json") from error
    if not isinstance(answer, dict):
        raise NoAnswer("bad_value")
    return Prediction(_value(answer.get("predicted_return")), _model(answer.get("model")))


def _value(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # False for NaN too; and compared before `float`, which an integer may be too large for.
    if not is_number or not -LARGEST_RETURN <= value <= LARGEST_RETURN:
        raise NoAnswer("bad_value")
    return float(value)


def _model(model: Any) -> str:
    if not isinstance(model, str) or len(model) > LONGEST_MODEL or not model.isprintable():
        raise NoAnswer("bad_value")
    return model
