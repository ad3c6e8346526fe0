"""What the event being handled brought: readable inside its handler only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from broker.kiwoom.emulator.packets import Answer, ChejanData, RealData


class Handling:
    """The readers of an event's data.

    Events can nest (a call made in a handler may let another event in); only the innermost one's
    data can be read, and after it those of the outer one again.
    """

    def __init__(self) -> None:
        self._present: list[object] = []

    @contextmanager
    def of(self, packet: object) -> Iterator[None]:
        """Make `packet` the one that can be read for as long as the block runs."""
        self._present.append(packet)
        try:
            yield
        finally:
            self._present.pop()

    def GetRepeatCnt(self, tr: str, record: str) -> int:
        answer = self._answer(tr, record)
        return len(answer.rows) if answer else 0

    def GetCommData(self, tr: str, record: str, index: int, item: str) -> str:
        answer = self._answer(tr, record)
        if answer is None:
            return ""
        value = _cell(answer, index, item)
        # A few items (종목코드 of the charts) are in both records, blank in the rows.
        if index == 0 and not value.strip():
            return answer.single.get(item, value)
        return value

    def GetCommDataEx(self, tr: str, record: str) -> list[list[str]] | None:
        answer = self._answer(tr, record)
        return [list(row) for row in answer.rows] if answer and answer.rows else None

    def GetCommRealData(self, code: str, fid: int) -> str:
        present = self._present[-1] if self._present else None
        if not isinstance(present, RealData) or present.code != code:
            return ""
        return present.values.get(fid, "")

    def GetChejanData(self, fid: int) -> str:
        present = self._present[-1] if self._present else None
        return present.values.get(fid, "") if isinstance(present, ChejanData) else ""

    def _answer(self, tr: str, record: str) -> Answer | None:
        """Return the reply in hand if it is meant: by request name, by record name, or by ""."""
        present = self._present[-1] if self._present else None
        if not isinstance(present, Answer) or present.tr.upper() != tr.upper():
            return None
        is_meant = record in ("", present.name) or not present.records or record in present.records
        return present if is_meant else None


def _cell(answer: Answer, index: int, item: str) -> str:
    if item not in answer.fields or not 0 <= index < len(answer.rows):
        return ""
    return answer.rows[index][answer.fields.index(item)]
