"""What the market did in a recorded session, and what the trader did, as it came in then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.text import Text
from core.blackbox.blocks import BlockReader
from core.blackbox.codec import Codecs
from core.blackbox.errors import RecordingError
from core.blackbox.header import Header, read_header
from core.blackbox.items import CALL, Item, unpacker
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AccountReported,
    ApplySettings,
    AuctionIndicated,
    ClosePosition,
    ConnectionChanged,
    EnableSymbol,
    Flatten,
    HistoryLoaded,
    IndexMoved,
    Interrupted,
    MarketNoticed,
    Message,
    PastRead,
    PredictionArrived,
    Resumed,
    Start,
    Stop,
)
from core.engine.day_memory import DayStart

Row = tuple[datetime, Message]
"""When a message arrived, and the message."""

_MARKET = (
    Tick,
    OrderBook,
    HistoryLoaded,
    ConnectionChanged,
    Interrupted,
    Resumed,
    AuctionIndicated,
    MarketNoticed,
    IndexMoved,
    PredictionArrived,
    PastRead,
)
_TRADERS = (Start, Stop, EnableSymbol, ClosePosition, Flatten, ApplySettings)
_CLOCK, _RECALL = "clock.now", "day_memory.recall"


class RecordedDay:
    """One recording as a market to trade on; may be read as often as needed.

    Reports of orders stay out, as does what a person did with single orders of then: this time
    there are other orders.

    Attributes:
        header: What the recording begins with.
        account: The account as the broker first reported it; None: it never did.
        recalled: What was known of the trading day when the session began; None: nothing.
        end: When the last thing arrived.
        ticks: How many there are.
        histories: How many answers to requests of history there are, by symbol.
        is_torn: The program was killed while it was recorded.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        """Look through the whole file once.

        Raises:
            RecordingError: It can't be read, was changed, or holds no trade.
        """
        self.path, self._zone = path, zone
        self._reader = BlockReader(path)
        block = next(iter(self._reader), None)
        if block is None:
            raise RecordingError(
                Text(f"{path}: 빈 녹화 파일입니다", f"{path}: the recording is empty")
            )
        self.header: Header = read_header(block, zone)
        self.account: AccountReported | None = None
        self.end, self.ticks = self.header.began, 0
        self.recalled: DayStart | None = None
        self.histories: Counter[str] = Counter()
        self._look_through()
        self.is_torn = self._reader.is_torn

    def rows(self, with_settings: bool = True) -> Iterator[Row]:
        """Yield what arrived when, oldest first.

        A message's moment is that of the engine's clock while it was handled; of one that made
        nobody look at the clock, its own time as far as that lies between two looks. Without
        `with_settings` changed settings are left out.

        Raises:
            RecordingError: The file was changed meanwhile.
        """
        message_of, last = unpacker(self._zone), self.header.began
        is_wanted = _Wanted(with_settings)
        waiting: list[Message] = []
        was_message = False  # so that it was for its sake that the clock was looked at
        for item in self._items():
            if item[0] == CALL:
                if item[1] == _CLOCK and item[4] is not None:
                    moment = max(datetime.fromisoformat(item[4]).astimezone(self._zone), last)
                    yield from _between(last, moment, waiting, was_message)
                    last, waiting = moment, []
                continue
            was_message = item[0] in _KINDS
            if was_message:
                message = message_of(item)
                if is_wanted(message):
                    waiting.append(message)
        yield from _between(last, None, waiting, is_last_exact=False)

    def _items(self) -> Iterator[Item]:
        blocks = iter(self._reader)
        next(blocks, None)
        for block in blocks:
            yield from block

    def _look_through(self) -> None:
        last = self.header.began.isoformat()
        for item in self._items():
            if item[0] == Tick.__name__:
                self.ticks += 1
                last = item[2]
            elif item[0] == CALL and item[1] == _CLOCK and item[4] is not None:
                last = item[4]
            elif item[:2] == [CALL, _RECALL] and self.recalled is None and item[4] is not None:
                self.recalled = _day_start(item[4], self._zone)
            elif item[0] == HistoryLoaded.__name__:
                self.histories[item[1][0]] += 1  # its instrument's symbol
            elif item[0] == AccountReported.__name__ and self.account is None:
                account = unpacker(self._zone)(item)
                assert isinstance(account, AccountReported)
                self.account = account
        if not self.ticks:
            raise RecordingError(
                Text(
                    f"{self.path}: 녹화에 체결이 한 건도 없어 재생할 것이 없습니다",
                    f"{self.path}: the recording holds no trade, so there is nothing to replay",
                )
            )
        self.end = max(datetime.fromisoformat(last).astimezone(self._zone), self.end)


_KINDS = frozenset(kind.__name__ for kind in (*_MARKET, *_TRADERS))


def _day_start(values: object, zone: ZoneInfo) -> DayStart:
    kind: Any = DayStart
    unpack = Codecs(zone).of(kind).unpack
    assert unpack is not None  # of a record
    found = unpack(values)
    assert isinstance(found, DayStart)
    return found


class _Wanted:
    """Says of each message, in their order, whether it is played again."""

    def __init__(self, with_settings: bool) -> None:
        self._with_settings, self._is_connected = with_settings, False

    def __call__(self, message: Message) -> bool:
        if isinstance(message, ConnectionChanged) and not self._is_connected:
            self._is_connected = message.is_connected
            return False  # a replay has a login of its own
        return self._with_settings or not isinstance(message, ApplySettings)


def _between(
    first: datetime, last: datetime | None, messages: list[Message], is_last_exact: bool
) -> Iterator[Row]:
    """Yield messages with their moments, none before `first` or after `last`."""
    moment = first
    for number, message in enumerate(messages, 1):
        own = getattr(message, "time", None)
        if isinstance(own, datetime) and own > moment:
            moment = own if last is None else min(own, last)
        if is_last_exact and number == len(messages) and last is not None:
            moment = last
        yield moment, message
