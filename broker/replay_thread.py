"""A recording in a thread of its own, moved by whoever watches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from broker.simulated import VenueThread
from core.clock import SimClock
from core.commands.transport import Transport
from core.domain.market import Tick
from core.domain.messages import Message
from core.ports import Post
from core.simulation.venue import Venue

_DRAIN_S = 0.1  # how long it waits before it looks for calls, or a stop
_HUNG_S = 3.0  # after which a consumer is not waited for where somebody else calls


class ReplayThread(VenueThread):
    """Both ports; the market goes as a `Transport` says, in step with its consumer.

    After everything that happened, and after every second, it waits until all of it was handled:
    a replay gives the same at every speed.
    """

    def __init__(
        self, venue: Venue, post: Post, transport: Transport, wait_drained: Callable[[float], bool]
    ) -> None:
        super().__init__(venue, post, cast(SimClock, transport))  # moved by `turn` alone
        self._transport, self._drained = transport, wait_drained
        transport.listen(self._wake.set)

    def _go_on(self) -> None:
        turn = self._transport.turn(self._stepped.next_time())
        if turn.is_due:
            self._stepped.step()
        if turn.moment is not None:
            self._tell_time(turn.moment)
            self._await_all()
        if turn.wait_s and not self._stopping.is_set():
            self._sleep(turn.wait_s)

    def _await_all(self) -> None:
        """Let everybody handle what was posted before time goes on; take calls meanwhile."""
        waited_s, has_calls = 0.0, False
        while not self._drained(_DRAIN_S) and not self._stopping.is_set():
            waited_s += _DRAIN_S
            has_calls = self._run_calls() or has_calls
            if has_calls and waited_s >= _HUNG_S:
                return

    def _publish(self, message: Message) -> None:
        super()._publish(message)
        if isinstance(message, Tick):
            self._transport.saw_tick()
