"""The engine as a trader and a broker see it: what it sends, what it refuses, what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.domain.errors import BrokerError, JournalError
from core.domain.instrument import Instrument
from core.domain.messages import (
    AccountUpdated,
    ApplySettings,
    BarClosed,
    CancelOrder,
    ClosePosition,
    ConnectionChanged,
    DataEnded,
    Decided,
    EnableSymbol,
    Flatten,
    FlattenProgressed,
    HistoryLoaded,
    HistoryReady,
    IntentDenied,
    MismatchesChanged,
    Noted,
    PhaseChanged,
    PredictionArrived,
    QuoteUpdated,
    Severity,
    StateChanged,
    Stop,
    TradeClosed,
)
from core.domain.order import OrderExpired, OrderId, OrderStatus, Reason, Side
from core.domain.risk import TradingState
from core.domain.session import Phase
from core.domain.signal import Action
from tests.builders import OPEN, a_bar, a_tick, at
from tests.core.engine.conftest import EAGER, Desk, fall_then_rise
from tests.fakes import FakeBroker


def test_a_crossing_buys_what_the_position_limit_allows(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    fall_then_rise(desk)
    (order,) = desk.broker.submitted
    assert (order.intent.side, order.intent.quantity) == (Side.BUY, 14)  # 10 % of 10 M at 70,300
    decisions = [d.decision for d in desk.said(Decided) if d.decision.action is Action.BUY]
    assert [d.time for d in decisions] == [at(9, 4)]
    assert decisions[0].score is not None and decisions[0].score.says_buy


def test_the_order_is_journaled_and_committed_before_it_is_sent(
    make_desk: Any, monkeypatch: Any
) -> None:
    desk = make_desk(**EAGER)
    steps: list[str] = []
    commit = desk.journal.commit

    def committing() -> None:
        commit()
        steps.append("committed" if desk.journal.of("order") else "nothing")

    monkeypatch.setattr(desk.journal, "commit", committing)
    desk.broker.on_submit = lambda order: steps.append(f"sent {order.id}")
    fall_then_rise(desk)
    assert steps[-2:] == ["committed", "sent t-0001"]
    assert desk.journal.of("order")[0].body["order_id"] == "t-0001"


def test_a_working_order_keeps_the_symbol_from_a_second_one(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    fall_then_rise(desk)
    fall_then_rise(desk, start=600)
    assert len(desk.broker.submitted) == 1


def test_nothing_is_bought_while_stopped_and_the_reason_is_shown(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.tell(Stop())
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    (denied,) = desk.said(IntentDenied)
    assert [c.name for c in denied.checks if not c.passed] == ["entries_allowed"]


def test_too_few_bars_are_never_a_signal(make_desk: Any) -> None:
    desk = make_desk(**{**EAGER, "strategy__ema_long": 30})
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    assert not any(bar.score.is_warm for bar in desk.said(BarClosed))


def test_the_stop_sells_on_the_tick_that_touches_it(bought: Desk) -> None:
    stop = bought.engine.markets["005930"].stop
    assert stop == 70_300 * 0.99
    bought.tick(69_700, 400)
    assert len(bought.broker.submitted) == 1
    bought.tick(69_500, 401)
    exit_ = bought.broker.submitted[-1].intent
    assert (exit_.side, exit_.quantity, exit_.reason) == (Side.SELL, 14, Reason.SL)


def test_the_target_sells_and_the_trade_is_told(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.tick(71_800, 400)
    (closed,) = bought.said(TradeClosed)
    assert (closed.trade.exit_reason, closed.trade.gross_pnl) == (Reason.TP, 14 * 1_500)
    assert bought.said(AccountUpdated)[-1].positions == ()


def test_a_touched_level_sends_one_order_however_many_ticks_follow(bought: Desk) -> None:
    for second in range(5):
        bought.tick(69_000, 400 + second)
    assert len(bought.broker.submitted) == 2


def test_what_a_partial_exit_left_is_sold_again(bought: Desk) -> None:
    bought.tick(69_000, 400)
    exit_ = bought.broker.submitted[-1]
    bought.broker.fill(exit_, 10)
    bought.broker.confirm_cancel(exit_.id)
    bought.drain()
    bought.tick(69_000, 402)
    assert bought.broker.submitted[-1].intent.quantity == 4


def test_a_rejected_exit_is_tried_again_but_not_on_every_tick(bought: Desk) -> None:
    bought.tick(69_000, 400)
    bought.broker.reject(bought.broker.submitted[-1], "장종료 상태입니다.")
    bought.drain()
    bought.tick(69_000, 401)
    assert len(bought.broker.submitted) == 2
    bought.tick(69_000, 405)
    assert len(bought.broker.submitted) == 3
    assert any("장종료" in note.text.ko for note in bought.said(Noted))


def test_a_broker_that_takes_no_order_is_a_rejection_and_not_a_storm(bought: Desk) -> None:
    def refuse(order: Any) -> None:
        raise BrokerError("the line is down")

    bought.broker.on_submit = refuse
    for second in range(5):
        bought.tick(69_000, 400 + second)
    assert len(bought.broker.submitted) == 2
    assert any("line is down" in note.text.en for note in bought.said(Noted))
    bought.broker.fills_at_once()
    bought.tick(69_000, 405)
    assert bought.engine.is_flat


def test_a_flatten_does_not_hammer_a_broker_that_rejects(bought: Desk) -> None:
    bought.broker.on_submit = lambda order: bought.broker.reject(order, "no")
    bought.tell(Flatten("button"))
    assert len(bought.broker.submitted) == 2
    bought.pass_to(bought.clock.now() + timedelta(seconds=11))
    assert len(bought.broker.submitted) == 3, "after 5 s, then after 10 more"
    assert not bought.said(FlattenProgressed)[-1].is_done


def test_exits_go_on_while_stopped_and_disconnected(bought: Desk) -> None:
    bought.tell(Stop())
    bought.tell(ConnectionChanged(False, "line down"))
    bought.tick(69_000, 400)
    assert bought.broker.submitted[-1].intent.reason is Reason.SL


def test_a_daily_loss_cancels_and_sells_everything_and_ends_in_exits_only(make_desk: Any) -> None:
    wide = {"risk__stop_loss_pct": 30, "risk__max_position_pct": 100, "risk__daily_max_loss_pct": 1}
    desk = make_desk(**{**EAGER, **wide})
    desk.broker.fills_at_once()
    fall_then_rise(desk)
    desk.tick(69_000, 400)
    desk.pass_to(at(9, 8))
    assert desk.broker.submitted[-1].intent.reason is Reason.LIMIT
    assert desk.engine.is_flat
    assert desk.said(StateChanged)[-1].state is TradingState.EXITS_ONLY
    fall_then_rise(desk, start=900)
    assert [c.name for c in desk.said(IntentDenied)[-1].checks if not c.passed] == [
        "entries_allowed"
    ]


def test_no_entry_from_a_bar_at_the_cutoff_but_from_the_one_before(make_desk: Any) -> None:
    for last_minute, orders in ((9, 1), (10, 0)):
        desk = make_desk(**EAGER)
        start = (at(15, last_minute) - OPEN).total_seconds() - 4 * 60
        fall_then_rise(desk, start=int(start))
        assert len(desk.broker.submitted) == orders


def test_positions_are_sold_at_the_closing_time(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.pass_to(at(15, 14, 59))
    assert not bought.engine.is_flat
    bought.pass_to(at(15, 15))
    assert bought.engine.is_flat
    assert bought.said(TradeClosed)[-1].trade.exit_reason is Reason.EOD


def test_the_phases_of_the_day_are_told(desk: Desk) -> None:
    desk.pass_to(at(16))
    phases = [(event.phase, event.until) for event in desk.said(PhaseChanged)]
    assert phases == [
        (Phase.CONTINUOUS, at(15, 20)),
        (Phase.CLOSING_AUCTION, at(15, 30)),
        (Phase.AFTER_CLOSE, None),
    ]


def test_a_new_day_clears_the_daily_limit_and_the_volume(make_desk: Any) -> None:
    desk = make_desk(**{**EAGER, "risk__daily_max_loss_pct": 0.01, "risk__max_position_pct": 100})
    desk.broker.fills_at_once()
    fall_then_rise(desk)
    desk.tick(69_900, 400)
    desk.pass_to(at(9, 8))
    assert desk.said(StateChanged)[-1].state is TradingState.EXITS_ONLY
    desk.pass_to(OPEN + timedelta(days=1))
    assert desk.said(StateChanged)[-1].state is TradingState.RUNNING
    assert desk.engine.markets["005930"].volume == 0


def test_a_full_disk_stops_buys_but_not_exits(bought: Desk, monkeypatch: Any) -> None:
    commit, full = bought.journal.commit, [True]

    def failing() -> None:
        if full[0]:
            raise JournalError("disk full")
        commit()

    monkeypatch.setattr(bought.journal, "commit", failing)
    bought.broker.fills_at_once()
    bought.tick(69_000, 400)
    assert bought.engine.is_flat  # the stop was sent all the same
    fall_then_rise(bought, start=600)
    assert bought.broker.submitted[-1].intent.side is Side.SELL
    notes = [n for n in bought.said(Noted) if n.severity is Severity.ERROR]
    assert len([n for n in notes if "disk full" in n.text.en]) == 1


def test_a_buy_that_can_not_be_journaled_is_denied_and_never_sent(
    make_desk: Any, monkeypatch: Any
) -> None:
    desk = make_desk(**EAGER)

    def failing() -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(desk.journal, "commit", failing)
    fall_then_rise(desk)
    assert desk.broker.submitted == []
    (order,) = desk.engine.orders._orders.values()
    assert order.status is OrderStatus.DENIED


def test_history_warms_the_indicators_before_the_first_tick(make_desk: Any) -> None:
    desk = make_desk()
    market = desk.engine.markets["005930"]
    bars = tuple(a_bar(70_000 + i, OPEN - timedelta(minutes=60 - i)) for i in range(60))
    desk.broker.history = {"005930": bars}
    desk.broker.request_history(["005930"], 5)
    desk.drain()
    assert market.is_warm
    assert len(desk.said(HistoryReady)[-1].bars) == 60
    assert market.latest is not None and market.latest.values["ema_long"] is not None


def test_an_unknown_symbol_is_said_and_not_subscribed(make_desk: Any) -> None:
    desk = make_desk(("005930", "999999"))
    desk.broker.subscribed.clear()
    desk.tell(HistoryLoaded(Instrument("999999", "999999"), (), "999999: no such code"))
    assert desk.broker.subscribed == []
    assert any("no such code" in n.text.en for n in desk.said(Noted))


def test_a_prediction_counts_for_the_next_bar_only(make_desk: Any) -> None:
    desk = make_desk(**{**EAGER, "ai__enabled": True, "strategy__weight_ai": 3.0})
    for minute in range(4):
        desk.tick(70_000, minute * 60)
    desk.pass_to(at(9, 4, 1))
    desk.tell(PredictionArrived("005930", at(9, 3), 0.02, "m", 30.0))
    desk.tick(70_000, 241)
    desk.tick(70_000, 301)
    desk.pass_to(at(9, 6, 1))
    scores = {bar.bar.start: bar.score.buy for bar in desk.said(BarClosed)}
    assert scores[at(9, 4)] == 3.0
    assert scores[at(9, 5)] == 0.0


def test_settings_apply_at_run_time_and_warm_indicators_anew(bought: Desk) -> None:
    changed = bought.settings.changed({"risk.stop_loss_pct": 5.0, "strategy.ema_long": 4})
    bought.tell(ApplySettings(changed))
    market = bought.engine.markets["005930"]
    assert market.stop == 70_300 * 0.95
    assert market.latest is not None and market.latest.values["ema_long"] is not None
    bought.tick(69_000, 400)
    assert len(bought.broker.submitted) == 1


def test_a_symbol_added_at_run_time_is_loaded_and_subscribed(desk: Desk) -> None:
    desk.tell(ApplySettings(desk.settings.changed({"market.symbols": ["005930", "000660"]})))
    assert desk.broker.subscribed == ["005930", "000660"]
    desk.tick(180_000, 1, symbol="000660")
    assert desk.engine.markets["000660"].last_price == 180_000


def test_a_symbol_switched_off_is_not_bought(make_desk: Any) -> None:
    desk = make_desk(**EAGER)
    desk.tell(EnableSymbol("005930", False))
    fall_then_rise(desk)
    assert desk.broker.submitted == []


def test_positions_found_at_the_start_are_watched(make_desk: Any) -> None:
    desk = make_desk()
    other = Desk(desk.engine._outside.calendar, ["005930"], {})
    other.broker.held["005930"] = 10
    other.broker.account = lambda request_id="", time=None: replace(  # type: ignore[method-assign]
        FakeBroker.account(other.broker, request_id),
        holdings=(replace(FakeBroker.account(other.broker).holdings[0], average_price=70_000),),
    )
    other.open()
    other.tick(69_300, 1)
    assert other.broker.submitted[-1].intent.reason is Reason.SL


def test_what_is_held_outside_the_watchlist_is_followed_and_only_sold(make_desk: Any) -> None:
    other = Desk(make_desk().engine._outside.calendar, ["005930"], {})
    other.broker.held["000660"] = 5
    other.open()
    assert other.broker.subscribed == ["005930", "000660"]
    assert not other.engine.markets["000660"].is_enabled


def test_the_traders_own_cancel_and_close(bought: Desk) -> None:
    bought.tell(ClosePosition("005930"))
    exit_ = bought.broker.submitted[-1]
    assert exit_.intent.reason is Reason.MANUAL
    bought.tell(CancelOrder(exit_.id))
    assert bought.broker.cancels == [exit_.id]
    bought.tell(CancelOrder(OrderId("nobody")))
    assert any("nobody" in n.text.en for n in bought.said(Noted))


def test_a_report_of_an_unknown_order_is_said_and_survived(desk: Desk) -> None:
    desk.tell(OrderExpired(OrderId("nobody"), OPEN))
    assert any("nobody" in n.text.en for n in desk.said(Noted))


def test_holdings_that_differ_after_a_reconnect_freeze_their_symbol(bought: Desk) -> None:
    bought.broker.held["005930"] = 1
    bought.tell(ConnectionChanged(False, "line down"))
    bought.tell(ConnectionChanged(True))
    assert not bought.said(MismatchesChanged), "fills may be on their way"
    bought.pass_to(bought.clock.now() + timedelta(seconds=1))
    assert bought.said(StateChanged)[-1].state is TradingState.RUNNING
    ((frozen,),) = [event.mismatches for event in bought.said(MismatchesChanged)]
    assert (frozen.symbol, frozen.theirs, frozen.ours) == ("005930", 1, 14)


def test_the_end_of_the_data_closes_bars_and_sells_whatever_the_hour(bought: Desk) -> None:
    bought.broker.fills_at_once()
    bought.tick(70_300, 500)
    bars = len(bought.said(BarClosed))
    bought.tell(DataEnded(at(9, 9)))
    assert len(bought.said(BarClosed)) == bars + 1
    assert bought.engine.is_flat
    assert bought.said(TradeClosed)[-1].trade.exit_reason is Reason.EOD


def test_quotes_are_the_newest_of_each_symbol(desk: Desk) -> None:
    desk.tell(a_tick(70_000, time=OPEN))
    (quote,) = [q for q in desk.said(QuoteUpdated) if q.symbol == "005930"][-1:]
    assert (quote.price, quote.change, quote.volume) == (70_000, 0, 10)
    desk.events.clear()
    desk.drain()
    assert desk.said(QuoteUpdated) == []


def test_strength_is_bought_over_sold_by_the_aggressor(desk: Desk) -> None:
    desk.tick(70_000, 1, 30, side=Side.BUY)
    desk.tick(70_000, 2, 20, side=Side.SELL)
    assert desk.said(QuoteUpdated)[-1].strength == 150.0
