"""Kiwoom's servers, emulated: requests of the control come in, packets go out.

Stepped like the venue behind it, by the same thread; whatever the venue posts becomes packets in
the same step. Answers to log-ins and TRs take some market milliseconds, on an agenda of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from broker.kiwoom.emulator.accounts import ACCOUNT, LOGIN_INFO
from broker.kiwoom.emulator.agenda import Agenda
from broker.kiwoom.emulator.answers import Facts
from broker.kiwoom.emulator.conditions import ConditionDesk
from broker.kiwoom.emulator.daily import DailyBars, TradingDaysBefore, weekdays_before
from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.faults import PASSWORD_MISSING, Faults
from broker.kiwoom.emulator.faulty_line import FaultyLine
from broker.kiwoom.emulator.feed import RealTimeFeed
from broker.kiwoom.emulator.inquiries import Inquiries
from broker.kiwoom.emulator.orders import OrderDesk
from broker.kiwoom.emulator.packets import (
    Connected,
    Deliver,
    LoadConditions,
    LogIn,
    Packet,
    Query,
    Request,
    RunCondition,
    Said,
    SendOrder,
    StopCondition,
    Watch,
)
from broker.kiwoom.emulator.quotes import Quotes
from broker.kiwoom.emulator.universe import Universe
from core.domain.messages import HistoryLoaded, Message
from core.simulation.costs import CostModel, CostOptions
from core.simulation.incidents import Incident
from core.simulation.venue import Venue

LOGIN_TIME = timedelta(milliseconds=300)
TR_TIME = timedelta(milliseconds=50)
REFUSAL_TIME = timedelta(milliseconds=30)  # of an order that never reaches the exchange
LINE_LOST, NO_LINE = -106, -101
_WITH_PASSWORD = "opw"  # TRs of these want the account's password


class KiwoomServer:
    """One customer's connection to Kiwoom, over a venue that it attaches itself to.

    Single-threaded: the thread that steps it also hands it the requests. To a driver it is a
    stepped venue: `start`, `end`, `now`, `next_time`, `step`, `close`.
    """

    def __init__(
        self,
        venue: Venue,
        deliver: Deliver,
        costs: CostModel | None = None,
        days_before: TradingDaysBefore = weekdays_before,
        options: EmulatorOptions | None = None,
    ) -> None:
        """`costs` are the exchange's own; `days_before` has the days of the older daily bars."""
        self._venue = venue
        self.agenda = Agenda()
        self._session = 0  # counts connections; what a lost one left behind is not delivered
        self._is_connected = False
        self.now = self.start = venue.start
        self._out_until = self.now  # log-ins are refused before
        self.line = FaultyLine(deliver, self.agenda, lambda: self.now)
        venue.attach(self._hear)
        self.quotes = Quotes(venue)
        self.orders = OrderDesk(venue, ACCOUNT, self.quotes.tape, self._tell, self._refuse_later)
        self.feed = RealTimeFeed(self.quotes, self._tell)
        facts = self._facts(
            costs or CostModel.from_options(CostOptions()),
            DailyBars(self.quotes, venue.seed, days_before),
        )
        self.inquiries = Inquiries(facts, self._tell)
        self.conditions = ConditionDesk(facts, self._tell, self._at)
        self.faults = Faults(self, options or EmulatorOptions())
        self._receivers: dict[type, Callable[[Any], None]] = {
            LogIn: self._log_in,
            Query: self._query,
            Watch: self._watch,
            SendOrder: self._send_order,
            LoadConditions: self._load_conditions,
            RunCondition: self._run_condition,
            StopCondition: self._stop_condition,
        }

    def _facts(self, costs: CostModel, daily: DailyBars) -> Facts:
        return Facts(
            venue=self._venue,
            quotes=self.quotes,
            universe=Universe(self._venue, self.quotes, self.agenda),
            tickets=self.orders.tickets,
            costs=costs,
            daily=daily,
            account=ACCOUNT,
            now=self.now,
            interruptions=self.feed.interruptions,
        )

    # -- a stepped venue ----------------------------------------------------------------------

    def attach(self, deliver: Deliver) -> None:
        """Send every packet to `deliver` from now on."""
        self.line.attach(deliver)

    @property
    def end(self) -> datetime:
        return self._venue.end

    def next_time(self) -> datetime | None:
        """Return the time of the next thing that will happen; None once nothing will by itself."""
        theirs, ours = self._venue.next_time(), self.agenda.next_time()
        if ours is None or theirs is None:
            return theirs or ours
        return min(theirs, ours)

    def step(self) -> None:
        """Do everything of the next timestamp: first the venue, then what is due here."""
        theirs, ours = self._venue.next_time(), self.agenda.next_time()
        moment = theirs if ours is None or (theirs is not None and theirs < ours) else ours
        if moment is None:
            return
        self.now = max(self.now, moment)
        if theirs == moment:
            self._venue.step()
        self.agenda.run(moment)

    def close(self) -> None:
        """Let go of the venue; nothing is delivered afterwards."""
        self._is_connected = False
        self.line.cut()
        self._venue.close()

    # -- from the control ---------------------------------------------------------------------

    def receive(self, request: Request, now: datetime) -> None:
        """Take a request that the control sent at `now`."""
        self.now = max(self.now, now)
        if self._is_connected or isinstance(request, LogIn):
            self._receivers[type(request)](request)

    def disconnect(self) -> None:
        """Lose the line: whatever was asked for and registered is gone."""
        if not self._is_connected:
            return
        self.line.cut()
        self.line.send(Connected(LINE_LOST))
        self._is_connected = False
        self._out_until = self.now + self.faults.outage
        self._session += 1
        self.feed.watch(frozenset())
        self.inquiries.forget()
        self.conditions.forget()

    def interrupt(self, incident: Incident) -> None:
        """Stop the trade of a security or of the whole market: a truth of the exchange."""
        self._venue.inject(incident)

    def _log_in(self, _: LogIn) -> None:
        if not self._is_connected:
            self._session += 1  # an earlier attempt that is still under way is given up
        self._later(LOGIN_TIME, self._connect)

    def _connect(self) -> None:
        if self.now < self._out_until:
            self.line.send(Connected(NO_LINE))
            return
        self._is_connected = True
        self._tell(Connected(0, LOGIN_INFO))

    def _query(self, request: Query) -> None:
        if not self.faults.ignores_query():
            self._later(TR_TIME, lambda: self._answer(request))

    def _answer(self, query: Query) -> None:
        if self.faults.options.is_password_missing and query.tr.startswith(_WITH_PASSWORD):
            self._tell(Said(query.screen, query.name, query.tr, PASSWORD_MISSING))
        else:
            self.inquiries.answer(query, self.now)

    def _watch(self, request: Watch) -> None:
        self.feed.watch(request.wanted)

    def _send_order(self, request: SendOrder) -> None:
        refusal = self.faults.refuses(request)
        if refusal:
            self._refuse_later(lambda: self.orders.refuse(request, refusal))
        else:
            self.orders.receive(request, self.now)

    def _load_conditions(self, _: LoadConditions) -> None:
        self._later(TR_TIME, self.conditions.load)

    def _run_condition(self, request: RunCondition) -> None:
        self._later(TR_TIME, lambda: self.conditions.run(request, self.now))

    def _stop_condition(self, request: StopCondition) -> None:
        self.conditions.stop(request)

    # -- from the venue -----------------------------------------------------------------------

    def _hear(self, message: Message) -> None:
        """Turn what the venue posts into packets, in its order."""
        if isinstance(message, HistoryLoaded):
            self.quotes.catch(message)
        elif not self.feed.hear(message):
            self.orders.hear(message)

    # -- out ----------------------------------------------------------------------------------

    def _tell(self, packet: Packet) -> None:
        if self._is_connected:
            self.line.send(packet)

    def _at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Do `action` at `moment`, unless the line is lost before."""
        session = self._session
        self.agenda.at(moment, lambda: action() if session == self._session else None)

    def _later(self, delay: timedelta, action: Callable[[], None]) -> None:
        self._at(self.now + delay, action)

    def _refuse_later(self, action: Callable[[], None]) -> None:
        self._later(REFUSAL_TIME, action)
