"""The line between the servers and the control, with its faults: late, lost, doubled, swapped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from broker.kiwoom.emulator.agenda import Agenda
from broker.kiwoom.emulator.chejan import ORDER
from broker.kiwoom.emulator.fault_options import EmulatorOptions
from broker.kiwoom.emulator.packets import Answer, ChejanData, Connected, Deliver, Packet, RealData
from broker.kiwoom.emulator.tickets import EXECUTED

_ORDER_TR = "KOA_NORMAL_"
_LONGEST_HOLD = timedelta(milliseconds=500)  # of a number that waits for its chejan
_LONGEST_SWAP = timedelta(milliseconds=200)  # of a message that waits for the next one


@dataclass(slots=True)
class _Held:
    """The number of an order that comes after a chejan of the order."""

    answer: Answer
    number: str
    waits_for_fill: bool


class FaultyLine:
    """Hands packets on; without faults at once, in the same step and order.

    Connections are never touched. `now` is the market's time at each packet.
    """

    def __init__(self, deliver: Deliver, agenda: Agenda, now: Callable[[], datetime]) -> None:
        self._deliver, self._agenda, self._now = deliver, agenda, now
        self._random = Random(0)
        self._options = EmulatorOptions()
        self._is_clean = True
        self._silent_until: datetime | None = None
        self._late: deque[Packet] = deque()  # behind a delayed packet, in their order
        self._swapped: Packet | None = None
        self._held: list[_Held] = []

    def attach(self, deliver: Deliver) -> None:
        """Hand packets to somebody else from now on."""
        self._deliver = deliver

    def use(self, options: EmulatorOptions, random: Random) -> None:
        """Behave by these options from now on; what waits is still delivered."""
        self._options, self._random = options, random
        self._look_at_options()

    def be_silent(self, length: timedelta) -> None:
        """Lose all real-time data for so long."""
        self._silent_until = self._now() + length
        self._look_at_options()

    def cut(self) -> None:
        """Lose what is under way: the line is gone."""
        self._late.clear()
        self._held.clear()
        self._swapped = None

    def send(self, packet: Packet) -> None:
        if self._is_clean or isinstance(packet, Connected):
            self._deliver(packet)
        elif not self._is_lost(packet) and not self._hold(packet):
            self._pass(packet)
            self._release_after(packet)

    def _look_at_options(self) -> None:
        is_silent = self._silent_until is not None
        waits = bool(self._late or self._held or self._swapped)
        self._is_clean = not (self._options.touches_messages or is_silent or waits)

    def _is_lost(self, packet: Packet) -> bool:
        if isinstance(packet, RealData) and self._silent_until is not None:
            if self._now() < self._silent_until:
                return True
            self._silent_until = None
            self._look_at_options()
        return self._happens(self._options.drop_pct)

    def _happens(self, share_pct: float) -> bool:
        return share_pct > 0 and 100 * self._random.random() < share_pct

    # -- numbers after their chejans ----------------------------------------------------------

    def _hold(self, packet: Packet) -> bool:
        """Keep the number of an order back until its chejan; return whether it is kept."""
        if not isinstance(packet, Answer) or not packet.tr.startswith(_ORDER_TR):
            return False
        number = packet.single.get("주문번호", "")
        is_fill_first = self._happens(self._options.fill_first_pct)
        is_held = is_fill_first or self._happens(self._options.chejan_first_pct)
        if not number or not is_held:
            return False
        held = _Held(packet, number, is_fill_first)
        self._held.append(held)
        self._agenda.at(self._now() + _LONGEST_HOLD, lambda: self._release(held))
        return True

    def _release_after(self, packet: Packet) -> None:
        if not isinstance(packet, ChejanData) or packet.gubun != ORDER:
            return
        for held in tuple(self._held):
            is_fill = packet.values[913] == EXECUTED
            if packet.values[9203] == held.number and (is_fill or not held.waits_for_fill):
                self._release(held)

    def _release(self, held: _Held) -> None:
        if held in self._held:
            self._held.remove(held)
            self._pass(held.answer)
            self._look_at_options()

    # -- late, doubled, swapped ---------------------------------------------------------------

    def _pass(self, packet: Packet) -> None:
        if self._late or self._happens(self._options.delay_pct):
            self._delay(packet)
            return
        if self._swapped is None and self._happens(self._options.reorder_pct):
            self._swapped = packet
            self._agenda.at(self._now() + _LONGEST_SWAP, lambda: self._unswap(packet))
            return
        self._deliver(packet)
        if self._happens(self._options.duplicate_pct):
            self._deliver(packet)
        if self._swapped is not None:
            self._unswap(self._swapped)

    def _delay(self, packet: Packet) -> None:
        """Queue a packet; the first one of a queue says when all of it is delivered."""
        if not self._late:
            delay = timedelta(milliseconds=self._options.delay_ms)
            self._agenda.at(self._now() + delay, self._catch_up)
        self._late.append(packet)

    def _catch_up(self) -> None:
        while self._late:
            self._deliver(self._late.popleft())
        self._look_at_options()

    def _unswap(self, packet: Packet) -> None:
        if self._swapped is packet:
            self._swapped = None
            self._deliver(packet)
            self._look_at_options()
