"""Recorded ticks as a market: published as they are, and our orders fill against what follows.

- What a trade gives to our orders are the rules of `tape_floor`; all rows are published, bad ones
  too.
- When a day's rows are over, EOD orders (also those that arrive later) are filled in full at the
  symbol's last price without slippage, and every other working order is given back; then, at the
  end of all data, `DataEnded` is posted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from config.text import Text
from core.domain.errors import BrokerError, DataError
from core.domain.instrument import Instrument
from core.domain.market import Bar, Tick
from core.domain.messages import DataEnded, HistoryLoaded, Message
from core.domain.order import Order, OrderKind, Reason, TimeInForce
from core.simulation.desk import Booked, Deposit, Desk
from core.simulation.incidents import Incident
from core.simulation.tape_floor import NO_FUNDS, TapeFloor, Waiting

_KINDS = (OrderKind.LIMIT, OrderKind.MARKET)
# Longer than an order is on its way, so what the last rows set off arrives before the day ends.
_QUIET = timedelta(seconds=1)


class RecordedMarket:
    """Rows of (time, Tick) in order of time drive the market, for `core.simulation.venue.Venue`.

    Other market data may stand among them.
    """

    def __init__(
        self,
        rows: Iterable[tuple[datetime, Message]],
        instruments: Mapping[str, Instrument],
        slippage_ticks: int,
        history: Mapping[str, tuple[Bar, ...]] | None = None,
    ) -> None:
        """Read the first row; the others are read as they come due.

        `time` is when a row becomes known and never goes back; the tick's own time may be older.

        Raises:
            DataError: There is no row at all.
        """
        self._rows: Iterator[tuple[datetime, Message]] = iter(rows)
        self._next = next(self._rows, None)
        if self._next is None:
            raise DataError(
                Text(
                    "녹화된 체결이 한 줄도 없어 재생할 것이 없습니다",
                    "recorded ticks: no rows to replay",
                )
            )
        self.start = self.end = self._next[0]
        self.seed = 0
        self._floor = TapeFloor(slippage_ticks, instruments.values())
        self._history = history or {}
        self._watched: frozenset[str] = frozenset()
        self._day_end: datetime | None = None  # when the day's rows are over
        self._is_over = False

    def open(self, desk: Desk, emit: Callable[[Message], None]) -> None:
        self._desk, self._emit = desk, emit
        self._floor.open(desk)

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
        self._publish_rows(now)
        if self._next is None or self._next[0].date() > now.date():
            self._day_end = now + _QUIET

    def _publish_rows(self, now: datetime) -> None:
        """Publish every row up to `now`."""
        while self._next is not None and self._next[0] <= now:
            message = self._next[1]
            self._next = next(self._rows, None)
            if not isinstance(message, Tick):
                self._announce(message)
                if isinstance(message, HistoryLoaded):
                    return  # whoever waits for it subscribes before the rows behind it
                continue
            if message.symbol in self._watched:
                self._emit(message)
            self._floor.show(message, now)

    def _announce(self, message: Message) -> None:
        """Publish a row that is no trade."""
        self._emit(message)

    def skip_to(self, moment: datetime) -> None:
        while (due := self.next_time()) is not None and due <= moment:
            watched, self._watched = self._watched, frozenset()
            self.step(due)
            self._watched = watched

    def inject(self, incident: Incident, now: datetime) -> None:
        raise BrokerError("a recording goes as it went: nothing can be interrupted")

    # -- what can be known --------------------------------------------------------------------

    def instrument(self, symbol: str) -> Instrument | None:
        return self._floor.instrument(symbol)

    def history(self, symbol: str, days: int, now: datetime) -> HistoryLoaded | None:
        """Return the bars it was given, whatever `days` says: a recording knows no earlier ones."""
        instrument = self._floor.instrument(symbol)
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
        has_price = self._floor.last_price(intent.symbol) is not None
        return "" if has_price else "체결가가 없는 종목입니다."

    def deposit(self, booked: Booked, now: datetime) -> Deposit:
        intent = booked.order.intent
        if intent.limit_price is not None:
            return Deposit(intent.limit_price)
        return Deposit(self._floor.last_price(intent.symbol), is_for_one=True)

    def enter(self, booked: Booked, now: datetime) -> None:
        if self._is_over:
            self._fill_at_last_price(booked, now)
            return
        self._floor.enter(booked, Waiting(booked.order.intent.limit_price))

    def amend(self, booked: Booked, now: datetime) -> None:
        """Queue anew: recorded trades do not show who stood where."""
        booked.slot, booked.arrived = Waiting(booked.order.intent.limit_price), now

    def withdraw(self, booked: Booked, now: datetime) -> None:
        self._floor.withdraw(booked)

    # -- inside -------------------------------------------------------------------------------

    def _end_day(self, now: datetime) -> None:
        self._day_end, self._is_over = None, True
        for booked in self._floor.working:
            self._floor.withdraw(booked)
            if booked.order.intent.reason is Reason.EOD:
                self._fill_at_last_price(booked, now)
            else:
                self._desk.canceled(booked, now, "잔량 취소: 더 이상 체결 자료가 없습니다.")
        if self._next is None:
            self._emit(DataEnded(now))

    def _fill_at_last_price(self, booked: Booked, now: datetime) -> None:
        price = self._floor.last_price(booked.order.intent.symbol)
        if price is None:
            self._desk.canceled(booked, now, "잔량 취소: 체결가가 없는 종목입니다.")
            return
        quantity = min(booked.remaining, self._desk.affordable(booked, price))
        if quantity:
            self._desk.filled(booked, price, quantity, now)
        if booked.remaining:
            self._desk.canceled(booked, now, NO_FUNDS)
