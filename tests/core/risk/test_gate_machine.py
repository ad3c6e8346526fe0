"""Entries through the gate under any settings: what passes stays within every limit once filled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from config.schema import Settings
from core.clock import SimClock
from core.domain.instrument import Instrument
from core.domain.market import Tick
from core.domain.order import Order, OrderIntent, OrderKind, OrderReport, Reason, Side
from core.domain.price import Price
from core.domain.session import Phase
from core.engine.account import Account
from core.engine.counts import Counts
from core.engine.desk import Desk, Moment
from core.engine.market import SymbolMarket
from core.engine.outbox import Outbox
from core.execution.interruptions import Interruptions
from core.execution.order_manager import OrderManager
from core.journal import MemoryJournal
from core.portfolio import Portfolio
from core.risk import gate
from core.risk.checks.entries_allowed import BLOCKS
from core.simulation.costs import CostModel, Rate
from tests.builders import OPEN
from tests.fakes import FakeBroker
from tests.machines import run_machine

SYMBOLS = ("005930", "000660", "035420", "051910")
LIMITS = (49_000, 91_000)  # 30 % round 70,000
WARNINGS = {
    "관리종목": "block_managed",
    "투자위험": "block_risk",
    "투자경고": "block_alert",
    "단기과열": "block_overheated",
}

symbols = st.sampled_from(SYMBOLS)
FAIR = st.sampled_from([True, True, True, False])
OPTIONS = st.fixed_dictionaries(
    {
        "max_positions": st.integers(1, 4),
        "max_position_pct": st.sampled_from([3.0, 10.0, 33.3, 60.0, 100.0]),
        "max_orders_per_minute": st.integers(1, 8),
        "price_collar_pct": st.sampled_from([0.5, 3.0, 30.0]),
        "stale_after_s": st.sampled_from([1, 10, 60]),
        "max_refusals": st.integers(0, 3),
        "refusal_window_min": st.integers(1, 3),
        "market_shock_pct": st.sampled_from([0.0, 2.0]),
        **{name: st.booleans() for name in WARNINGS.values()},
    }
)


class GateMachine(RuleBasedStateMachine):
    @initialize(options=OPTIONS, cash=st.sampled_from([500_000, 3_000_000, 20_000_000]))
    def open(self, options: dict[str, Any], cash: int) -> None:
        self.clock, self.journal = SimClock(OPEN), MemoryJournal()
        self.broker = FakeBroker(self.clock, cash)
        costs = CostModel(Rate.from_bps(1.5), ((OPEN.date(), Rate.from_bps(18)),), True)
        self.orders = OrderManager(self.broker, self.journal, costs, "t")  # type: ignore[arg-type]
        self.book = Portfolio(cash)
        self.account = Account(self.book, self.orders, costs, lambda symbol: True)
        outbox = Outbox(self.journal, lambda: 0.0)
        self.desk = Desk(self.account, self.orders, Interruptions(), outbox, Counts())
        self.phase, self.block, self.fall = Phase.CONTINUOUS, "", 0.0
        self.refusals: list[datetime] = []
        self.sent: list[datetime] = []
        self.use(options)
        of = {symbol: Instrument(symbol, symbol, 70_000) for symbol in SYMBOLS}
        self.markets = {symbol: SymbolMarket(of[symbol], self.settings) for symbol in SYMBOLS}
        self._watch_the_gate()

    def _watch_the_gate(self) -> None:
        self.patch, self.examined = pytest.MonkeyPatch(), 0
        original = gate.examine

        def examine(intent: OrderIntent, context: Any) -> Any:
            self.examined += 1
            return original(intent, context)

        self.patch.setattr(gate, "examine", examine)

    def teardown(self) -> None:
        self.patch.undo()

    # -- the world ----------------------------------------------------------------------------

    @rule(options=OPTIONS)
    def use(self, options: dict[str, Any]) -> None:
        self.options = options
        self.settings = Settings({f"risk.{name}": value for name, value in options.items()})

    @rule(symbol=symbols, price=st.integers(490, 910), spread=st.integers(-1, 2))
    def trade(self, symbol: str, price: int, spread: int) -> None:
        """Print a trade beside a book that may be crossed, or one-sided (spread 0)."""
        last, market = price * 100, self.markets[symbol]
        ask = last + spread * 100 if spread else None
        market.last_tick = Tick(symbol, self.clock.now(), last, 1, None, last, ask)
        market.last_price = self.account.prices[symbol] = last

    @rule(seconds=st.sampled_from([1, 5, 20, 61, 150]))
    def wait(self, seconds: int) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))

    @rule(block=st.sampled_from(["", "", *BLOCKS]))
    def forbid(self, block: str) -> None:
        self.block = block

    @rule(phase=st.sampled_from([Phase.CONTINUOUS, Phase.CONTINUOUS, *Phase]))
    def move_phase(self, phase: Phase) -> None:
        self.phase = phase

    @rule(fall=st.sampled_from([0.0, 1.9, 2.0, 5.0]))
    def fall_all(self, fall: float) -> None:
        self.fall = fall

    @rule(symbol=symbols, word=st.sampled_from(["", "", *WARNINGS]), is_halted=st.booleans())
    def mark(self, symbol: str, word: str, is_halted: bool) -> None:
        market = self.markets[symbol]
        warnings = (word,) if word else ()
        market.instrument = replace(market.instrument, warnings=warnings, is_halted=is_halted)

    # -- entries ------------------------------------------------------------------------------

    @rule(symbol=symbols, off=st.sampled_from([0, 0, 0, 100, -400, 2_200]), is_fair=FAIR)
    def buy(self, symbol: str, off: int, is_fair: bool) -> None:
        """A signal: of what is neither held nor ordered, sized by the desk."""
        market = self._market(symbol, is_fair)
        price = (market.last_price or 70_000) + off
        if not self.book.held(symbol) and not self.orders.has_working(symbol):
            share = self.options["max_position_pct"]
            quantity = int(self.book.capital * share / 100 // price)
            intent = OrderIntent(symbol, Side.BUY, quantity, Reason.SIGNAL, self._now(), price)
            self._enter(intent, lambda: self.desk.buy(market, price, self._moment(), self.settings))

    @rule(symbol=symbols, quantity=st.integers(1, 99), off=st.integers(-3, 3), is_fair=FAIR)
    def buy_exactly(self, symbol: str, quantity: int, off: int, is_fair: bool) -> None:
        """The rest of an entry at a limit, of what may be held already but is not ordered."""
        market = self._market(symbol, is_fair)
        if self.orders.has_working(symbol, Side.BUY):
            return
        last = market.last_price or 70_000
        price = last + off * 100
        intent = OrderIntent(
            symbol, Side.BUY, quantity, Reason.SIGNAL, self._now(), last, OrderKind.LIMIT, price
        )
        moment = self._moment()
        self._enter(intent, lambda: self.desk.buy_exactly(intent, market, moment, self.settings))

    def _market(self, symbol: str, is_fair: bool) -> SymbolMarket:
        """Return its market; a fair one trades, and nothing forbids entries."""
        if is_fair:
            market = self.markets[symbol]
            last = int(market.last_price or 70_000)
            self.trade(symbol, last // 100, 1)
            self.mark(symbol, "", False)
            self.phase, self.block, self.fall = Phase.CONTINUOUS, "", 0.0
        return self.markets[symbol]

    def _enter(self, intent: OrderIntent, send: Any) -> None:
        """Try it: it goes if, and only if, nothing speaks against it."""
        against, count = self._against(intent), len(self.broker.submitted)
        failed = {check.name for check in send()}
        assert failed == against
        passed = self.broker.submitted[count:]
        assert len(passed) == (not against)
        if passed:
            assert replace(passed[0].intent, time=intent.time) == intent
            self.sent.append(self._now())
            self.broker.inbox.clear()
            assert len(self._symbols_once_filled()) <= self.options["max_positions"]

    def _against(self, intent: OrderIntent) -> set[str]:
        """Return the checks that must refuse it, worked out from the world's own state."""
        now, of, market = self._now(), self.options, self.markets[intent.symbol]
        price: Any = intent.worst_price
        last, tick = market.last_price, market.last_tick
        value = price * intent.quantity
        window = timedelta(minutes=of["refusal_window_min"])
        refused = [time for time in self.refusals if now - time < window]
        others = self._symbols_once_filled() - {intent.symbol}
        blocked = [
            w for w, name in WARNINGS.items() if of[name] and w in market.instrument.warnings
        ]
        stale = timedelta(seconds=of["stale_after_s"])
        found = {
            "entries_allowed": bool(self.block),
            "order_size": intent.quantity < 1,
            "cash": value + _fee(value) > self.book.cash - self._reserved(),
            "position_value": intent.reference_price * intent.quantity
            > self.book.capital * of["max_position_pct"] / 100,
            "max_positions": len(others) >= of["max_positions"],
            "order_rate": sum(now - time < timedelta(minutes=1) for time in self.sent)
            >= of["max_orders_per_minute"],
            "price_limits": not LIMITS[0] <= price <= LIMITS[1],
            "price_collar": last is None or abs(price / last - 1) * 100 > of["price_collar_pct"],
            "fresh_data": tick is None or now - tick.time > stale,
            "session_phase": self.phase is not Phase.CONTINUOUS,
            "instrument_state": bool(blocked) or market.instrument.is_halted,
            "refusals": 0 < of["max_refusals"] <= len(refused),
            "market_shock": 0 < of["market_shock_pct"] <= self.fall,
            "order_book": self.phase is Phase.CONTINUOUS
            and tick is not None
            and (tick.ask is None or tick.ask <= last),  # type: ignore[operator]
        }
        return {name for name, is_found in found.items() if is_found}

    def _reserved(self) -> int:
        values = [int(o.remaining * o.intent.worst_price) for o in self._working(Side.BUY)]
        return sum(value + _fee(value) for value in values)

    def _symbols_once_filled(self) -> set[str]:
        held = {symbol for symbol in SYMBOLS if self.broker.held.get(symbol)}
        return held | {order.intent.symbol for order in self._working(Side.BUY)}

    def _working(self, side: Side) -> list[Order]:
        return [order for order in self.broker.working.values() if order.intent.side is side]

    # -- exits --------------------------------------------------------------------------------

    @rule(symbol=symbols, reason=st.sampled_from([Reason.SL, Reason.TP, Reason.SIGNAL]))
    def sell(self, symbol: str, reason: Reason) -> None:
        """An exit goes whatever forbids entries, and nothing examines it."""
        self.clock.move_to(self._now() + timedelta(milliseconds=1))
        free, count, examined = self.broker.free(symbol), len(self.broker.submitted), self.examined
        price = self.markets[symbol].last_price or 70_000
        assert self.desk.sell(self.markets[symbol], price, reason, self._now()) is (free > 0)
        assert self.examined == examined
        sent = self.broker.submitted[count:]
        assert sum(order.intent.quantity for order in sent) == free
        self.sent += [self._now()] * len(sent)
        self.broker.inbox.clear()

    # -- the broker ---------------------------------------------------------------------------

    @rule(number=st.integers(0, 9), share=st.integers(1, 10), better=st.integers(0, 500))
    def fill(self, number: int, share: int, better: int) -> None:
        """Fill a part of an order at its worst price, or better."""
        order = self._pick(number)
        if order is not None:
            price: Price = order.intent.worst_price - order.intent.side.sign * better
            fill = self.broker.fill(order, max(order.remaining * share // 10, 1), price)
            value, is_sell = int(price * fill.quantity), fill.side is Side.SELL
            report: Any = self.broker.inbox.pop()
            tax = value * 18 // 10_000 if is_sell else 0
            told = replace(report.fill, commission=_fee(value), tax=tax)
            self._tell(replace(report, fill=told))

    @rule(number=st.integers(0, 9))
    def confirm_cancel(self, number: int) -> None:
        order = self._pick(number)
        if order is not None and order.id in self.broker.cancels:
            self.broker.confirm_cancel(order.id)
            self._tell(self.broker.inbox.pop())

    @rule(number=st.integers(0, 9))
    def reject(self, number: int) -> None:
        order = self._pick(number)
        if order is not None and order.intent.side is Side.BUY and not order.filled:
            self.broker.reject(order)
            self.refusals.append(self._now())
            self._tell(self.broker.inbox.pop())

    @invariant()
    def cash_pays_for_everything_that_has_passed(self) -> None:
        if hasattr(self, "book"):
            assert self.book.cash >= self._reserved()
            assert {p.symbol: p.quantity for p in self.book} == {
                symbol: held for symbol, held in self.broker.held.items() if held
            }

    def _pick(self, number: int) -> Order | None:
        working = list(self.broker.working.values())
        return working[number % len(working)] if working else None

    def _tell(self, report: Any) -> None:
        known: OrderReport = report
        market = self.markets[self.orders[known.order_id].intent.symbol]
        self.desk.take(known, market, self.settings)

    def _moment(self) -> Moment:
        return Moment(self._now(), self.phase, self.block, self.fall)

    def _now(self) -> datetime:
        return self.clock.now()


def _fee(value: int) -> int:
    return value * 15 // 100_000


def test_what_passes_the_gate_stays_within_every_limit_once_filled() -> None:
    run_machine(GateMachine, examples=100, steps=40)


@pytest.mark.long
def test_what_passes_stays_within_every_limit_in_many_lives() -> None:
    run_machine(GateMachine, examples=4_000, steps=80)
