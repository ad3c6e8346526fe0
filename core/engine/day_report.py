"""Has the broker list its whole day into the journal, for the closing certificate.

That is after the close, and whenever a person asks; the certificate itself is made elsewhere, from
the journal (`core.certificate`), and what became of it is journaled here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from config.text import Text
from core.domain.messages import (
    DAY_REQUEST,
    AccountReported,
    AskForDay,
    CertificateIssued,
    DayReported,
    Severity,
)
from core.engine.parts import Parts
from core.engine.timetable import Timetable
from core.journal.records import certificate_record

_AFTER_CLOSE = timedelta(minutes=3)  # reports of the closing auction may take a while
_TOO_LATE = timedelta(minutes=10)  # who comes later asks by hand
_PATIENCE = timedelta(minutes=2)
_REQUEST = f"{DAY_REQUEST}certificate-"
_AGREES = Text(
    "마감 확인서: 우리 장부와 증권사 보고가 1원까지 일치합니다 ({})",
    "closing certificate: our ledger and the broker's agree to the won ({})",
)
_DIFFERS = Text(
    "마감 확인서: {}줄이 다릅니다 ({}). 메뉴 매매 > 마감 확인서에서 영웅문과 비교하세요",
    "closing certificate: {} lines differ ({}); compare with the HTS: Trade > Closing certificate",
)
_NOT_COMPARED = Text(
    "마감 확인서: 증권사와 비교하지 못했습니다 ({}). 이유는 메뉴 매매 > 마감 확인서에 있습니다",
    "closing certificate: not compared ({}); Trade > Closing certificate says why",
)


class DayReport:
    """Owned by the engine thread; a `Timed` and a `Listener`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._table: Timetable | None = None  # whose close is `_due`
        self._due: datetime | None = None
        self._deadline: datetime | None = None  # while an answer is awaited
        self._request_id = ""
        self._asked = 0
        self._is_wanted = False  # by a person

    @property
    def is_awaited(self) -> bool:
        return self._deadline is not None

    @property
    def wakeup(self) -> datetime | None:
        table = self._parts.day.timetable
        if table is not self._table:
            is_same_day = self._table is not None and table.session.day == self._table.session.day
            is_done = is_same_day and self._due is None
            self._table = table
            self._due = None if is_done else table.session.close + _AFTER_CLOSE
        return self._deadline or self._due

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {AskForDay: self._on_asked, CertificateIssued: self._on_issued}

    def advance(self, now: datetime) -> None:
        if self._deadline is not None:
            self._deadline = None
            self._tell(False, now)
            return
        due, self._due = self._due, None
        if due is not None and now < due + _TOO_LATE:
            self._ask(now)

    def take(self, report: AccountReported, now: datetime) -> None:
        """Take note of an account report, which is in the journal's open batch."""
        if report.request_id != self._request_id or not self._request_id:
            return
        self._request_id, self._deadline = "", None
        self._parts.outbox.commit(now)
        self._tell(True, now)

    def _on_asked(self, _: AskForDay) -> None:
        self._is_wanted = True
        self._ask(self._parts.clock.now())

    def _ask(self, now: datetime) -> None:
        self._asked += 1
        self._request_id, self._deadline = f"{_REQUEST}{self._asked}", now + _PATIENCE
        self._parts.broker.request_account(self._request_id)

    def _tell(self, is_answered: bool, now: datetime) -> None:
        """Say it once, and again where the answer comes late after all."""
        wanted, self._is_wanted = self._is_wanted, self._is_wanted and not is_answered
        self._parts.outbox.publish(DayReported(now, now.date(), is_answered, wanted))

    def _on_issued(self, issued: CertificateIssued) -> None:
        outbox, now = self._parts.outbox, self._parts.clock.now()
        outbox.record(certificate_record(issued), now)
        outbox.publish(issued)
        outbox.note(now, *_said(issued))
        outbox.commit(now)


def _said(issued: CertificateIssued) -> tuple[Severity, Text]:
    day = issued.day.isoformat()
    if issued.verdict == "AGREES":
        return Severity.INFO, _AGREES.format(day)
    if issued.verdict == "DIFFERS":
        return Severity.ERROR, _DIFFERS.format(issued.differing, day)
    return Severity.WARNING, _NOT_COMPARED.format(day)
