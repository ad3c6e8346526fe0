"""A line on which everything goes wrong now and then: in the end both sides agree on it all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from broker.kiwoom.emulator.fault_options import EmulatorOptions
from core.domain.messages import AccountReported, ConnectionChanged, ForeignOrderSeen
from core.domain.order import (
    AmendRequested,
    CancelRequested,
    Order,
    OrderFilled,
    OrderId,
    OrderKind,
    OrderStatus,
    OrderSubmitted,
    Reason,
    Side,
    TimeInForce,
)
from tests.broker.kiwoom.adapter_rig import SYMBOLS, Terminal
from tests.core.simulation.sim_builders import an_order

CLEAN = EmulatorOptions()
REALISTIC = EmulatorOptions(
    delay_pct=5,
    drop_pct=1,
    duplicate_pct=2,
    reorder_pct=2,
    chejan_first_pct=10,
    fill_first_pct=3,
    reject_pct=2,
    tr_timeout_pct=1,
    disconnects_per_hour=4,
    outage_s=20,
    silences_per_hour=2,
    hand_orders_per_hour=6,
)
HARSH = REALISTIC.model_copy(
    update={
        "delay_pct": 20.0,
        "drop_pct": 8.0,
        "duplicate_pct": 10.0,
        "reorder_pct": 10.0,
        "chejan_first_pct": 40.0,
        "fill_first_pct": 20.0,
        "reject_pct": 10.0,
        "tr_timeout_pct": 10.0,
        "disconnects_per_hour": 20.0,
        "silences_per_hour": 6.0,
        "hand_orders_per_hour": 20.0,
    }
)

BASES = {"005930": 71_500, "000660": 186_000}


class Trader:
    """Orders at random and believes what it is told, as the engine does."""

    def __init__(self, terminal: Terminal, seed: int) -> None:
        self.terminal, self._random = terminal, Random(seed)
        self.orders: dict[OrderId, Order] = {}
        self._read = 0
        self._number = 0

    def trade(self, minutes: float) -> None:
        until = self.terminal.clock.now() + timedelta(minutes=minutes)
        while self.terminal.clock.now() < until:
            self._act()
            self.terminal.run_for(seconds=self._random.choice((0.02, 0.5, 3, 20)))
            self.listen()

    def listen(self) -> None:
        """Apply what was posted since; a report that can't follow raises."""
        new, self._read = self.terminal.posted[self._read :], len(self.terminal.posted)
        for message in new:
            if isinstance(message, ForeignOrderSeen):
                self.orders[message.order.id] = message.order
            order = self.orders.get(getattr(message, "order_id", None))
            if order is not None:
                self.orders[order.id] = order.apply(message)

    @property
    def working(self) -> list[Order]:
        return [order for order in self.orders.values() if order.is_working]

    def fills(self) -> Iterator[OrderFilled]:
        seen = set()
        for message in self.terminal.got(OrderFilled):
            if message.fill.id not in seen:
                seen.add(message.fill.id)
                yield message

    def _act(self) -> None:
        action = self._random.choice(("buy", "buy", "sell", "limit", "cancel", "amend", "ioc"))
        getattr(self, f"_{action}")()

    def _send(self, side: Side, ticks: int | None = None, **kind: object) -> None:
        """Send an order, at the market or so many ticks of 100 won from the base price."""
        self._number += 1
        symbol = self._random.choice(list(BASES))
        limit = None if ticks is None else BASES[symbol] + 100 * ticks
        quantity = self._random.randint(1, 5)
        order = an_order(side, quantity, symbol=symbol, limit=limit, id=f"R{self._number}")
        order = replace(order, intent=replace(order.intent, **kind))
        now = self.terminal.clock.now()
        self.orders[order.id] = order.apply(OrderSubmitted(order.id, now))
        self.terminal.api.submit(order)
        self.listen()

    def _buy(self) -> None:
        self._send(Side.BUY)

    def _sell(self) -> None:
        self._send(Side.SELL)

    def _limit(self) -> None:
        self._send(Side.BUY, self._random.choice((-20, -3, 0)))

    def _ioc(self) -> None:
        self._send(Side.BUY, 0, time_in_force=TimeInForce.IOC)

    def _cancel(self) -> None:
        if working := self.working:
            order = self._random.choice(working)
            now = self.terminal.clock.now()
            self.orders[order.id] = order.apply(CancelRequested(order.id, now))
            self.terminal.api.cancel(order)
            self.listen()

    def _amend(self) -> None:
        limits = [
            order
            for order in self.working
            if order.intent.kind is OrderKind.LIMIT and order.status is OrderStatus.ACCEPTED
        ]
        if limits:
            order = self._random.choice(limits)
            now = self.terminal.clock.now()
            self.orders[order.id] = order.apply(AmendRequested(order.id, now))
            smaller = max(order.intent.quantity - self._random.randint(0, 2), 1)
            price = order.intent.limit_price + self._random.choice((-100, 0, 100))
            self.terminal.api.amend(order, price, smaller)
            self.listen()


def a_troubled_hour(faults: EmulatorOptions, seed: int, minutes: float) -> Trader:
    """Trade under faults; then let them end, everything settle, and the account be read."""
    terminal = Terminal(seed=seed, cash=100_000_000)
    terminal.log_in()
    terminal.api.subscribe(SYMBOLS)
    terminal.run_to(terminal.session.open + timedelta(seconds=10))
    trader = Trader(terminal, seed)
    terminal.server.faults.use(faults.model_copy(update={"fault_seed": seed}))
    trader.trade(minutes)
    terminal.server.faults.use(CLEAN)
    terminal.run_for(minutes=3)
    terminal.api.request_account("end")
    while not any(each.request_id == "end" for each in terminal.got(AccountReported)):
        terminal.run_for(seconds=0.1)  # no longer: what rests may be filled at any moment
    trader.listen()
    return trader


def assert_agreement(trader: Trader) -> None:
    terminal = trader.terminal
    exchange = terminal.venue.exchange
    assert terminal.got(ConnectionChanged)[-1].is_connected
    assert _totals(each.fill for each in trader.fills()) == _totals(exchange.day.fills)
    theirs = {
        each.id: (each.order.filled, each.order.remaining) for each in exchange.day.orders.values()
    }
    # The exchange knows an order by each number it ever had.
    ours = {
        exchange.day.find(order.broker_id).id: (order.filled, order.remaining)
        for order in trader.orders.values()
        if order.broker_id is not None and order.status is not OrderStatus.REJECTED
    }
    assert ours == theirs
    assert not [order for order in trader.orders.values() if order.status is OrderStatus.UNKNOWN]
    report = next(each for each in terminal.got(AccountReported) if each.request_id == "end")
    assert (report.cash, report.available) == (exchange.account.cash, exchange.account.available)
    held = {lot.symbol: lot.quantity for lot in exchange.account.lots.values() if lot.quantity}
    assert {each.symbol: each.quantity for each in report.holdings} == held
    working = {exchange.day.find(order.broker_id).id for order in report.orders}
    assert working == {booked.id for booked in exchange.working}


def _totals(fills) -> Counter:
    """Shares, won, commission and tax by symbol and side."""
    totals: Counter = Counter()
    for fill in fills:
        key = (fill.symbol, fill.side)
        totals[key, "shares"] += fill.quantity
        totals[key, "won"] += fill.price * fill.quantity
        totals[key, "commission"] += fill.commission
        totals[key, "tax"] += fill.tax
    return +totals


@pytest.mark.parametrize("seed", [1, 2])
def test_after_half_an_hour_of_realistic_faults_both_sides_agree(seed):
    trader = a_troubled_hour(REALISTIC, seed, 30)
    assert len(list(trader.fills())) > 50
    assert_agreement(trader)


@pytest.mark.parametrize("seed", range(3))
def test_after_ten_minutes_of_every_fault_at_a_harsh_rate_both_sides_agree(seed):
    trader = a_troubled_hour(HARSH, seed, 10)
    assert any(order.intent.reason is Reason.FOREIGN for order in trader.orders.values())
    assert_agreement(trader)


def test_without_faults_both_sides_agree():
    assert_agreement(a_troubled_hour(CLEAN, 5, 10))
