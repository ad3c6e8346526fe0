"""TR requests: found in the register of answers, cut into pages, continued on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice

from broker.kiwoom.emulator.answers import Facts, answer_to
from broker.kiwoom.emulator.answers.registry import Value, lay_out
from broker.kiwoom.emulator.packets import Answer, Packet, Query, Said
from broker.kiwoom.emulator.texts import TrTable, tr_table

_MORE, _END = "2", "0"
_PAGE = 100  # rows where the table does not say
_DONE = "[100000] 모의투자 조회가 완료되었습니다"
_NOT_OFFERED = "[RC9000] 모의투자에서는 해당업무가 제공되지 않습니다"
_SPOKEN = "opw"  # TRs of these are answered with a message too

Rows = Iterator[Mapping[str, Value]]


class Inquiries:
    """Answers queries; keeps, by request name and TR, what a next page goes on with.

    A TR that Kiwoom has but the emulator does not gets a message and no data; one that nobody has
    gets nothing: the control refuses it with -202 before.
    """

    def __init__(self, facts: Facts, tell: Callable[[Packet], None]) -> None:
        self._facts, self._tell = facts, tell
        self._pages: dict[tuple[str, str], Rows] = {}

    def answer(self, query: Query, now: datetime) -> None:
        self._facts.now = now
        table, answering = tr_table(query.tr), answer_to(query.tr)
        if table is None:
            return
        if answering is None:
            self._tell(Said(query.screen, query.name, query.tr, _NOT_OFFERED))
            return
        rest = self._pages.pop((query.name, query.tr), None)
        single: tuple[str, ...] = ()
        watches: tuple[str, ...] = ()
        if not query.is_next:
            reply = answering(self._facts, query.inputs)
            single, rest = lay_out(table, table.single, reply.single), iter(reply.rows)
            watches = reply.watches
        rows, prev_next = self._cut(query, table, rest or iter(()))
        if query.tr.startswith(_SPOKEN):
            self._tell(Said(query.screen, query.name, query.tr, _DONE))
        self._tell(
            Answer(
                screen=query.screen,
                name=query.name,
                tr=query.tr,
                prev_next=prev_next,
                single=dict(zip(table.single, single, strict=False)),
                fields=table.multi,
                rows=tuple(lay_out(table, table.multi, row) for row in rows),
                watches=watches,
                ticket=query.ticket,
                records=tuple(filter(None, (table.single_record, table.multi_record))),
            )
        )

    def forget(self) -> None:
        """Drop all pages that were to come."""
        self._pages.clear()

    def _cut(
        self, query: Query, table: TrTable, rows: Rows
    ) -> tuple[list[Mapping[str, Value]], str]:
        """Return one page, and whether there is more."""
        page = list(islice(rows, table.rows_per_page or _PAGE))
        following = next(rows, None)
        if following is None:
            return page, _END
        self._pages[query.name, query.tr] = chain([following], rows)
        return page, _MORE
