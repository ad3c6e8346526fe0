"""차단: what risk refused, and beside it every check that was made."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from PyQt5.QtCore import Qt

from config.text import Text
from core.domain.messages import IntentDenied
from core.domain.order import OrderIntent
from core.domain.risk import Check
from gui import format as fmt
from gui.models.column import Align, Column
from gui.panels.common_columns import (
    choice,
    name_column,
    price,
    shares,
    symbol_column,
    time_column,
)
from gui.panels.detail import DetailPane, put_beside
from gui.panels.record_panel import RecordPanel
from gui.panels.registry import Area, panel
from gui.wording import SIDE, SIDE_TONE, unit
from gui.workspace import Workspace

EMPTY = Text("차단된 주문을 선택하면 모든 검사가 보입니다", "Select a refusal to see every check")
HEADLINE = Text("검사 {}개 중 {}개 불통과", "{1} of {0} checks failed")
WHY = Text("차단 사유", "Refused because")
PASSED, FAILED = Text("통과", "Passed"), Text("차단", "Failed")
LONG = "가" * 24  # the width of a sentence
LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused intent with a number, since nothing else tells two of them apart."""

    number: int
    event: IntentDenied

    @property
    def intent(self) -> OrderIntent:
        return self.event.intent

    @property
    def symbol(self) -> str:
        return self.intent.symbol

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.event.checks if not check.passed)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of the gate."""

    key: str
    check: Check


def _why(refusal: Refusal) -> Text | None:
    reasons = [check.reason or check.title for check in refusal.failed]
    if not reasons:
        return None
    return Text("; ".join(r.ko for r in reasons), "; ".join(r.en for r in reasons))


def _columns(workspace: Workspace) -> list[Column]:
    def symbol(refusal: Refusal) -> str:
        return refusal.symbol

    def tone(refusal: Refusal) -> str:
        return SIDE_TONE[refusal.intent.side]

    return [
        time_column(Text("차단 시각", "Refused"), lambda r: r.intent.time),
        symbol_column(symbol),
        name_column(workspace, symbol),
        choice("side", Text("구분", "Side"), lambda r: r.intent.side, SIDE, tone),
        shares("quantity", Text("수량", "Qty"), lambda r: r.intent.quantity),
        price("price", Text("기준가", "Price"), lambda r: r.intent.reference_price),
        Column("why", WHY, _why, align=Align.LEFT, tone=_warning, tip=_why, sample=LONG),
    ]


def _warning(record: object) -> str:
    return "warning"


def _verdict_tone(line: CheckLine) -> str:
    return "ok" if line.check.passed else "error"


def _title(line: CheckLine) -> Text:
    return line.check.title


def _reason(line: CheckLine) -> Text | None:
    return line.check.reason


def _verdict(passed: bool) -> Text:
    return PASSED if passed else FAILED


def _check_columns() -> list[Column]:
    return [
        Column("check", Text("검사", "Check"), _title, align=Align.LEFT, sample="종목당 금액 한도"),
        Column(
            "passed",
            Text("결과", "Result"),
            lambda line: line.check.passed,
            _verdict,
            Align.CENTER,
            _verdict_tone,
            sample="통과",
        ),
        Column("used", Text("사용", "Used"), lambda line: line.check.used, fmt.number),
        Column("limit", Text("한도", "Limit"), lambda line: line.check.limit, fmt.number),
        Column("unit", Text("단위", "Unit"), _unit, unit, Align.CENTER, sample="positions"),
        Column(
            "reason", Text("사유", "Reason"), _reason, align=Align.LEFT, tip=_reason, sample=LONG
        ),
    ]


def _unit(line: CheckLine) -> str | None:
    return line.check.unit or None


@panel("blocked", Text("차단", "Blocked"), Area.BOTTOM, 60, "Alt+6")
class BlockedPanel(RecordPanel):
    counts_rows = True

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            workspace, "blockedTable", _columns(workspace), key=lambda r: r.number, limit=LIMIT
        )
        self._numbers = count()
        self._pane = DetailPane(self, "checksTable", _check_columns())
        self.view.horizontalHeader().setStretchLastSection(True)
        put_beside(self, self._pane, self._show_checks)
        self.view.sortByColumn(0, Qt.DescendingOrder)
        workspace.bridge.intents_denied.connect(self._show_refusals)

    def _show_refusals(self, events: list[IntentDenied]) -> None:
        self.table.put(Refusal(next(self._numbers), event) for event in events)

    def _show_checks(self, refusal: Refusal | None) -> None:
        checks = refusal.event.checks if refusal else ()
        text = HEADLINE.format(len(checks), len(refusal.failed)) if refusal else EMPTY
        self._pane.headline.setText(self.workspace.translator(text))
        self._pane.table.show_only(CheckLine(check.name, check) for check in checks)
