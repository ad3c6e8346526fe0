"""What the last run has left: its end, its agreement with the broker, and its records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, func, select

from config.text import Text
from core.doctor.check import DoctorContext, Judged, Level, check
from core.domain.messages import CertificateIssued
from core.instance.lock import is_in_use
from core.journal import tables
from core.journal.chain import link
from core.journal.database import file_of, url_of
from core.journal.encoding import from_json
from core.journal.reader import StoredRecord, parsed, reading, rows

_KINDS = ("session", "end", "mismatch", "certificate")
_QUICK = 20_000  # newest records whose hashes are looked at
_WITH_MONEY = frozenset({"live", "paper"})
_OVER = frozenset({"TOOK_THEIRS", "AGREED"})
_FIRST = Text("지난 실행이 없습니다", "there was no run before")
_SAID = {
    "AGREES": Text("증권사와 1원까지 일치", "agreed with the broker to the won"),
    "DIFFERS": Text("마감 확인서 불일치 {}줄", "closing certificate: {} lines differ"),
    "NOT_COMPARED": Text("마감 확인서 비교 안 함", "closing certificate: not compared"),
}
_ASK = Text(
    "매매 > 마감 확인서를 열어 영웅문과 비교하세요",
    "open Trade > Closing certificate and compare with the HTS",
)
_NO_CERTIFICATE = Text("마감 확인서 없음", "no closing certificate")
_CUT_OFF = Text("정상 종료되지 않았습니다", "it did not end in good order")
_RUNNING = Text("지금 실행 중입니다", "it is still running")
_RECONCILED = Text(
    "시작할 때 증권사와 대조합니다. 잔고와 미체결을 확인하세요",
    "the start reconciles with the broker; look at positions and open orders",
)
_FROZEN = Text("풀리지 않은 차이: {}", "differences left open: {}")
_RESOLVE = Text(
    "영웅문에서 잔고를 확인하고 어느 쪽이 맞는지 정하세요",
    "check the holdings in the HTS and decide which side is right",
)


@check("last_session")
def _last_session(context: DoctorContext) -> Judged:
    if not _is_there(context.journal):
        return Level.OK, _FIRST
    with reading(context.journal) as db:
        number = _before(db, context.session)
        records = [parsed(row) for row in rows(db, _KINDS, number)] if number else []
    if not records or records[0].kind != "session":
        return Level.OK, _FIRST
    return _judge(records, context.session is None and is_in_use(context.home))


def _judge(records: Sequence[StoredRecord], is_running: bool) -> Judged:
    mode = records[0].body["mode"]
    which = Text.of(f"{records[-1].time:%Y-%m-%d %H:%M} ({mode}): {{}}")
    frozen = _frozen(records)
    if frozen:
        return Level.FAIL, which.format(_FROZEN.format(", ".join(frozen))), _RESOLVE
    issued = _certificate(records)
    said = _NO_CERTIFICATE if issued is None else _SAID[issued.verdict].format(issued.differing)
    if issued is not None and issued.verdict == "DIFFERS":
        return Level.FAIL, which.format(said), _ASK
    if not any(record.kind == "end" for record in records):
        if is_running:
            return Level.OK, which.format(_RUNNING)
        return Level.WARN, which.format(_CUT_OFF), _RECONCILED
    is_proved = issued is not None and issued.verdict == "AGREES"
    if mode in _WITH_MONEY and not is_proved:
        return Level.WARN, which.format(said), _ASK
    return Level.OK, which.format(said)


def _frozen(records: Sequence[StoredRecord]) -> tuple[str, ...]:
    open_: dict[str, None] = {}
    for record in records:
        if record.kind == "mismatch":
            symbol = record.body["mismatch"]["symbol"]
            open_.pop(symbol, None)
            if record.body["step"] not in _OVER:
                open_[symbol] = None
    return tuple(open_)


def _certificate(records: Sequence[StoredRecord]) -> CertificateIssued | None:
    found = [record for record in records if record.kind == "certificate"]
    return from_json(CertificateIssued, found[-1].body["certificate"]) if found else None


@check("journal_chain")
def _chain(context: DoctorContext) -> Judged:
    """Look at the hashes of the last run's newest records; `journal verify` looks at everything."""
    if not _is_there(context.journal):
        return Level.OK, _FIRST
    with reading(context.journal) as db:
        number = _before(db, context.session)
        newest = select(func.max(tables.records.c.seq)).where(tables.records.c.session == number)
        last = db.execute(newest).scalar() if number else None
    if last is None:
        return Level.OK, _FIRST
    broken = _broken(context.journal, last)
    if broken:
        return (
            Level.FAIL,
            Text(f"{broken:,}번 기록이 바뀌었습니다", f"record {broken:,} was changed"),
            Text("'journal verify'로 전체를 검사하세요", "check all of it with 'journal verify'"),
        )
    return Level.OK, Text(
        f"지난 실행의 기록 {last:,}번까지 해시 이상 없음",
        f"the last run's records until {last:,} are unbroken",
    )


@lru_cache(maxsize=4)
def _broken(target: str | Path, last: int) -> int:
    """Return the first of the newest records until `last` that breaks the chain; 0: none does.

    Remembered: records are never changed once they are written, except by who tampers.
    """
    records, prev = tables.records, ""
    query = select(records).where(records.c.seq > last - _QUICK, records.c.seq <= last)
    with reading(target) as db:
        for row in db.execution_options(yield_per=1_000).execute(query.order_by(records.c.seq)):
            made = link(row.prev, row.seq, row.session, row.time, row.kind, row.body)
            if row.hash != made or (prev and row.prev != prev):
                return int(row.seq)
            prev = row.hash
    return 0


def _before(db: Connection, running: int | None) -> int:
    """Return the newest session before the running one; 0: there is none."""
    sessions = tables.read_head(db).sessions
    return sessions if running is None else min(sessions, running - 1)


def _is_there(target: str | Path) -> bool:
    file = file_of(url_of(target))
    return file is None or file.exists()
