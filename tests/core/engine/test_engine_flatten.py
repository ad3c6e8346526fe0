"""The engine's flatten, from the order to sell to the proof."""

from __future__ import annotations

from datetime import timedelta

from core.domain.messages import (
    Flatten,
    FlattenProgressed,
    Noted,
    StateChanged,
)
from core.domain.order import OrderCanceled
from core.domain.risk import TradingState
from tests.builders import at
from tests.core.engine.conftest import HAND, Desk, by_hand, fall_then_rise, place_by_hand


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


def test_flatten_cancels_an_order_that_only_the_broker_knows_of(desk: Desk) -> None:
    desk.broker.working[HAND] = by_hand()
    desk.tell(Flatten("button"))
    assert desk.broker.cancels == [HAND]
    desk.broker.confirm_cancel(HAND)
    desk.drain()
    assert desk.said(FlattenProgressed)[-1].is_done


def test_a_report_that_lags_behind_is_asked_for_again_once_a_second(desk: Desk) -> None:
    """It lists an order that has ended by the order's own reports."""
    order = place_by_hand(desk, by_hand())
    desk.tell(OrderCanceled(order.id, desk.clock.now()))
    asked: list[str] = []

    def answer(request_id: str) -> None:
        asked.append(request_id)
        assert len(asked) < 10
        desk.broker.inbox.append(desk.broker.account(request_id))

    desk.broker.request_account = answer  # type: ignore[method-assign]
    desk.tell(Flatten("button"))
    desk.pass_to(desk.clock.now() + timedelta(seconds=3))
    assert len(asked) == 4
    desk.broker.working.clear()
    desk.pass_to(desk.clock.now() + timedelta(seconds=1))
    assert desk.said(FlattenProgressed)[-1].is_done


def test_what_a_flatten_could_not_sell_is_said_at_the_end_of_the_run(bought: Desk) -> None:
    bought.pass_to(at(15, 25))
    bought.tell(Flatten("button"))
    assert len(bought.broker.submitted) == 2  # the exit of 15:15, which nobody filled
    bought.engine.close()
    bought.drain()
    assert "005930 14" in bought.said(Noted)[-1].text.en


def test_a_flatten_says_in_which_words_the_broker_refuses_its_sells(bought: Desk) -> None:
    bought.broker.on_submit = lambda order: bought.broker.reject(order, "[RC4007] 매매금지 종목")
    bought.tell(Flatten("button"))
    bought.pass_to(bought.clock.now() + timedelta(seconds=2))
    progress = bought.said(FlattenProgressed)[-1]
    assert "[RC4007] 매매금지 종목" in progress.rows[0].note.ko
    assert "[RC4007] 매매금지 종목" in progress.note.ko


def test_a_flatten_forgets_the_refusal_once_a_sell_was_filled(bought: Desk) -> None:
    bought.broker.on_submit = lambda order: bought.broker.reject(order, "no")
    bought.tell(Flatten("button"))
    bought.broker.on_submit = lambda order: bought.broker.fill(order, 5)
    bought.pass_to(bought.clock.now() + timedelta(seconds=8))
    assert "(no)" not in bought.said(FlattenProgressed)[-1].rows[0].note.en
