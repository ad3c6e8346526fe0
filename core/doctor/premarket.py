"""The lines of the pre-market check (장전 점검): doctor's findings and what the window knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.text import Text
from core.doctor import live
from core.doctor.check import Finding, Judged, Level, worst
from core.doctor.live import Seen

_EMPTY = Text.of("")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: which of the doctor's checks and what of the running terminal it is made of."""

    code: str
    title: Text
    checks: tuple[str, ...] = ()
    live: tuple[Callable[[Seen], Judged], ...] = ()


LINES = (
    Line("account", Text("계좌", "Account"), live=(live.account,)),
    Line("connection", Text("접속", "Connection"), live=(live.connection,)),
    Line("password", Text("계좌 비밀번호", "Account password"), live=(live.password,)),
    Line("market", Text("휴장일·장 시간", "Session hours"), ("calendar",), (live.market,)),
    Line("clock", Text("시계", "Clock"), ("clock",), (live.drift,)),
    Line("disk", Text("디스크", "Disk"), ("home", "disk")),
    Line("settings", Text("설정", "Settings"), ("configuration", "dangers")),
    Line("conditions", Text("조건식", "Symbol searches"), live=(live.conditions,)),
    Line("budget", Text("요청 한도", "Request limits"), live=(live.budget,)),
    Line("last", Text("전일대사", "Last session"), ("last_session",), (live.reconciled,)),
    Line("journal", Text("매매일지", "Journal"), ("journal", "journal_chain"), (live.journal,)),
    Line("version", Text("버전", "Version"), ("program", "python", "packages")),
    Line("ai", Text.of("AI"), ("ai",), (live.ai,)),
    Line("alerts", Text("알림", "Alerts"), ("alerts",)),
)
CHECKS = frozenset(name for line in LINES for name in line.checks)
"""The doctor's checks that the page shows; the others are of the machine's installation."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is shown."""

    code: str
    title: Text
    level: Level
    what: Text
    advice: Text


def premarket(seen: Seen, findings: Iterable[Finding]) -> tuple[Row, ...]:
    """Return all lines; a doctor's check that has not been made yet is left out of its line."""
    by_name = {finding.check: finding for finding in findings}
    return tuple(_row(line, seen, by_name) for line in LINES)


def level_of(rows: Iterable[Row]) -> Level:
    order = list(Level)
    return max((row.level for row in rows), key=order.index, default=Level.OK)


def _row(line: Line, seen: Seen, by_name: Mapping[str, Finding]) -> Row:
    found = [by_name[name] for name in line.checks if name in by_name]
    found += [live.found(line.code, judge(seen)) for judge in line.live]
    level = worst(found)
    told = [each for each in found if each.level is not Level.OK] or found
    return Row(
        line.code,
        line.title,
        level,
        _joined([each.what for each in told]),
        _joined([each.advice for each in told if each.level is not Level.OK]),
    )


def _joined(texts: Sequence[Text]) -> Text:
    parts = [text for text in texts if text != _EMPTY]
    return Text(" · ".join(p.ko for p in parts), " · ".join(p.en for p in parts))
