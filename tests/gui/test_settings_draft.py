"""A draft: what is changed, what is wrong, and what would be applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.schema import Applies, Settings
from gui.dialogs.settings_draft import Draft, same
from gui.dialogs.settings_texts import in_order
from tests.gui.every_option import every_option

every_option()


@pytest.fixture
def draft() -> Draft:
    return Draft(Settings())


def test_a_new_draft_changes_nothing(draft: Draft) -> None:
    assert draft.changed_keys() == []
    assert draft.problems == {}
    assert draft.settings() == Settings()


def test_a_value_put_is_in_the_settings(draft: Draft) -> None:
    draft.put("risk.stop_loss_pct", 2.5)
    assert draft.is_changed("risk.stop_loss_pct")
    assert not draft.is_default("risk.stop_loss_pct")
    assert draft.settings().value("risk.stop_loss_pct") == 2.5
    assert draft.base.value("risk.stop_loss_pct") == 1.0


def test_putting_the_old_value_back_is_no_change(draft: Draft) -> None:
    draft.put("risk.max_positions", 7)
    draft.put("risk.max_positions", 5)
    assert draft.changed_keys() == []


def test_a_wrong_value_is_kept_and_its_reason_given(draft: Draft) -> None:
    draft.put("risk.stop_loss_pct", 99.0)
    assert draft.value("risk.stop_loss_pct") == 99.0
    reason = draft.problems["risk.stop_loss_pct"]
    assert "30" in reason.ko
    assert "30" in reason.en
    with pytest.raises(ConfigError):
        draft.settings()


def test_a_rule_about_two_options_stands_beside_both(draft: Draft) -> None:
    draft.put("strategy.ema_short", 50)
    assert set(draft.problems) == {"strategy.ema_short", "strategy.ema_long"}


def test_a_rule_about_two_options_is_healed_by_either(draft: Draft) -> None:
    draft.put("strategy.ema_short", 50)
    draft.put("strategy.ema_long", 100)
    assert draft.problems == {}


def test_several_values_are_judged_together(draft: Draft) -> None:
    draft.put_all({"strategy.ema_long": 100, "strategy.ema_short": 50})
    assert draft.problems == {}


def test_reset_puts_the_declared_default_not_the_value_in_force() -> None:
    draft = Draft(Settings({"risk.max_positions": 9}))
    draft.reset(["risk.max_positions"])
    assert draft.value("risk.max_positions") == 5
    assert draft.is_changed("risk.max_positions")


def test_changes_are_told_apart_by_when_they_apply(draft: Draft) -> None:
    draft.put("risk.max_positions", 9)
    draft.put("risk.start_capital", 5_000_000)
    assert draft.changed_keys(Applies.AT_ONCE) == ["risk.max_positions"]
    assert draft.changed_keys(Applies.NEXT_START) == ["risk.start_capital"]


def test_settings_changed_elsewhere_leave_pending_edits_alone(draft: Draft) -> None:
    draft.put("risk.max_positions", 9)
    draft.follow(Settings({"risk.stop_loss_pct": 3.0}))
    assert draft.changed_keys() == ["risk.max_positions"]
    assert draft.settings().value("risk.stop_loss_pct") == 3.0


def test_rebase_forgets_edits_and_problems(draft: Draft) -> None:
    draft.put("risk.max_positions", -1)
    draft.rebase(Settings())
    assert draft.changed_keys() == []
    assert draft.problems == {}


def test_sequences_are_the_same_by_their_items() -> None:
    assert same(["005930"], ("005930",))
    assert not same(["005930", "000660"], ["000660", "005930"])
    assert same(20, 20.0)
    assert not same(1, True)


@given(value=st.floats() | st.integers() | st.text(max_size=8) | st.booleans() | st.none())
def test_a_draft_refuses_exactly_what_settings_refuse(value: object) -> None:
    draft = Draft(Settings())
    draft.put("risk.stop_loss_pct", value)
    try:
        wanted = Settings({"risk.stop_loss_pct": value})
    except ConfigError:
        assert "risk.stop_loss_pct" in draft.problems
    else:
        assert draft.settings() == wanted


def test_the_order_of_options_does_not_hang_on_imports() -> None:
    options = every_option()
    keys = [item.key for item in in_order(options)]
    assert keys == [item.key for item in in_order(reversed(options))]
    assert keys.index("strategy.ema_short") + 1 == keys.index("strategy.ema_long")
