"""A recording, played back item by item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

from config.text import Text
from core.blackbox.blocks import BlockReader
from core.blackbox.errors import DivergedError, RecordingError
from core.blackbox.header import Header, read_header
from core.blackbox.items import CALL, END, Item


class TornError(BaseException):
    """The recording ends in the middle of what the engine did: the program was killed there."""


class Reel:
    """The items of one recording.

    Attributes:
        header: What it begins with.
        count: Items taken so far.
        is_whole: The recorded run ended in good order; known when all items are taken.
    """

    def __init__(self, path: Path, zone: tzinfo) -> None:
        """Open a recording; raises RecordingError where that can't be played."""
        self.path = path
        blocks = iter(BlockReader(path))
        first = next(blocks, None)
        if first is None:
            raise RecordingError(
                Text(f"{path}: 빈 녹화 파일입니다", f"{path}: the recording is empty")
            )
        self.header: Header = read_header(first, zone)
        self._items: Iterator[Item] = (item for block in blocks for item in block)
        self.count, self.is_whole = 0, False
        self._put_back: Item | None = None

    def next(self) -> Item | None:
        """Return the next item, None after the last."""
        item, self._put_back = self._put_back or next(self._items, None), None
        if item is None:
            return None
        self.count += 1
        if item[0] == END:
            self.is_whole = True
        return item

    def put_back(self, item: Item) -> None:
        """Have `item` come next again."""
        self._put_back = item
        self.count -= 1

    def answer(self, name: str, told: list[object]) -> Item:
        """Return what was recorded of the call that the engine makes now.

        Raises:
            DivergedError: It did something else when it was recorded.
            TornError: The recording ends before it.
        """
        item = self.next()
        if item is None:
            raise TornError
        if item[0] != CALL or item[1] != name or item[2] != told:
            raise DivergedError(self.where, described(item), described([CALL, name, told]))
        return item

    @property
    def where(self) -> Text:
        """Say how far the reel has come."""
        return Text(f"녹화 {self.count:,}번째 항목", f"item {self.count:,} of the recording")


def described(item: Item) -> str:
    """Return an item as a person can read it."""
    head = item[1] if item[0] == CALL else item[0]
    rest = item[2] if item[0] == CALL else item[1:]
    told = ", ".join(map(str, rest))
    return f"{head}({told})"
