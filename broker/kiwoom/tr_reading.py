"""Reads the reply of a TR out of the control; only inside the handler of OnReceiveTrData."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.kiwoom.control import Control
from broker.kiwoom.trs import Field, Tr

GET_DATA = "GetCommData(QString, QString, int, QString)"
GET_ALL = "GetCommDataEx(QString, QString)"
COUNT = "GetRepeatCnt(QString, QString)"

Values = Mapping[str, Any]
"""By Kiwoom's field names; the types are those of `trs.KINDS`."""


@dataclass(frozen=True, slots=True)
class TrReply:
    """One page. A row with a value that can't be read is left out and told of in `errors`."""

    tr: str
    single: Values
    rows: tuple[Values, ...]
    has_more: bool
    errors: tuple[str, ...] = ()
    partial: tuple[Values, ...] = ()  # of the rows left out, what can be read


def read(control: Control, tr: Tr, name: str, prev_next: str) -> TrReply:
    """Return the reply being delivered for the request called `name`.

    The request's own name is given where Kiwoom asks for a record: official samples do so, and
    names of records differ between versions.
    """
    reading = _Reading(control, tr, name)
    single = reading.single()
    rows = tuple(reading.rows())
    has_more = prev_next.strip() == "2"
    return TrReply(tr.code, single, rows, has_more, tuple(reading.errors), tuple(reading.partial))


class _Reading:
    def __init__(self, control: Control, tr: Tr, name: str) -> None:
        self._control, self._tr, self._name = control, tr, name
        self.errors: list[str] = []
        self.partial: list[Values] = []

    def single(self) -> Values:
        """A value that can't be read is missing."""
        found: dict[str, Any] = {}
        for field in self._tr.single:
            if field.kind is not None:
                self._put(found, field, self._cell(0, field.name), "")
        return found

    def rows(self) -> Iterator[Values]:
        if not self._tr.rows:
            return
        count = int(self._control.dynamicCall(COUNT, self._tr.code, self._name) or 0)
        for index, cells in enumerate(self._table(count)):
            row: dict[str, Any] = {}
            where = f" row {index}"
            read = [self._put(row, field, text, where) for field, text in cells]
            if all(read):
                yield row
            else:
                self.partial.append(row)

    def _table(self, count: int) -> Iterator[list[tuple[Field, str]]]:
        """All rows by one call; by one for each cell where its columns are not those we know."""
        columns = self._tr.columns
        table = self._control.dynamicCall(GET_ALL, self._tr.code, self._name) if count else None
        if table and self._is_as_known(table, count):
            for cells in table:
                yield [(field, cells[place]) for place, field in columns]
            return
        for index in range(count):
            yield [(field, self._cell(index, field.name)) for _, field in columns]

    def _is_as_known(self, table: Sequence[Sequence[str]], count: int) -> bool:
        """Compare the first row with what the names give: Kiwoom has added fields before."""
        width = len(self._tr.rows)
        if len(table) != count or any(len(cells) < width for cells in table):
            return False
        first = table[0]
        return all(
            str(first[place]).strip() == self._cell(0, field.name).strip()
            for place, field in self._tr.columns
        )

    def _cell(self, index: int, field: str) -> str:
        text = self._control.dynamicCall(GET_DATA, self._tr.code, self._name, index, field)
        return text if isinstance(text, str) else ""

    def _put(self, found: dict[str, Any], field: Field, text: str, where: str) -> bool:
        assert field.kind is not None
        try:
            found[field.name] = field.kind(text)
        except ValueError:
            self.errors.append(f"{self._tr.code}{where}: {field.name} can't be read: {text!r}")
            return False
        return True
