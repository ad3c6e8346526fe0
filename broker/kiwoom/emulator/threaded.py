"""The emulated control on the window's thread, and its servers in a thread of their own."""

from __future__ import annotations

from functools import partial

from broker.kiwoom.emulator.control import EmulatedControl
from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.faults import FaultDesk
from broker.kiwoom.emulator.masters import masters
from broker.kiwoom.emulator.options import ControlOptions
from broker.kiwoom.emulator.packets import Packet, Request
from broker.kiwoom.emulator.stepped import make_server
from broker.stepped_thread import SteppedThread
from config.schema import Settings
from config.text import Text
from core.clock import ScaledClock, SimClock
from core.commands.wire import Calls
from core.domain.messages import ConnectionChanged, Noted, Severity, TimePassed
from core.drivers import Inbox
from core.sessions import TradingCalendar
from core.simulation.venue import Venue

_SAYS = Text("가상 키움 컨트롤: {}", "the emulated Kiwoom control says: {}")
_REGISTERED = Text(
    "가상 계좌의 비밀번호를 등록했습니다.", "the emulated account's password is registered."
)


class ThreadedControl:
    """The pair, made on the window's thread.

    What the real control shows in boxes of its own goes to `inbox` as notes.

    Attributes:
        control: To be used on the window's thread only.
        faults: The hidden panel's way to the servers.
    """

    def __init__(
        self,
        venue: Venue,
        inbox: Inbox,
        clock: ScaledClock | SimClock,
        settings: Settings,
        calls: Calls,
        calendar: TradingCalendar,
    ) -> None:
        self._inbox, self._clock, self._calls = inbox, clock, calls
        self._server = make_server(venue, settings, calendar)
        self._thread = SteppedThread(self._server, self._pass_on, clock, self._wait_drained)
        options = ControlOptions(
            has_password=not settings[EmulatorOptions].is_password_missing,
            ask_password=self._ask_password,
            alert=self._alert,
        )
        self.control = EmulatedControl(masters(), self._send, calls.call, clock, options)
        self.faults = FaultDesk(self._server, self._thread.call, self._keep_password)

    def start(self) -> None:
        """Let the servers' time go on."""
        self._thread.start()

    def close(self) -> None:
        """Stop the servers, and wait for their thread."""
        self._thread.close()

    def _send(self, request: Request) -> None:
        self._thread.call(partial(self._server.receive, request, self._clock.now()))

    def _pass_on(self, message: Packet | TimePassed | ConnectionChanged) -> None:
        # Time goes the way of the ticks, or it would overtake them.
        if isinstance(message, TimePassed | ConnectionChanged):
            self._calls.call(partial(self._inbox.put, message))
        else:
            self.control.deliver(message)

    def _wait_drained(self, timeout_s: float) -> bool:
        calls, inbox = self._calls.wait_drained, self._inbox.wait_drained
        return all(wait(timeout_s) for wait in (calls, inbox, calls))

    def _alert(self, text: Text) -> None:
        self._note(Severity.WARNING, _SAYS.format(text))

    def _ask_password(self) -> bool:
        self.faults.register_password()
        self._note(Severity.INFO, _REGISTERED)
        return True

    def _keep_password(self, is_kept: bool) -> None:
        control = self.control
        self._calls.call(control.register_password if is_kept else control.forget_password)

    def _note(self, severity: Severity, text: Text) -> None:
        self._inbox.put(Noted(self._clock.now(), severity, text))
