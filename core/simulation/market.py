"""The synthetic market: N symbols' order books, moved by random but reproducible order flow."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.instrument import Instrument
from core.domain.messages import (
    HistoryLoaded,
    Interrupted,
    Interruption,
    Message,
    Resumed,
)
from core.domain.order import Order
from core.domain.session import DayPlan, Session
from core.sessions.plan import day_plan
from core.simulation.appointments import NEVER, Appointments
from core.simulation.desk import Booked, Deposit, Desk
from core.simulation.flow import SymbolFlow, after_hours_periods
from core.simulation.history import warm_bars
from core.simulation.incidents import Incident, Shock, breakers, shaken
from core.simulation.indices import EVERY, Indices
from core.simulation.intake import Intake
from core.simulation.interruptions import BREAKER_AUCTION
from core.simulation.listings import listings
from core.simulation.notices import notices
from core.simulation.process import course, market_course
from core.simulation.refusals import unknown_symbol
from core.simulation.symbol_market import Surroundings, SymbolMarket

_MS = timedelta(milliseconds=1)
_BEFORE_OPEN = timedelta(seconds=30)
_ALL = ""  # stands in the agenda for what concerns all; sorts before every symbol


class SyntheticMarket:
    """A trading day by the exchange's rules, for `core.simulation.venue.Venue`.

    By default it begins 30 s before the open and ends with the closing auction; the opening
    auction's first half hour has been lived through then. A symbol comes to life when it is first
    asked for, always with the same day behind it. Events of the same timestamp go by symbol, never
    by the order of subscription. The index that sets off circuit breakers is what the values of all
    symbols have in common, so it does not hang on which of them live.
    """

    def __init__(
        self,
        seed: int,
        session: Session,
        symbols: Iterable[str] = (),
        history: Sequence[Session] = (),
        publishes_books: bool = True,
        plan: DayPlan | None = None,
        start: datetime | None = None,
        has_after_hours: bool = False,
        shocks: Iterable[Shock] = (),
    ) -> None:
        """`history` are the sessions before, oldest first; books are published only on demand.

        `plan` is the KRX's for the session unless given; `start` may be any time of that day
        before the open.
        """
        plan = plan or day_plan(session)
        self._said = notices(plan, has_after_hours)
        self.start = start or session.open - _BEFORE_OPEN
        self.end = self._said[-1].time
        self.seed, self._session, self._history = seed, session, tuple(history)
        self._plan, self._has_after_hours = plan, has_after_hours
        self._publishes_books, self._shocks = publishes_books, tuple(shocks)
        self._symbols = tuple(symbols)
        self._factor = market_course(seed, session)
        self._indices = Indices(seed, session, self._factor)
        self._markets: dict[str, SymbolMarket] = {}
        self._intakes: dict[str, Intake] = {}
        self._incidents: list[Incident] = []
        self._broken_until: datetime | None = None
        self._watched: frozenset[str] = frozenset()
        self._is_silent = False
        self._agenda: list[tuple[int, str]] = []  # each symbol's next ms since the open
        self._general = Appointments()  # what concerns all; goes before the symbols
        self._next_ms = NEVER
        self._next_time: datetime | None = None

    def open(self, desk: Desk, emit: Callable[[Message], None]) -> None:
        self._emit = emit
        self._around = Surroundings(
            self.seed, self._plan, self._has_after_hours, emit, desk, self._publishes_books
        )
        for notice in self._said:
            if notice.time >= self.start:
                self._general.add(self._ms(notice.time), self._saying(notice))
        for incident in breakers(self._session, self._factor):
            self.inject(incident, self.start)
        self._general.add(0, self._tell_indices)
        for symbol in self._symbols:
            if symbol in listings():
                self._market(symbol, self.start)
        self._look_ahead()

    # -- time ---------------------------------------------------------------------------------

    def next_time(self) -> datetime | None:
        return self._next_time

    def step(self, now: datetime) -> None:
        """Let everything of the next timestamp happen, symbols in order of their code."""
        agenda, markets, due = self._agenda, self._markets, self._next_ms
        while self._general.next_ms == due:
            self._general.keep_next(now)
        while agenda and agenda[0][0] == due:
            symbol = agenda[0][1]
            market = markets[symbol]
            # A note made before something else came earlier stands there twice.
            following = market.step(now) if market.next_ms == due else None
            if following is None:
                heapq.heappop(agenda)
            else:
                heapq.heapreplace(agenda, (following, symbol))
        self._look_ahead()

    def skip_to(self, moment: datetime) -> None:
        self._is_silent = True
        while self._next_time is not None and self._next_time <= moment:
            self.step(self._next_time)
        self._is_silent = False

    def inject(self, incident: Incident, now: datetime) -> None:
        """Let an interruption happen at its time, at once where that is past."""
        incident = replace(incident, time=max(incident.time, now))
        self._incidents.append(incident)
        if incident.kind is Interruption.CIRCUIT_BREAKER:
            self._general.add(self._ms(incident.time), lambda at: self._break(incident, at))
        for market in self._markets.values():
            if incident.symbol in (_ALL, market.symbol):
                market.inject(incident, now)
                self._schedule(market)
        self._look_ahead()

    # -- what can be known --------------------------------------------------------------------

    def instrument(self, symbol: str) -> Instrument | None:
        listing = listings().get(symbol)
        return None if listing is None else listing.instrument

    def history(self, symbol: str, days: int, now: datetime) -> HistoryLoaded:
        listing = listings().get(symbol)
        if listing is None:
            return HistoryLoaded(Instrument(symbol, symbol), (), unknown_symbol(symbol))
        before = self._history[-days:] if days else ()
        bars = warm_bars(self.seed, listing, before)
        today = self._market(symbol, now).printer.bars
        closed, forming = today.before(now), today.forming(now)
        return HistoryLoaded(listing.instrument, bars + closed, forming=forming)

    def watch(self, symbols: Iterable[str], now: datetime) -> None:
        watched = {symbol for symbol in symbols if symbol in listings()}
        for symbol, market in self._markets.items():
            market.printer.is_watched = market.printer.is_watched and symbol in watched
        for symbol in sorted(watched):
            market = self._market(symbol, now)
            if not market.printer.is_watched:
                market.printer.is_watched = True
                market.introduce(now)

    # -- our orders ---------------------------------------------------------------------------

    def refusal(self, order: Order, now: datetime) -> str:
        return self._intake(order.intent.symbol, now).refusal(order, now)

    def deposit(self, booked: Booked, now: datetime) -> Deposit:
        return self._intake(booked.order.intent.symbol, now).deposit(booked)

    def enter(self, booked: Booked, now: datetime) -> None:
        self._intake(booked.order.intent.symbol, now).enter(booked, now)
        self._reschedule(booked)

    def amend(self, booked: Booked, now: datetime) -> None:
        self._intake(booked.order.intent.symbol, now).amend(booked, now)
        self._reschedule(booked)

    def withdraw(self, booked: Booked, now: datetime) -> None:
        self._intake(booked.order.intent.symbol, now).withdraw(booked, now)

    # -- inside -------------------------------------------------------------------------------

    def _saying(self, message: Message) -> Callable[[datetime], None]:
        return lambda _: self._tell_all(message)

    def _tell_all(self, message: Message) -> None:
        if not self._is_silent:
            self._emit(message)

    def _tell_indices(self, now: datetime) -> None:
        """Tell them in continuous trading; what stands still under a breaker is not repeated."""
        if self._broken_until is None:
            for moved in self._indices.at(self._ms(now) // 1000):
                self._tell_all(moved)
        if now + EVERY <= self._session.continuous_end:
            self._general.add(self._ms(now + EVERY), self._tell_indices)

    def _break(self, incident: Incident, now: datetime) -> None:
        """Announce a circuit breaker; each symbol stops by itself."""
        session = self._session
        if not session.open <= now < session.continuous_end:
            return
        ends = session.continuous_end
        if incident.halt is not None:
            ends = min(now + incident.halt + BREAKER_AUCTION, ends)
        self._broken_until = max(ends, self._broken_until or ends)
        self._tell_all(Interrupted(_ALL, now, incident.kind, None, ends))
        self._general.add(self._ms(ends), self._mend)

    def _mend(self, now: datetime) -> None:
        """Announce that a circuit breaker is over, unless another lasts longer."""
        if self._broken_until == now:
            self._broken_until = None
            self._tell_all(Resumed(_ALL, now))

    def _intake(self, symbol: str, now: datetime) -> Intake:
        intake = self._intakes.get(symbol)
        if intake is None:
            market = self._market(symbol, now)
            intake = self._intakes[symbol] = Intake(market, self._around.desk)
        return intake

    def _market(self, symbol: str, now: datetime) -> SymbolMarket:
        """Return a symbol's market; a new one first lives through the day up to `now`."""
        market = self._markets.get(symbol)
        if market is not None:
            return market
        incidents = [each for each in self._incidents if each.symbol in (_ALL, symbol)]
        market = self._markets[symbol] = SymbolMarket(self._flow(symbol), self._around, incidents)
        due = self._ms(now)
        while market.next_ms is not None and market.next_ms <= due:
            market.step(self._time(market.next_ms))
        self._schedule(market)
        self._look_ahead()
        return market

    def _flow(self, symbol: str) -> SymbolFlow:
        listing = listings()[symbol]
        day = course(self.seed, listing, self._session, self._factor)
        mine = [shock for shock in self._shocks if shock.symbol == symbol]
        if mine:
            day = shaken(day, mine)
        later = after_hours_periods(self._plan) if self._has_after_hours else ()
        return SymbolFlow(self.seed, listing, self._session, day, later)

    def _reschedule(self, booked: Booked) -> None:
        """After an order of ours, which may have set off an interruption."""
        self._schedule(self._markets[booked.order.intent.symbol])
        self._look_ahead()

    def _schedule(self, market: SymbolMarket) -> None:
        """Note when a symbol does its next thing; the note made before stays beside it."""
        if market.next_ms is not None:
            heapq.heappush(self._agenda, (market.next_ms, market.symbol))

    def _look_ahead(self) -> None:
        due, general = self._agenda[0][0] if self._agenda else NEVER, self._general.next_ms
        if general < due:
            due = general
        self._next_ms = due
        self._next_time = None if due == NEVER else self._session.open + due * _MS

    def _time(self, ms: int) -> datetime:
        return self._session.open + ms * _MS

    def _ms(self, moment: datetime) -> int:
        return (moment - self._session.open) // _MS
