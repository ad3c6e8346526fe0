"""The engine: takes messages one at a time, in one thread, and owns everything they change.

The life of a tick is told in resources/docs/developer.md; in short: last price, stop and target,
bar; and when a bar has closed: indicators, rules, score, decision, gate, journal, broker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from config.schema import Settings
from config.sections import MarketOptions
from core.clock import HeldClock
from core.domain.instrument import Instrument
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AmendOrder,
    AuctionIndicated,
    BrokerIdentified,
    CancelOrder,
    ClosePosition,
    ConditionMatched,
    ConditionsListed,
    ConnectionChanged,
    DataEnded,
    EnableSymbol,
    Event,
    Heartbeat,
    HistoryLoaded,
    Interrupted,
    MarketNoticed,
    Message,
    Noted,
    PredictionArrived,
    RequestBudget,
    Resumed,
    Shutdown,
    TimePassed,
)
from core.domain.order import Reason
from core.engine.account import Account
from core.engine.analyst import Analyst
from core.engine.asked_broker import AskedBroker
from core.engine.broker_word import BrokerWord
from core.engine.by_hand import ByHand
from core.engine.closer import Closer
from core.engine.counts import Counts
from core.engine.day import TradingDay
from core.engine.day_backup import DayBackup
from core.engine.day_report import DayReport
from core.engine.desk import Desk
from core.engine.entry_blocks import EntryBlocks
from core.engine.exchange_word import ExchangeWord
from core.engine.frozen import Frozen
from core.engine.gaps import Gaps
from core.engine.line import BrokerLine
from core.engine.market import SymbolMarket
from core.engine.market_shock import MarketShock
from core.engine.order_care import OrderCare
from core.engine.outbox import Outbox
from core.engine.outside import Outside
from core.engine.parts import Listener, Parts, Timed, advance_due, in_turn
from core.engine.reconcile import Reconciler
from core.engine.recovery import Recovery
from core.engine.shown import Shown
from core.engine.time_stops import TimeStops
from core.engine.trader import Trader
from core.engine.watch import Watch
from core.engine.watchlist import Watchlist
from core.execution.interruptions import Interruptions
from core.execution.order_manager import OrderManager
from core.journal.records import account_record, end_record
from core.portfolio import Portfolio
from core.risk.daily_limits import DailyLimitOptions
from core.risk.sizing import SizingOptions
from core.simulation.costs import CostModel, CostOptions

RECENT = 256  # messages kept
_REST = timedelta(seconds=1)  # after a fault of what the clock does, before it is tried again


class Engine:
    """Trades a watchlist by the rules of strategy.md.

    Not thread-safe: one thread calls `open`, `handle`, `take_events` and `close`.

    Attributes:
        recent: The last messages, oldest first, for whoever has to tell what led to something.
        day_report: Has the broker list its day; `is_awaited` until it has.
        faults: What handlers have raised so far.
    """

    def __init__(
        self, settings: Settings, outside: Outside, symbols: Sequence[str], run_id: str
    ) -> None:
        """Make a stopped engine for `symbols`; `run_id` begins its order ids (see OrderManager)."""
        self.counts = Counts()
        self.is_shut_down = False
        self._outside, self._clock = outside, HeldClock(outside.clock.now)
        self.recent: deque[Message] = deque(maxlen=RECENT)
        self._outbox = Outbox(outside.journal, outside.elapsed_s)
        self.markets = {s: SymbolMarket(Instrument(s, s), settings) for s in symbols}
        for symbol in self.markets.keys() & set(settings[MarketOptions].symbols_off):
            self.markets[symbol].is_enabled = False
        costs = CostModel.from_options(settings[CostOptions])
        self.orders = OrderManager(outside.broker, outside.journal, costs, run_id)
        portfolio = Portfolio(settings[SizingOptions].start_capital)
        self.account = Account(portfolio, self.orders, costs, self._is_taxed)
        self._book, self._revision = portfolio, 0
        self._rests_until: datetime | None = None
        self._due: datetime | None = None  # of all parts but the analyst; None: ask them
        self._parts = self._make_parts(settings)
        self._wire()
        self._handlers = self._make_handlers()
        self._timely = tuple(partial(advance_due, timed) for timed in self._timed)
        self._day.roll(self._clock.now(), settings)

    def _make_parts(self, settings: Settings) -> Parts:
        outside, account, orders, outbox = self._outside, self.account, self.orders, self._outbox
        self._interruptions = Interruptions(self._is_halted)
        self._desk = Desk(account, orders, self._interruptions, outbox, self.counts)
        self._day = TradingDay(account, outbox, outside.calendar, outside.day_memory)
        return Parts(
            settings=settings,
            clock=self._clock,
            broker=AskedBroker(outside.broker, self._clock),
            markets=self.markets,
            account=account,
            orders=orders,
            desk=self._desk,
            day=self._day,
            interruptions=self._interruptions,
            outbox=outbox,
            counts=self.counts,
            recent=self.recent,
            money_changed=self._money_changed,
        )

    def _wire(self) -> None:
        """Make the parts that act; a new one is named here and in `_timed` or `_listeners`."""
        parts, outside = self._parts, self._outside
        self._closer, self._shown = Closer(parts), Shown(parts)
        self._analyst = Analyst(parts, outside.predictor)
        self._watchlist = Watchlist(
            self.markets, outside.feed, self._desk, self._analyst, parts.settings
        )
        frozen = Frozen(parts, self._watchlist.follow)
        recovery = Recovery(parts, frozen, self._closer, self._watchlist.follow)
        self._reconciler = Reconciler(parts, recovery, frozen)
        self._line = BrokerLine(self._reconciler, self._outbox, self._clock, recovery.identify)
        self._gaps, shock = Gaps(parts, outside.feed), MarketShock(parts)
        self._blocks = self._analyst.blocks = EntryBlocks(parts, self._line, shock)
        care, self.day_report = OrderCare(parts, self._blocks), DayReport(parts)
        self._by_hand = ByHand(parts, self._line, care)
        self._exchange = ExchangeWord(parts, self._on_hours)
        self._watch = Watch(parts, self._line, self._analyst, outside.evidence)
        self._blocks.add(self._watch)
        self.faults = self._watch.faults
        self._blocks.add(frozen)
        self._blocks.add(self._gaps)
        self._timed: tuple[Timed, ...] = (
            self._closer,
            self._reconciler,
            TimeStops(parts),
            care,
            self.day_report,
            DayBackup(parts, outside.backups),
            *self._watch.timed,
        )
        self._listeners: tuple[Listener, ...] = (
            BrokerWord(
                parts,
                self._closer,
                self._reconciler,
                self._watchlist,
                care.unanswered,
                recovery,
                self.day_report,
            ),
            self.day_report,
            Trader(
                parts,
                self._analyst,
                self._closer,
                self._watch,
                self._watchlist,
                outside.predictor,
            ),
            shock,
            *self._watch.listeners,
            frozen,
            recovery,
        )

    def _make_handlers(self) -> dict[type, Callable[[Any], None]]:
        passed_on = (RequestBudget, ConditionsListed, ConditionMatched, Noted)
        handlers: dict[type, Callable[[Any], None]] = {
            **dict.fromkeys(passed_on, self._outbox.publish),
            Tick: self._analyst.on_tick,
            OrderBook: self._on_book,
            HistoryLoaded: self._on_history,
            ConnectionChanged: self._on_connection,
            BrokerIdentified: self._line.on_identified,
            Interrupted: self._on_interruption,
            Resumed: self._on_interruption,
            AuctionIndicated: self._exchange.on_indicated,
            MarketNoticed: self._exchange.on_notice,
            PredictionArrived: self._analyst.on_prediction,
            TimePassed: self._on_time,
            DataEnded: self._on_data_ended,
            CancelOrder: self._by_hand.on_cancel,
            AmendOrder: self._by_hand.on_amend,
            ClosePosition: self._by_hand.on_close,
            EnableSymbol: self._watchlist.on_enable,
            Shutdown: self._on_shutdown,
        }
        for listener in self._listeners:
            handlers |= listener.handlers()
        return handlers

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._parts.settings

    # The driver's side

    def open(self) -> None:
        """Log in, ask for the account and for history; the answers come as messages."""
        self._clock.moment = None
        self._outside.broker.connect()
        self._parts.broker.request_account("start")
        self._watchlist.request_history(tuple(self.markets))

    def handle(self, message: Message) -> None:
        """Do all that `message` causes, at one moment; its orders have left on return."""
        self._clock.moment = None
        self.recent.append(message)
        kind = type(message)
        self._handlers[kind](message)
        if kind is not Tick or self._analyst.has_acted:
            self._due, self._analyst.has_acted = None, False
        if self.orders.revision + self._book.revision != self._revision:
            self._look()

    def _look(self) -> None:
        """Look whether what must hold still does."""
        self._revision = self.orders.revision + self._book.revision
        self._watch.look(self._clock.now())

    @property
    def wakeup(self) -> datetime:
        """The market time at which `TimePassed` is due next."""
        wakeup, due = self._due or self._next_due(), self._analyst.due
        if due is not None and due < wakeup:
            wakeup = due
        return max(wakeup, self._rests_until) if self._rests_until else wakeup

    def _next_due(self) -> datetime:
        """Ask every part; not at every step, as a mere trade moves none of them."""
        self._clock.moment = None
        dues = [self._day.wakeup, *(timed.wakeup for timed in self._timed)]
        self._due = min(due for due in dues if due is not None)
        return self._due

    @property
    def is_closing(self) -> bool:
        """Whether a flatten is under way."""
        return self._closer.is_active

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held or ordered that the day's end closes, as far as we know."""
        return self._closer.is_flat_for(Reason.EOD)

    def take_events(self) -> list[Event]:
        """Return the events since the last call.

        Quotes and account are conflated: the newest of each, where anything has changed.
        """
        self._clock.moment = None
        now = self._clock.now()
        self._shown.flush(now)
        self._exchange.flush()
        self._watch.flush()
        self._outbox.publish(Heartbeat(now, self.counts.as_dict(), self._line.is_connected))
        return self._outbox.take()

    def last_events(self) -> list[Event]:
        """Return what was not taken yet when the run ended; asks no port, not even the clock."""
        return self._outbox.take()

    def fault(self, error: Exception) -> None:
        """Take note that the last message's handler raised: exits go on, entries may not."""
        now, message = self._clock.now(), self.recent[-1] if self.recent else None
        self._due = None
        if isinstance(message, TimePassed):
            self._rests_until = now + _REST
        self._watch.fault(error, message, now)

    def close(self) -> None:
        """Write the end of the run into the journal; the caller closes the ports."""
        self._clock.moment = None
        self._closer.give_up(self._clock.now())
        now, money = self._clock.now(), self.account
        self._outbox.record(account_record(money.view(now, self.settings[DailyLimitOptions])), now)
        end = end_record(
            cash=money.portfolio.cash,
            equity=money.equity,
            holdings=money.holdings(),
            counts=self.counts.as_dict(),
        )
        self._outbox.record(end, now)
        self._outbox.commit(now)

    # Facts

    def _on_book(self, book: OrderBook) -> None:
        """Keep the newest; ticks carry the best bid and ask of their own moment."""
        market = self.markets.get(book.symbol)
        if market is not None:
            market.book = book

    def _on_connection(self, change: ConnectionChanged) -> None:
        self._line.on_connection(change)
        self._gaps.on_connection(change)

    def _on_history(self, history: HistoryLoaded) -> None:
        self._watchlist.on_history(history)
        self._gaps.on_history(history)

    def _on_interruption(self, word: Interrupted | Resumed) -> None:
        self._exchange.on_interruption(word)
        self._closer.advance(self._clock.now())

    def _on_time(self, passed: TimePassed) -> None:
        in_turn(self._analyst.close_due, self._move, *self._timely, now=passed.now)
        self._outbox.commit_if_failing(passed.now)

    def _move(self, now: datetime) -> None:
        if now >= self._day.ends:
            self._roll(now)
        if now >= self._day.wakeup:
            self._move_day(now)

    def _move_day(self, now: datetime) -> None:
        if self._day.advance(now) and not self.is_flat:
            self._closer.begin(Reason.EOD, now)

    def _on_hours(self, now: datetime) -> None:
        """Other things are due now than by the hours known before."""
        self._move_day(now)
        self._closer.advance(now)

    def _roll(self, now: datetime) -> None:
        self._analyst.close_all()
        self._closer.give_up(now)
        self._interruptions.clear()
        for market in self.markets.values():
            market.start_day()
        self._day.roll(now, self.settings)
        self._day.begin(now, self.settings[DailyLimitOptions])
        self.account.is_changed = True

    def _on_data_ended(self, ended: DataEnded) -> None:
        """Close the last bars without a signal and sell what is held, whatever the hour."""
        self._analyst.is_silent = True
        self._outbox.publish(ended)
        self._analyst.close_all()
        if not self.is_flat:
            self._closer.close_books(self._clock.now())

    def _on_shutdown(self, _: Shutdown) -> None:
        self.is_shut_down = True

    # Shared by several

    def _is_halted(self, symbol: str) -> bool:
        """By the master data, which are of the morning: a trade proves them wrong."""
        market = self.markets.get(symbol)
        return market is not None and market.instrument.is_halted and not market.volume

    def _is_taxed(self, symbol: str) -> bool:
        market = self.markets.get(symbol)
        return market is None or market.instrument.is_taxed

    def _money_changed(self, now: datetime) -> None:
        """Look at the daily limits; called after every closed bar and every fill."""
        limit = self.account.mark(self.settings[DailyLimitOptions])
        if limit is not None and not self._day.is_limited and not self._analyst.is_silent:
            self._look()  # at what was sent before it
            self._day.limit(limit, now)
            self._closer.begin(Reason.LIMIT, now, limit.value)
        self.account.is_changed = True
