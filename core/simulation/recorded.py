"""Recorded ticks as a market: published as they are, and our orders fill against what follows.

No liquidity is invented. An order that arrives at t looks only at rows that come after it, and all
our orders together get at most the volume of each row. The rules:

- A row fills only if it is good: price and quantity above 0, inside the known daily limits, on the
  price grid, and not older than the newest row of its symbol. All rows are published all the same.
- A taker (market order, or a limit order from its arrival until the first row whose price it does
  not reach) pays the worse of the row's price and its opposite quote where recorded, moved against
  it by `costs.slippage_ticks`; never outside the daily limits.
- A limit order that waits is filled at its limit by a trade through its price. Trades at its price
  first serve the queue ahead, which recorded trades do not show: it is taken to be the volume of
  the symbol's last 100 good rows, about what stands at a best price on the KRX.
- When a day's rows are over, EOD orders (also those that arrive later) are filled in full at the
  symbol's last price without slippage, and every other working order is given back; then, at the
  end of all data, `DataEnded` is posted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.errors import BrokerError, DataError
from core.domain.instrument import Instrument
from core.domain.market import Bar, Tick
from core.domain.messages import DataEnded, HistoryLoaded, Message
from core.domain.order import Order, OrderKind, Reason, Side, TimeInForce
from core.domain.price import Price
from core.simulation.costs import execution_price
from core.simulation.desk import Booked, Deposit, Desk
from core.simulation.incidents import Incident

_KINDS = (OrderKind.LIMIT, OrderKind.MARKET)
_QUEUE_ROWS = 100
# Longer than an order is on its way, so what the last rows set off arrives before the day ends.
_QUIET = timedelta(seconds=1)


@dataclass(slots=True)
class _Tape:
    """What the rows of one symbol have shown so far today."""

    newest: datetime | None = None
    last_price: Price | None = None
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=_QUEUE_ROWS))


@dataclass(slots=True)
class _Waiting:
    """Where one of our orders stands."""

    ahead: int | None = None  # shares before it at its price; None while it is a taker


class RecordedMarket:
    """Rows of (time, Tick) in order of time drive the market, for `core.simulation.venue.Venue`."""

    def __init__(
        self,
        ticks: Iterable[tuple[datetime, Tick]],
        instruments: Mapping[str, Instrument],
        slippage_ticks: int,
        history: Mapping[str, tuple[Bar, ...]] | None = None,
    ) -> None:
        """Read the first row; the others are read as they come due.

        `time` is when a row becomes known and never goes back; the tick's own time may be older.

        Raises:
            DataError: There is no row at all.
        """
        self._rows: Iterator[tuple[datetime, Tick]] = iter(ticks)
        self._next = next(self._rows, None)
        if self._next is None:
            raise DataError("recorded ticks: no rows to replay")
        self.start = self.end = self._next[0]
        self._instruments, self._history = instruments, history or {}
        self._slippage = slippage_ticks
        self._tapes = {symbol: _Tape() for symbol in instruments}
        self._working: dict[str, list[Booked]] = {symbol: [] for symbol in instruments}
        self._watched: frozenset[str] = frozenset()
        self._day_end: datetime | None = None  # when the day's rows are over
        self._is_over = False

    def open(self, desk: Desk, emit: Callable[[Message], None]) -> None:
        self._desk, self._emit = desk, emit

    # -- time ---------------------------------------------------------------------------------

    def next_time(self) -> datetime | None:
        if self._day_end is not None:
            return self._day_end
        return None if self._next is None else max(self._next[0], self.end)

    def step(self, now: datetime) -> None:
        """Publish every row of the next timestamp, or end the day."""
        if self._day_end is not None:
            self._end_day(now)
            return
        self._is_over = False
        self.end = now
        while self._next is not None and self._next[0] <= now:
            self._show(self._next[1], now)
            self._next = next(self._rows, None)
        if self._next is None or self._next[0].date() > now.date():
            self._day_end = now + _QUIET

    def skip_to(self, moment: datetime) -> None:
        while (due := self.next_time()) is not None and due < moment:
            watched, self._watched = self._watched, frozenset()
            self.step(due)
            self._watched = watched

    def inject(self, incident: Incident, now: datetime) -> None:
        raise BrokerError("a recording goes as it went: nothing can be interrupted")

    # -- what can be known --------------------------------------------------------------------

    def instrument(self, symbol: str) -> Instrument | None:
        return self._instruments.get(symbol)

    def history(self, symbol: str, days: int, now: datetime) -> HistoryLoaded:
        """Return the bars it was given, whatever `days` says: a recording knows no earlier ones."""
        instrument = self._instruments.get(symbol)
        if instrument is None:
            return HistoryLoaded(Instrument(symbol, symbol), (), f"{symbol}: not in the recording")
        return HistoryLoaded(instrument, self._history.get(symbol, ()))

    def watch(self, symbols: Iterable[str], now: datetime) -> None:
        self._watched = frozenset(symbols)

    # -- our orders ---------------------------------------------------------------------------

    def refusal(self, order: Order, now: datetime) -> str:
        intent = order.intent
        if intent.kind not in _KINDS or intent.time_in_force is not TimeInForce.DAY:
            return "체결 자료로는 지정가와 시장가 주문만 받습니다."
        if not self._is_over:
            return ""
        if intent.reason is not Reason.EOD:
            return "장종료 상태입니다."
        has_price = self._tapes[intent.symbol].last_price is not None
        return "" if has_price else "체결가가 없는 종목입니다."

    def deposit(self, booked: Booked, now: datetime) -> Deposit:
        intent = booked.order.intent
        if intent.limit_price is not None:
            return Deposit(intent.limit_price)
        return Deposit(self._tapes[intent.symbol].last_price, is_for_one=True)

    def enter(self, booked: Booked, now: datetime) -> None:
        if self._is_over:
            self._fill_at_last_price(booked, now)
            return
        booked.slot = _Waiting()
        self._working[booked.order.intent.symbol].append(booked)

    def amend(self, booked: Booked, now: datetime) -> None:
        """Queue anew: recorded trades do not show who stood where."""
        booked.slot, booked.arrived = _Waiting(), now

    def withdraw(self, booked: Booked, now: datetime) -> None:
        self._working[booked.order.intent.symbol].remove(booked)

    # -- inside -------------------------------------------------------------------------------

    def _show(self, tick: Tick, now: datetime) -> None:
        if tick.symbol in self._watched:
            self._emit(tick)
        tape, instrument = self._tapes.get(tick.symbol), self._instruments.get(tick.symbol)
        if tape is None or instrument is None or not _is_real(tick, instrument, tape):
            return
        tape.newest, tape.last_price = tick.time, tick.price
        if not instrument.grid.is_valid(tick.price):
            return  # a mid-point trade is real, but no order of ours can meet it
        self._serve(tick, instrument, now)
        tape.recent.append(tick.quantity)

    def _serve(self, tick: Tick, instrument: Instrument, now: datetime) -> None:
        """Give the row's volume to our orders, oldest first."""
        left, queue = tick.quantity, self._working[tick.symbol]
        for booked in tuple(queue):
            if not left:
                return
            if tick.time <= booked.arrived:
                continue
            price, quantity = self._offer(booked, tick, left, instrument)
            quantity = min(quantity, booked.remaining)
            payable = min(quantity, self._desk.affordable(booked, price))
            if payable:
                self._desk.filled(booked, price, payable, now)
                left -= payable
            if not booked.remaining:
                queue.remove(booked)
            elif payable < quantity:
                queue.remove(booked)
                self._desk.canceled(booked, now, "잔량 취소: 주문가능금액이 부족합니다.")

    def _offer(
        self, booked: Booked, tick: Tick, left: int, instrument: Instrument
    ) -> tuple[Price, int]:
        """Return the price and the shares at which this row serves the order, at most `left`."""
        intent, slot = booked.order.intent, booked.slot
        price = self._taker_price(tick, intent.side, instrument)
        limit = intent.limit_price
        if limit is None:
            return price, left
        sign = intent.side.sign
        if slot.ahead is None:
            if sign * price <= sign * limit:
                return price, left
            slot.ahead = sum(self._tapes[tick.symbol].recent)
        if sign * tick.price < sign * limit:
            return limit, left
        if tick.price != limit:
            return limit, 0
        served = min(slot.ahead, left)
        slot.ahead -= served
        return limit, left - served

    def _taker_price(self, tick: Tick, side: Side, instrument: Instrument) -> Price:
        """Return the worse of the trade and the opposite quote, after slippage."""
        if side is Side.BUY:
            reference = max(tick.price, tick.ask or tick.price)
        else:
            reference = min(tick.price, tick.bid or tick.price)
        price = execution_price(reference, side, instrument.grid, self._slippage)
        limits = instrument.price_limits()
        return price if limits is None else min(max(price, limits[0]), limits[1])

    def _end_day(self, now: datetime) -> None:
        self._day_end, self._is_over = None, True
        for queue in self._working.values():
            for booked in tuple(queue):
                queue.remove(booked)
                if booked.order.intent.reason is Reason.EOD:
                    self._fill_at_last_price(booked, now)
                else:
                    self._desk.canceled(booked, now, "잔량 취소: 더 이상 체결 자료가 없습니다.")
        if self._next is None:
            self._emit(DataEnded(now))

    def _fill_at_last_price(self, booked: Booked, now: datetime) -> None:
        price = self._tapes[booked.order.intent.symbol].last_price
        if price is None:
            self._desk.canceled(booked, now, "잔량 취소: 체결가가 없는 종목입니다.")
            return
        quantity = min(booked.remaining, self._desk.affordable(booked, price))
        if quantity:
            self._desk.filled(booked, price, quantity, now)
        if booked.remaining:
            self._desk.canceled(booked, now, "잔량 취소: 주문가능금액이 부족합니다.")


def _is_real(tick: Tick, instrument: Instrument, tape: _Tape) -> bool:
    """Return whether a row can have been a trade at this moment."""
    if tick.price <= 0 or tick.quantity <= 0:
        return False
    if tape.newest is not None and tick.time < tape.newest:
        return False
    limits = instrument.price_limits()
    return limits is None or limits[0] <= tick.price <= limits[1]
