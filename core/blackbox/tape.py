"""What passes on the engine's thread, written to disk by a thread of its own.

Adding an item costs the engine an append to a deque; packing, compressing and writing are the
writer's. It wakes once a second, and with everything that leaves for the broker. A disk that fails
or is too slow ends the recording and nothing else.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from core.blackbox.blocks import BlockWriter
from core.blackbox.items import Item, packer
from core.clock import wait
from core.domain.messages import HistoryLoaded, Message

logger = logging.getLogger(__name__)

_FLUSH_S = 1.0  # what a killed program loses at most
_BLOCK = 1_024  # items
_WAKING = 8_192  # items waiting that wake the writer before its second is over
_MOST_WAITING = 131_072  # items; then the engine waits, as its feed runs faster than real time
_PATIENCE_S = 1.0  # of that wait
_CLOSING_S = 3.0


class Tape:
    """Takes items from one thread, in their order; `close` when no more will come.

    Attributes:
        append: Adds a message or an item that is packed already.
        failure: Why nothing is recorded any more; None while all is well.
    """

    append: Callable[[Message | Item], None]
    failure: Exception | None

    def __init__(self, blocks: BlockWriter, make_room: Callable[[int], None]) -> None:
        """Write to `blocks`; `make_room(size)` is told their size now and then.

        It may raise OSError: then recording ends.
        """
        self._blocks, self._make_room = blocks, make_room
        self._items: deque[Message | Item] = deque()
        self.append, self.failure = self._items.append, None
        self._packed = packer()
        self._is_closing = False
        self._due, self._caught_up = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="black box", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Have everything so far written now; does not wait."""
        self._due.set()

    def keep_pace(self) -> None:
        """Wait for the writer where it has fallen far behind; to be called now and then."""
        if len(self._items) < _WAKING or self.failure is not None:
            return
        self._caught_up.clear()
        self._due.set()
        if len(self._items) > _MOST_WAITING and not wait(self._caught_up, _PATIENCE_S):
            self.failure = OSError(f"the disk is too slow, {len(self._items):,} items wait")

    def close(self) -> None:
        """Write what is left; may be called twice."""
        self._is_closing = True
        self._due.set()
        self._thread.join(_CLOSING_S)

    def _run(self) -> None:
        while not self._is_closing:
            wait(self._due, _FLUSH_S)
            self._due.clear()
            self._write_all()
        self._write_all()
        self._blocks.close()

    def _write_all(self) -> None:
        while self._items:
            block = self._next_block()
            if self.failure is None:
                self._write(block)
        self._caught_up.set()

    def _next_block(self) -> list[Message | Item]:
        """Take the next items: a history ends a block, as nobody else runs while one is encoded.

        Ten histories in one block held the window for 40 ms.
        """
        block: list[Message | Item] = []
        for _ in range(min(_BLOCK, len(self._items))):
            block.append(self._items.popleft())
            if isinstance(block[-1], HistoryLoaded):
                break
        return block

    def _write(self, block: list[Message | Item]) -> None:
        try:
            self._blocks.write(list(map(self._packed, block)))
            self._make_room(self._blocks.size)
        except Exception as error:  # the thread's edge: the engine says so
            logger.warning("messages are no longer recorded: %r", error)
            self.failure = error


class LostTape(Tape):
    """Stands in for a tape whose file could not be made: it forgets all, and says why."""

    def __init__(self, failure: Exception) -> None:
        self.append, self.failure = _forget, failure

    def wake(self) -> None:
        """Do nothing."""

    def keep_pace(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def _forget(_: Message | Item) -> None:
    """Take an item that is not recorded."""
