"""Is this journal whole, and does its money add up? Checks the chain and the accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from config.text import Text
from core.journal.accounts import Accounts
from core.journal.chain import GENESIS, link
from core.journal.encoding import to_json
from core.journal.problem import Problem
from core.journal.reader import parsed, reading, rows
from core.journal.tables import Head, read_head


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and every problem in the order of the records; none means good."""

    records: int
    sessions: int
    fills: int
    trades: int
    last_hash: str
    problems: tuple[Problem, ...]
    notes: tuple[Text, ...]  # nothing wrong, but worth knowing

    @property
    def is_good(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values, `is_good` first."""
        return {"is_good": self.is_good, **to_json(self)}


def verify(target: str | Path) -> Verification:
    """Read the whole journal and check it.

    Raises:
        JournalError: It can't be read at all.
    """
    accounts, chain = Accounts(), _Chain()
    problems: list[Problem] = []
    with reading(target) as db:
        end = read_head(db)
        for row in rows(db):
            problems += chain.check(row)
            problems += _account(accounts, row)
        problems += chain.check_end(end)
    accounts.finish()
    return Verification(
        records=chain.count,
        sessions=len(accounts.sessions),
        fills=accounts.count("fill"),
        trades=accounts.count("trade"),
        last_hash=chain.prev,
        problems=tuple(problems),
        notes=tuple(accounts.notes),
    )


def _account(accounts: Accounts, row: Row[Any]) -> Iterable[Problem]:
    try:
        record = parsed(row)
    except (ValueError, TypeError) as error:
        return [
            Problem(
                row.seq,
                row.time,
                Text(f"기록을 읽을 수 없습니다 ({error})", f"the record can't be read ({error})"),
            )
        ]
    return accounts.check(record)


class _Chain:
    """Follows the hashes from record to record."""

    def __init__(self) -> None:
        self.count, self.seq, self.prev, self.time = 0, 0, GENESIS, ""

    def check(self, row: Row[Any]) -> Iterator[Problem]:
        seq, time = row.seq, row.time
        if seq != self.seq + 1:
            yield Problem(seq, time, _missing(self.seq + 1, seq - 1))
        elif row.prev != self.prev:
            yield Problem(seq, time, _BROKEN)
        if row.hash != link(row.prev, seq, row.session, time, row.kind, row.body):
            yield Problem(seq, time, _CHANGED)
        self.count, self.seq, self.prev, self.time = self.count + 1, seq, row.hash, time

    def check_end(self, end: Head) -> Iterator[Problem]:
        if self.seq < end.seq:
            yield Problem(end.seq, self.time, _missing(self.seq + 1, end.seq))
        elif self.seq > end.seq or self.prev != end.hash:
            yield Problem(self.seq, self.time, _BEYOND.format(self.seq, end.seq))


_CHANGED = Text("기록이 변경되었습니다", "the record was changed")
_BROKEN = Text(
    "앞 기록과 이어지지 않습니다. 앞 기록이 바뀌었거나 순서가 바뀌었습니다",
    "does not follow the record before it: that one was replaced, or the order was changed",
)
_BEYOND = Text(
    "마지막 기록({})이 저널이 저장한 끝({})과 다릅니다",
    "the last record ({}) is not the one the journal says it ends with ({})",
)


def _missing(first: int, last: int) -> Text:
    if first == last:
        return Text(f"{first}번 기록이 없습니다", f"record {first} is missing")
    return Text(
        f"{first}번부터 {last}번까지 기록이 없습니다", f"records {first} to {last} are missing"
    )
