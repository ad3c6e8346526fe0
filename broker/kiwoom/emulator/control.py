"""The Kiwoom control without Windows, COM or Qt: same calls, same events, same manners."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from broker.kiwoom.control import EVENTS, Event
from broker.kiwoom.emulator import methods
from broker.kiwoom.emulator.events import EmulatedEvent
from broker.kiwoom.emulator.handling import Handling
from broker.kiwoom.emulator.limits import Limits
from broker.kiwoom.emulator.lookups import Lookups
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.order_entry import OrderEntry
from broker.kiwoom.emulator.packets import (
    Answer,
    ChejanData,
    ConditionFound,
    ConditionMoved,
    ConditionsLoaded,
    Connected,
    Masters,
    Packet,
    RealData,
    Said,
    Send,
)
from broker.kiwoom.emulator.queries import Queries
from broker.kiwoom.emulator.screens import Screens
from broker.kiwoom.emulator.searches import Searches
from broker.kiwoom.emulator.session import Session
from broker.kiwoom.emulator.subscriptions import Subscriptions
from core.ports import Clock

_log = logging.getLogger(__name__)

# Calls that talk to the servers, hence may let waiting events in before they return.
_TALKING = frozenset(
    (
        *("CommConnect", "CommRqData", "CommKwRqData", "SendOrder", "KOA_Functions"),
        *("SetRealReg", "SetRealRemove", "DisconnectRealData"),
        *("GetConditionLoad", "SendCondition"),
    )
)


class EmulatedControl:
    """Implements `broker.kiwoom.control.Control` over servers reached by `send` and `deliver`.

    Made, called and heard on one thread, its owner. The servers hand packets to `deliver` on any
    thread; `post` brings each to the owner, where its event's slots are called in turn. What a slot
    raises goes to whoever runs the posted callables, and later events come all the same: PyQt would
    end the program there, so a handler that lets an exception out is wrong with either.
    """

    OnEventConnect: Event
    OnReceiveTrData: Event
    OnReceiveRealData: Event
    OnReceiveMsg: Event
    OnReceiveChejanData: Event
    OnReceiveConditionVer: Event
    OnReceiveTrCondition: Event
    OnReceiveRealCondition: Event
    OnReceiveInvestRealData: Event  # never fired: not for stocks

    def __init__(
        self,
        masters: Masters,
        send: Send,
        post: Callable[[Callable[[], None]], None],
        clock: Clock,
        options: ControlOptions | None = None,
    ) -> None:
        options = options or ControlOptions()
        self._owner = threading.get_ident()
        self._post = post
        self._lets_events_in = options.delivers_inside_calls
        self._inbox: deque[Packet] = deque()
        self._events = {name: EmulatedEvent() for name in EVENTS}
        for name, event in self._events.items():
            setattr(self, name, event)
        self._make_parts(masters, send, clock, options)
        self._methods: dict[str, methods.Method] = {}  # by signature, as callers write it
        self._takers: dict[type, Callable[[Any], None]] = {
            Connected: self._take_connected,
            Answer: self._take_answer,
            Said: self._take_said,
            RealData: self._take_real_data,
            ChejanData: self._take_chejan,
            ConditionsLoaded: self._take_conditions,
            ConditionFound: self._take_found,
            ConditionMoved: self._take_moved,
        }

    def dynamicCall(self, signature: str, *values: Any) -> Any:
        """Call `Name(QString, ...)` as QAxBase does.

        A method the control does not have, or wrong arguments, return None and log QAx's warning.

        Raises:
            RuntimeError: On another thread than the owner's, where the real control goes silent.
            TypeError: If there are more than eight loose values.
        """
        self._require_owner(signature)
        arguments = methods.loose(values)
        try:
            method = self._methods.get(signature) or self._resolve(signature)
            converted = methods.converted(method, arguments)
        except methods.CallError as error:
            _log.warning("%s", error)
            return None
        result = self._runs[method.name](*converted)
        if self._lets_events_in and method.name in _TALKING:
            self._handle_all()
        return result

    def deliver(self, packet: Packet) -> None:
        """Take a packet of the servers, on any thread; its event comes later, in order."""
        self._inbox.append(packet)
        self._post(self._handle_next)

    def forget_password(self) -> None:
        """Have no account password registered from now on, until the account window is used."""
        self._session.has_password = False

    def register_password(self) -> None:
        """Have the account password registered, as by the account window."""
        self._session.has_password = True

    def _make_parts(
        self, masters: Masters, send: Send, clock: Clock, options: ControlOptions
    ) -> None:
        limits, screens = Limits(options.limits), Screens()
        self._handling = Handling()
        self._session = session = Session(send, limits, options)
        self._queries = Queries(send, session, screens, limits, clock, options)
        self._subscriptions = Subscriptions(send, session, screens, self._queries)
        self._searches = Searches(send, session, screens, limits, clock, options.limits)
        orders = OrderEntry(masters, send, self.deliver, session, screens, limits, clock)
        lookups = Lookups(masters, session, self._searches, options)
        parts = (self._handling, session, self._queries, self._subscriptions, self._searches)
        self._runs: dict[str, Callable[..., Any]] = {
            name: getattr(part, name)
            for part in (*parts, orders, lookups)
            for name in methods.METHODS
            if hasattr(part, name)
        }

    def _resolve(self, signature: str) -> methods.Method:
        method = self._methods[signature] = methods.method_of(signature)
        return method

    def _require_owner(self, what: str) -> None:
        if threading.get_ident() != self._owner:
            raise RuntimeError(
                f"{what} on thread {threading.current_thread().name!r}: the Kiwoom control may be "
                "used on the thread that made it only; pass the call to that one"
            )

    def _handle_next(self) -> None:
        """Handle one packet; nothing is left where a call has let it in before."""
        self._require_owner("a posted event")
        if self._inbox:
            self._handle(self._inbox.popleft())

    def _handle_all(self) -> None:
        while self._inbox:
            self._handle_next()

    def _handle(self, packet: Packet) -> None:
        # What was under way when the line broke is lost with it.
        if self._session.is_connected or isinstance(packet, Connected):
            with self._handling.of(packet):
                self._takers[type(packet)](packet)

    def _fire(self, event: str, *arguments: object) -> None:
        self._events[event].emit(*arguments)

    def _take_connected(self, packet: Connected) -> None:
        self._session.take(packet)
        if packet.code != 0:
            self._queries.give_up()
            self._subscriptions.lose()
            self._searches.lose()
        self._fire("OnEventConnect", packet.code)

    def _take_answer(self, packet: Answer) -> None:
        if self._queries.is_wanted(packet):
            self._subscriptions.take_answer(packet)
            request = (packet.screen, packet.name, packet.tr)
            # The record's name arrives empty, and the last four are unused.
            self._fire("OnReceiveTrData", *request, "", packet.prev_next, 0, "", "", "")

    def _take_said(self, packet: Said) -> None:
        self._fire("OnReceiveMsg", packet.screen, packet.name, packet.tr, packet.text)

    def _take_real_data(self, packet: RealData) -> None:
        if self._subscriptions.is_wanted(packet):
            text = "\t".join(packet.values.values())
            self._fire("OnReceiveRealData", packet.code, packet.type, text)

    def _take_chejan(self, packet: ChejanData) -> None:
        fids = ";".join(map(str, packet.values))
        self._fire("OnReceiveChejanData", packet.gubun, len(packet.values), fids)

    def _take_conditions(self, packet: ConditionsLoaded) -> None:
        self._searches.take_loaded(packet)
        self._fire("OnReceiveConditionVer", int(packet.is_loaded), packet.message)

    def _take_found(self, packet: ConditionFound) -> None:
        self._searches.take_found(packet)
        hits = self._searches.hits(packet)
        self._fire("OnReceiveTrCondition", packet.screen, hits, packet.name, packet.index, 0)

    def _take_moved(self, packet: ConditionMoved) -> None:
        if self._searches.is_wanted(packet):
            moved = "I" if packet.has_entered else "D"
            self._fire("OnReceiveRealCondition", packet.code, moved, packet.name, str(packet.index))
