"""What a black box holds, item by item: messages, and all else the engine was told meanwhile.

A message is a list that leads with its class's name. Other items lead with a small word: what the
driver did with the engine, or what the engine asked of its ports and was told, in between the
messages that had it ask.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from core.blackbox.codec import Codecs
from core.domain.market import Tick
from core.domain.messages import Message

Item = list[Any]

OPEN, EVENTS, FAULT, CLOSE, END = "open", "events", "fault", "close", "end"
"""Done by the driver; FAULT goes with the error's class and text, END is the file's last item."""
CALL = "call"
"""The engine called a port: name, arguments, [class, text] of what was raised, what it returned."""

DRIVEN = frozenset({OPEN, EVENTS, FAULT, CLOSE, END})


def message_kinds() -> tuple[type, ...]:
    """Return the types of all messages."""
    return typing.get_args(Message)


def packer() -> Callable[[Message | Item], Item]:
    """Return a function that packs messages and leaves other items as they are."""
    codec = Codecs().tagged(message_kinds())
    pack = codec.pack
    assert pack is not None

    def packed(item: Message | Item) -> Item:
        kind = type(item)
        if kind is Tick:
            return _tick(*item)  # type: ignore[misc]
        return item if kind is list else pack(item)  # type: ignore[return-value]

    return packed


def unpacker(zone: tzinfo) -> Callable[[Item], Message]:
    """Return a function that makes messages of items again, with their times in `zone`."""
    unpack = Codecs(zone).tagged(message_kinds()).unpack
    assert unpack is not None
    return unpack


def is_message(item: Item) -> bool:
    return item[0] != CALL and item[0] not in DRIVEN


def _tick(symbol: Any, time: Any, price: Any, quantity: Any, side: Any, bid: Any, ask: Any) -> Item:
    """Pack a tick as the codec does, in less time: nothing else comes as often."""
    by = None if side is None else side._value_
    return ["Tick", symbol, time.isoformat(), price, quantity, by, bid, ask]
