"""Orders on their way out: most urgent first, no more of them than Kiwoom takes."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle

from broker.kiwoom import errors, hoga, screens
from broker.kiwoom.chejan import Verb
from broker.kiwoom.control import Control
from broker.kiwoom.holdings import Holdings
from broker.kiwoom.joining import Joining, Request
from broker.kiwoom.rate_limit import RollingWindows
from broker.kiwoom.watch import Alarms
from core.domain.order import Side
from core.ports import Clock

logger = logging.getLogger(__name__)

SEND_ORDER = "SendOrder(QString, QString, QString, int, QString, int, int, QString, QString)"

_TYPES = {
    (Verb.NEW, Side.BUY): 1,
    (Verb.NEW, Side.SELL): 2,
    (Verb.CANCEL, Side.BUY): 3,
    (Verb.CANCEL, Side.SELL): 4,
    (Verb.AMEND, Side.BUY): 5,
    (Verb.AMEND, Side.SELL): 6,
}
_KEPT_FOR_EXITS = 1
_FIRST_PENALTY = timedelta(seconds=1)  # after "too many orders"; doubled each time in a row
_LAST_PENALTY = timedelta(seconds=16)
_ALARM = "order queue"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who hears what became of a sending."""

    sent: Callable[[Request], None]  # SendOrder returned 0: it left, nothing more is known
    failed: Callable[[Request, int | None], None]  # with its code: it did not leave, and won't
    doubtful: Callable[[Request, int | None], None]  # with its code: it may have left
    held_up: Callable[[Request, int | None, datetime], None]  # nothing leaves until then, and why


class OrderQueue:
    """Sends requests in the order cancel, reducing, new; earliest first among equals.

    One of the sendings of a second is kept for exits while anything is held.
    """

    def __init__(
        self,
        control: Control,
        account: str,
        clock: Clock,
        windows: RollingWindows,
        joining: Joining,
        alarms: Alarms,
        outcome: Outcome,
        holdings: Holdings,
    ) -> None:
        self._control, self._account, self._clock = control, account, clock
        self._windows, self._alarms, self._outcome = windows, alarms, outcome
        self._joining, self._holdings = joining, holdings
        self._waiting: list[tuple[int, int, Request]] = []
        self._numbers = count(1)
        self._screens = cycle(f"{number:04}" for number in screens.ORDERS)
        self._penalty = _FIRST_PENALTY
        self._is_pumping = False

    def put(self, request: Request) -> None:
        """Send it as soon as it may leave, at once if it may."""
        heapq.heappush(self._waiting, (_urgency(request), next(self._numbers), request))
        self.pump(self._clock.now())

    def remove(self, request: Request) -> bool:
        """Return whether it was still waiting."""
        before = len(self._waiting)
        self._waiting = [entry for entry in self._waiting if entry[2] is not request]
        heapq.heapify(self._waiting)
        return len(self._waiting) < before

    def clear(self) -> list[Request]:
        """Return what was waiting, most urgent first; nothing is, afterwards."""
        waiting, self._waiting = sorted(self._waiting), []
        self._alarms.drop(_ALARM)
        return [request for _, _, request in waiting]

    def pump(self, now: datetime) -> None:
        """Send what may leave now.

        The control may deliver events, and their hearers may order, inside of SendOrder: those
        orders wait for the present one to return.
        """
        if self._is_pumping:
            return
        self._is_pumping = True
        try:
            while self._waiting and self._windows.free(now) > self._kept():
                if not self._send(heapq.heappop(self._waiting), now):
                    break
        finally:
            self._is_pumping = False
        self._set_alarm(now)

    def _kept(self) -> int:
        """How many sendings the most urgent request must leave to others."""
        is_exit = self._waiting[0][0] < _NEW
        if is_exit or self._holdings.is_empty:
            return 0
        return min(_KEPT_FOR_EXITS, self._windows.limit - 1)

    def _set_alarm(self, now: datetime) -> None:
        if not self._waiting:
            self._alarms.drop(_ALARM)
            return
        when = self._windows.next_free(now, self._kept())
        # At this very moment there was room and still something waits: for a screen.
        self._alarms.set(_ALARM, max(when, now + timedelta(milliseconds=1)), self.pump)

    def _send(self, entry: tuple[int, int, Request], now: datetime) -> bool:
        """Return whether the next one may be tried."""
        request = entry[2]
        if request.verb is not Verb.NEW and not request.tracked.order.is_working:
            return True  # it has ended meanwhile
        screen = self._free_screen()
        if screen is None:
            heapq.heappush(self._waiting, entry)
            return False
        self._joining.send(request, screen, now)
        self._windows.take(now)
        code = self._call(request)
        if code == 0 or request.is_answered:  # events of it have come inside of the call
            self._penalty = _FIRST_PENALTY
            self._outcome.sent(request)
        elif code in errors.DOUBTFUL and not request.is_repeatable:
            self._outcome.doubtful(request, code)
        else:
            return self._take_back(entry, code, now)
        return True

    def _call(self, request: Request) -> int | None:
        """Return what SendOrder returned; None where it broke, which says nothing of the order."""
        try:
            code: int | None = self._control.dynamicCall(SEND_ORDER, self._arguments(request))
        except Exception:  # the others must not wait for what can't be mended
            logger.exception("SendOrder of %s", request.tracked.order.id)
            return None
        return code

    def _take_back(self, entry: tuple[int, int, Request], code: int | None, now: datetime) -> bool:
        """It did not leave: let it wait if it was for the limit; return as `_send` does."""
        request = entry[2]
        self._joining.take_back(request)
        request.sent = None
        if code not in errors.TOO_MANY_ORDERS:
            self._outcome.failed(request, code)
            return True
        heapq.heappush(self._waiting, entry)
        until = now + self._penalty
        self._penalty = min(self._penalty * 2, _LAST_PENALTY)
        self._windows.block(until)
        self._outcome.held_up(request, code, until)
        return False

    def _free_screen(self) -> str | None:
        """Return the screen that was used longest ago, so that late events find their request."""
        for _ in screens.ORDERS:
            screen = next(self._screens)
            if not self._joining.is_busy(screen):
                return screen
        return None

    def _arguments(self, request: Request) -> list[str | int]:
        """All nine in one list: dynamicCall takes no more than eight loose values."""
        tracked = request.tracked
        return [
            request.name,
            request.screen,
            self._account,
            _TYPES[request.verb, tracked.side],
            tracked.code,
            request.quantity,
            request.price,
            hoga.of_intent(tracked.order.intent).code,
            "" if request.verb is Verb.NEW else tracked.number,
        ]


_CANCEL, _REDUCE, _NEW = range(3)


def _urgency(request: Request) -> int:
    if request.verb is Verb.CANCEL:
        return _CANCEL
    return _REDUCE if request.tracked.side is Side.SELL else _NEW
