"""The file of a black box: compressed blocks, each chained to the one before by its hash.

A block is its length, its hash and a zlib stream of JSON; the hash covers the hash before it and
the stream. The first block is the header, an object; every other one is an array of items. Blocks
are only ever appended, so whatever ends the program leaves all blocks whole but the last.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from config.text import Text
from core.blackbox.errors import RecordingError

_MAGIC = b"TRADING BLACK BOX 1\n"
_HEAD = struct.Struct(">I32s")  # length of the stream, hash
_LEVEL = 1  # of compression: twice the size of the best, a tenth of its time
_MOST = 1 << 28  # bytes; a longer block was never written


class BlockWriter:
    """Appends blocks to a new file; every one is with the system when `write` returns."""

    def __init__(self, path: Path) -> None:
        """Make the file.

        Raises:
            OSError: It exists, or can't be made.
        """
        self._file = path.open("xb", buffering=0)
        self.size = self._put(_MAGIC)
        self._hash = _first()
        self._encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode

    def write(self, content: Any) -> None:
        """Append a block of JSON values; raises OSError where it can't be written whole."""
        stream = zlib.compress(self._encode(content).encode(), _LEVEL)
        self._hash = _next(self._hash, stream)
        self.size += self._put(_HEAD.pack(len(stream), self._hash) + stream)

    def close(self) -> None:
        self._file.close()

    def _put(self, data: bytes) -> int:
        written = self._file.write(data) or 0
        if written < len(data):
            raise OSError(f"{written} of {len(data)} bytes written; is the disk full?")
        return written


class BlockReader:
    """Reads a file's blocks one after the other.

    Attributes:
        is_torn: The file ends inside of a block: what wrote it was killed. Known at the end.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.is_torn = False

    def __iter__(self) -> Iterator[Any]:
        """Yield what each block holds.

        Raises:
            RecordingError: The file can't be read, or a block was changed.
        """
        try:
            with self._path.open("rb") as file:
                yield from self._blocks(file)
        except OSError as error:
            raise RecordingError(
                Text(
                    f"{self._path}: 녹화 파일을 읽을 수 없습니다 ({error.strerror})",
                    f"{self._path}: the recording can't be read ({error.strerror})",
                )
            ) from error

    def _blocks(self, file: BinaryIO) -> Iterator[Any]:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise self._error("녹화 파일이 아닙니다", "is not a recording")
        number, before = 0, _first()
        while head := file.read(_HEAD.size):
            number += 1
            stream, hashed = b"", b""
            if len(head) == _HEAD.size:
                length, hashed = _HEAD.unpack(head)
                stream = file.read(length) if length <= _MOST else b"?"
            if len(head) < _HEAD.size or (len(stream) < length <= _MOST):
                self.is_torn = True
                return
            before = _next(before, stream)
            if before != hashed:
                raise self._error(
                    f"{number}번째 블록이 변경되었거나 앞 블록이 빠졌습니다",
                    f"block {number} was changed, or one before it is missing",
                )
            yield json.loads(zlib.decompress(stream))

    def _error(self, ko: str, en: str) -> RecordingError:
        return RecordingError(Text(f"{self._path}: {ko}", f"{self._path}: {en}"))


def _first() -> bytes:
    return hashlib.sha256(_MAGIC).digest()


def _next(before: bytes, stream: bytes) -> bytes:
    return hashlib.sha256(before + stream).digest()
