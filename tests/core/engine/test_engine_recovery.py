"""After a crash: both sides are brought together by rules, and nothing is sent or booked twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.messages import (
    ClosePosition,
    Flatten,
    MismatchesChanged,
    OrderUpdated,
    ResolveMismatch,
    StateChanged,
)
from core.domain.order import OrderStatus, Reason, Side
from core.domain.risk import TradingState
from tests.core.engine.crash_rig import Terminal, World
from tests.core.engine.tiny_exchange import CASH, Fuse

SAMSUNG, HYNIX = "005930", "000660"
FALLING = (70_200, 70_300, 70_400, 70_500, 70_100, 69_950)


@pytest.fixture(params=[False, True], ids=["ids kept", "ids forgotten"])
def world(calendar, request):
    return World(calendar, request.param)


def bought(world: World) -> Terminal:
    """A terminal with a filled position of its own."""
    terminal = world.start()
    terminal.rise(SAMSUNG)
    for booked in world.exchange.orders.values():
        world.exchange.fill(booked, booked.remaining)
    terminal.drain()
    assert terminal.holdings[SAMSUNG]
    return terminal


def killed(world: World) -> None:
    world.exchange.line = None


def restarted(world: World) -> Terminal:
    terminal = world.start()
    terminal.pass_time(15)
    return terminal


def agree(world: World, terminal: Terminal) -> None:
    book = terminal.engine.account.portfolio
    assert terminal.holdings == world.held()
    assert book.cash == world.exchange.cash
    assert book.is_consistent()
    terminal.engine.close()
    assert world.journal.problems() == []


def frozen(terminal: Terminal) -> list[str]:
    shown = [e for e in terminal.events if isinstance(e, MismatchesChanged)]
    return [each.symbol for each in shown[-1].mismatches] if shown else []


def test_a_position_is_ours_again_with_its_entry_costs_and_levels(world):
    before = bought(world).engine.account.portfolio.position(SAMSUNG)
    killed(world)
    terminal = restarted(world)
    assert terminal.engine.account.portfolio.position(SAMSUNG) == before
    assert before.stop_level is not None and not before.is_foreign
    agree(world, terminal)


def test_what_was_filled_meanwhile_is_booked_with_the_brokers_costs(world):
    terminal = world.start()
    terminal.rise(SAMSUNG)
    (booked,) = world.exchange.orders.values()
    world.exchange.fill(booked, 7)
    terminal.drain()
    killed(world)
    world.exchange.fill(booked, 5)
    after = restarted(world)
    position = after.engine.account.portfolio.position(SAMSUNG)
    assert (position.quantity, position.bought_value) == (12, booked.value)
    assert position.commission == booked.commission
    # what still works is ours: its next fill counts, and it can be cancelled by our id
    world.exchange.fill(booked, 1)
    after.drain()
    assert after.holdings == {SAMSUNG: 13}
    after.tell(ClosePosition(SAMSUNG))
    assert booked.status is OrderStatus.CANCELED
    agree(world, after)


def test_a_round_that_was_closed_meanwhile_becomes_a_trade(world):
    terminal = bought(world)
    terminal.tell(ClosePosition(SAMSUNG))
    killed(world)
    sale = list(world.exchange.orders.values())[-1]
    world.exchange.fill(sale, sale.remaining)
    after = restarted(world)
    (trade,) = world.journal.of("trade")
    assert trade.body["net_pnl"] == world.exchange.cash - CASH
    agree(world, after)


def test_an_order_that_never_left_is_said_to_and_not_sent_again(world):
    fuse = Fuse()

    def script(terminal: Terminal) -> None:
        terminal.pass_time(1)
        submit = terminal.line.submit

        def die(order):
            fuse.left = 0
            submit(order)

        terminal.line.submit = die
        terminal.rise(SAMSUNG)

    assert world.run(fuse, script) is None
    assert world.exchange.sent == []
    after = restarted(world)
    assert world.exchange.sent == []
    (order,) = {e.order.id: e.order for e in after.events if isinstance(e, OrderUpdated)}.values()
    assert order.status is OrderStatus.REJECTED
    assert any("never arrived" in note for note in after.notes())
    agree(world, after)


def test_an_order_whose_number_was_never_heard_is_found_by_its_terms(world):
    terminal = world.start()
    terminal.drain = lambda: None  # no answer is ever heard
    terminal.rise(SAMSUNG)
    (booked,) = world.exchange.orders.values()
    killed(world)
    world.exchange.fill(booked, 3)
    after = restarted(world)
    position = after.engine.account.portfolio.position(SAMSUNG)
    assert position.quantity == 3 and not position.is_foreign
    agree(world, after)


def test_two_orders_that_may_be_ours_freeze_the_symbol(calendar):
    world = World(calendar, forgets=True)
    terminal = world.start()
    terminal.drain = lambda: None
    terminal.rise(SAMSUNG)
    (booked,) = world.exchange.orders.values()
    killed(world)
    twin = world.exchange.take("HTS-1", replace(booked.intent, reason=Reason.FOREIGN))
    world.exchange.fill(twin, 4)
    after = restarted(world)
    assert frozen(after) == [SAMSUNG]
    assert after.holdings == {SAMSUNG: 4}
    agree(world, after)


def test_shares_bought_elsewhere_are_kept_apart(world):
    terminal = bought(world)
    killed(world)
    del terminal
    world.exchange.by_hand(HYNIX, Side.BUY, 5)
    after = restarted(world)
    foreign = after.engine.account.portfolio.position(HYNIX)
    assert foreign.is_foreign and foreign.stop_level is None
    assert frozen(after) == []
    agree(world, after)


def test_shares_of_an_account_new_to_the_journal_are_foreign(calendar):
    world = World(calendar, forgets=True)
    world.exchange.by_hand(HYNIX, Side.BUY, 5)
    terminal = restarted(world)
    assert terminal.engine.account.portfolio.position(HYNIX).is_foreign
    agree(world, terminal)


def lost_shares(world: World, shares: int = 3) -> Terminal:
    """Restart after the broker has lost shares without any order."""
    bought(world)
    killed(world)
    world.exchange.lose(SAMSUNG, shares)
    return restarted(world)


def test_a_difference_that_nothing_explains_freezes_its_symbol_alone(world):
    after = lost_shares(world)
    assert frozen(after) == [SAMSUNG]
    assert after.holdings == world.held()
    after.rise(HYNIX)
    assert len(world.exchange.sent) == 2  # entries elsewhere go on
    after.rise(SAMSUNG)
    assert len(world.exchange.sent) == 2


def test_a_frozen_symbol_is_not_sold_by_signals_but_by_its_stop(world):
    after = lost_shares(world)
    after.print_minutes(SAMSUNG, FALLING)
    assert len(world.exchange.sent) == 1
    after.tick(SAMSUNG, 60_000)
    sale = list(world.exchange.orders.values())[-1]
    assert (sale.intent.reason, sale.intent.quantity) == (Reason.SL, world.held()[SAMSUNG])


def test_taking_the_brokers_side_lets_it_trade_again(world):
    after = lost_shares(world)
    after.tell(ResolveMismatch(SAMSUNG, takes_brokers=True, who="kim"))
    assert frozen(after) == []
    last = world.journal.of("mismatch")[-1]
    assert (last.body["step"], last.body["who"]) == ("TOOK_THEIRS", "kim")
    agree(world, after)


def test_taking_our_side_keeps_it_frozen_until_the_broker_agrees(world):
    before = bought(world).engine.account.portfolio.position(SAMSUNG)
    killed(world)
    world.exchange.lose(SAMSUNG, 3)
    after = restarted(world)
    after.tell(ResolveMismatch(SAMSUNG, takes_brokers=False, who="kim"))
    assert frozen(after) == [SAMSUNG]
    killed(world)
    again = restarted(world)
    assert frozen(again) == [SAMSUNG]
    world.exchange.lose(SAMSUNG, -3)
    again.line.request_account("routine")
    again.drain()
    assert frozen(again) == []
    restored = again.engine.account.portfolio.position(SAMSUNG)
    assert (restored.bought_value, restored.commission) == (before.bought_value, before.commission)
    agree(world, again)


def test_a_difference_met_while_running_freezes_its_symbol_and_stops_nothing_else(world):
    terminal = bought(world)
    world.exchange.lose(SAMSUNG, 3)
    terminal.line.request_account("routine")
    terminal.drain()
    terminal.pass_time(10)
    assert frozen(terminal) == [SAMSUNG]
    states = [e.state for e in terminal.events if isinstance(e, StateChanged)]
    assert states[-1] is TradingState.RUNNING
    agree(world, terminal)


def test_a_flatten_that_was_cut_off_goes_on_by_itself(world):
    terminal = bought(world)
    terminal.tell(Flatten("button"))
    killed(world)
    after = restarted(world)
    assert any("cut off" in note for note in after.notes())
    sales = [b for b in world.exchange.orders.values() if b.intent.side is Side.SELL]
    assert sum(sale.remaining for sale in sales) == world.held()[SAMSUNG]  # none was sent twice
    for sale in sales:
        world.exchange.fill(sale, sale.remaining)
    after.drain()
    after.pass_time(15)
    assert world.held() == {}
    states = [e.state for e in after.events if isinstance(e, StateChanged)]
    assert states[-1] is TradingState.HALTED
    agree(world, after)


def test_one_that_has_ended_does_not_begin_again(world):
    terminal = bought(world)
    terminal.tell(Flatten("button"))
    for sale in world.exchange.orders.values():
        world.exchange.fill(sale, sale.remaining)
    terminal.drain()
    terminal.pass_time(15)
    killed(world)
    after = restarted(world)
    states = [e.state for e in after.events if isinstance(e, StateChanged)]
    assert TradingState.FLATTENING not in states


def test_entries_wait_until_both_sides_are_brought_together(world):
    fuse = Fuse()
    assert world.run(fuse, lambda terminal: (terminal.rise(SAMSUNG), kill())) is None
    terminal = world.start()
    assert terminal.engine._line.entry_block == "" or not world.exchange.sent
    terminal.pass_time(15)
    assert terminal.engine._line.entry_block == ""


def kill() -> None:
    from tests.core.engine.crash_rig import Killed

    raise Killed


def test_without_a_difference_the_same_prices_are_a_signal_to_sell(world):
    bought(world)
    killed(world)
    after = restarted(world)
    after.print_minutes(SAMSUNG, FALLING)
    sale = list(world.exchange.orders.values())[-1]
    assert (sale.intent.side, sale.intent.reason) == (Side.SELL, Reason.SIGNAL)


def test_without_its_journal_what_is_held_stays_frozen_until_a_person_decides(calendar):
    """Rebuilt from the broker alone: nobody knows who bought it; stops protect it all the same."""
    world = World(calendar, forgets=True)
    bought(world)
    killed(world)
    world.journal.lose()
    terminal = world.start(is_lost=True)
    terminal.pass_time(15)
    assert frozen(terminal) == [SAMSUNG]
    assert terminal.holdings == world.held()
    assert terminal.engine.account.portfolio.position(SAMSUNG).stop_level is not None
    terminal.tell(ResolveMismatch(SAMSUNG, takes_brokers=True, who="kim"))
    assert frozen(terminal) == []
    agree(world, terminal)
