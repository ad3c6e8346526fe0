"""The engine's flatten, from the order to sell to the proof."""

from __future__ import annotations

from core.domain.messages import (
    Flatten,
    FlattenProgressed,
    Noted,
    StateChanged,
)
from core.domain.risk import TradingState
from tests.builders import at
from tests.core.engine.conftest import Desk, fall_then_rise


def test_flatten_ends_halted_after_the_brokers_own_report(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.tell(Flatten("button"))
    assert bought.said(FlattenProgressed)[-1].is_done
    assert bought.said(StateChanged)[-1].state is TradingState.HALTED
    fall_then_rise(bought, start=600)
    assert len(bought.broker.submitted) == 2


def test_flatten_is_not_done_before_the_shares_are_gone(bought: Desk) -> None:
    bought.tell(Flatten("button"))
    exit_ = bought.broker.submitted[-1]
    bought.broker.fill(exit_, 5)
    bought.drain()
    progress = bought.said(FlattenProgressed)[-1]
    assert not progress.is_done
    assert (progress.rows[0].held, progress.rows[0].working) == (9, 9)
    assert len(bought.broker.submitted) == 2


def test_flatten_sells_what_only_the_broker_knows_of(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.broker.held["000660"] = 3
    bought.tell(Flatten("button"))
    assert bought.broker.held == {"005930": 0, "000660": 0}
    assert bought.said(FlattenProgressed)[-1].is_done


def test_what_a_flatten_could_not_sell_is_said_at_the_end_of_the_run(bought: Desk) -> None:
    bought.pass_to(at(15, 25))
    bought.tell(Flatten("button"))
    assert len(bought.broker.submitted) == 2  # the exit of 15:15, which nobody filled
    bought.engine.close()
    bought.drain()
    assert "005930 14" in bought.said(Noted)[-1].text.en
