from __future__ import annotations

from typing import Self

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import field_validator, model_validator

from config.errors import ConfigError, Refused
from config.schema import Options, Settings, declared, option, section
from config.text import Text

SHARED_REGISTRY = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def words(title):
    return {"title": Text.of(title), "help": Text.of("Help.")}


def refusal(values) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        Settings(values)
    return caught.value


def test_defaults_hold_where_nothing_is_given(options):
    assert Settings()[options["Risk"]].stop_loss_pct == 1.0
    assert Settings().value("ui.theme") == "dark"


def test_declaring_a_key_twice_is_refused_and_leaves_the_first(options):
    with pytest.raises(ConfigError, match=r"risk\.stop_loss_pct is declared twice"):

        @section("risk")
        class Again(Options):
            stop_loss_pct: float = option(5.0, **words("Stop"))

    assert Settings().value("risk.stop_loss_pct") == 1.0


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("risk.stop_los_pct", "risk.stop_loss_pct"),
        ("stop_loss_pct", "risk.stop_loss_pct"),
        ("rsk.stop_loss_pct", "risk.stop_loss_pct"),
        ("ui.them", "ui.theme"),
    ],
)
def test_an_unknown_key_names_the_nearest(options, mistyped, meant):
    error = refusal({mistyped: 1})
    assert str(error) == f"{mistyped}: no such setting; did you mean {meant}?"
    assert error.problems[0].key == mistyped


def test_an_unknown_key_like_no_other_says_where_to_look(options):
    assert "'config show' lists them all" in str(refusal({"zzz": 1}))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("risk.stop_loss_pct", 50, "50 can't be used; it takes a number, 0.1 to 30 %"),
        ("risk.stop_loss_pct", "much", "'much' can't be used; it takes a number, 0.1 to 30 %"),
        ("risk.stop_loss_pct", float("nan"), "nan can't be used; it takes a number, 0.1 to 30 %"),
        ("risk.stop_loss_pct", None, "None can't be used; it takes a number, 0.1 to 30 %"),
        ("risk.stop_loss_pct", True, "needs a number instead of true"),
        ("risk.start_capital", 0, "0 can't be used; it takes a whole number, above 0 won"),
        ("strategy.ema_short", 2.5, "2.5 can't be used; it takes a whole number, 2 to 400 bars"),
        ("ui.theme", "pink", "'pink' can't be used; it takes one of dark, light"),
        ("ai.enabled", "perhaps", "'perhaps' can't be used; it takes true or false"),
        ("market.symbols", "", "[] can't be used; it takes a comma-separated list, 1 to 3 entries"),
        ("market.symbols", [5930], "5930 can't be used; it takes text in quotes"),
    ],
)
def test_a_refusal_tells_the_value_and_what_is_allowed(options, key, value, said):
    assert str(refusal({key: value})) == f"{key}: {said}"


def test_a_refusal_is_said_in_korean_too(options):
    text = refusal({"risk.stop_loss_pct": 50}).text
    assert text.ko == (
        "risk.stop_loss_pct: 50 값은 쓸 수 없습니다. 쓸 수 있는 값: 숫자, 0.1 ~ 30 %"
    )


def test_a_fraction_in_place_of_a_percentage_is_recognised(options):
    assert str(refusal({"risk.stop_loss_pct": 0.02})).endswith(
        "It is a percentage: for 2 % write 2"
    )


def test_a_value_that_is_wrong_as_a_fraction_too_gets_no_such_hint(options):
    assert "percentage" not in str(refusal({"risk.stop_loss_pct": 0.0001}))


def test_a_password_in_a_refused_value_is_starred(options):
    error = refusal({"ui.theme": "http://me:hunter2@host/?key=abc"})
    assert "hunter2" not in str(error)
    assert "abc" not in str(error)


def test_every_problem_is_reported_by_its_key(options):
    error = refusal({"risk.stop_loss_pct": 50, "ui.theme": "pink", "ui.them": "x"})
    assert [problem.key for problem in error.problems] == [
        "ui.them",
        "risk.stop_loss_pct",
        "ui.theme",
    ]


def test_options_that_contradict_each_other_blame_their_section(options):
    problem = refusal({"strategy.ema_short": 30}).problems[0]
    assert (problem.key, problem.message.ko) == ("strategy", "단기는 장기보다 짧아야")


def test_a_rule_about_several_options_may_name_the_one_to_blame(registry):
    @section("risk")
    class Limits(Options):
        low: int = option(1, **words("Low"))
        high: int = option(2, **words("High"))

        @model_validator(mode="after")
        def _rises(self) -> Self:
            if self.low > self.high:
                raise Refused(Text("낮음보다 높아야", "must be above low"), field="high")
            return self

    assert str(refusal({"risk.low": 3})) == "risk.high: must be above low"


def test_a_plain_value_error_of_a_validator_is_shown_as_it_is(registry):
    @section("risk")
    class Limits(Options):
        low: int = option(1, **words("Low"))

        @field_validator("low")
        @classmethod
        def _is_even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("must be even")
            return value

    assert str(refusal({"risk.low": 3})) == "risk.low: must be even"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("risk.stop_loss_pct", "2.5", 2.5),
        ("strategy.ema_short", "12", 12),
        ("ai.enabled", "true", True),
        ("ai.enabled", "False", False),
        ("market.symbols", "005930, 000660 ,", ["005930", "000660"]),
        ("ai.endpoint", "005930", "005930"),
    ],
)
def test_text_is_taken_for_any_kind_of_value(options, key, text, value):
    taken = Settings({key: text}).value(key)
    assert taken == value
    assert type(taken) is type(value)


@SHARED_REGISTRY
@given(number=st.floats(0.1, 30))
def test_a_number_and_its_text_mean_the_same(options, number):
    assert Settings({"risk.stop_loss_pct": repr(number)}) == Settings(
        {"risk.stop_loss_pct": number}
    )


def test_changing_one_value_checks_it_against_the_others(options):
    settings = Settings({"strategy.ema_short": 15})
    assert settings.changed({"strategy.ema_long": 16}).value("strategy.ema_short") == 15
    with pytest.raises(ConfigError, match="short must be below long"):
        settings.changed({"strategy.ema_long": 15})
    assert settings.value("strategy.ema_long") == 21


def test_asking_for_an_unknown_value_names_the_nearest(options):
    with pytest.raises(ConfigError, match=r"did you mean ui\.theme"):
        Settings().value("ui.thme")


def test_an_option_tells_its_limits_and_default(options):
    found = {item.key: item for item in declared()}["risk.stop_loss_pct"]
    assert (found.limits.low, found.limits.high, found.default) == (0.1, 30, 1.0)
    assert (found.meta.title.en, found.meta.unit.en) == ("Stop", "%")
