"""신호: every decision, and beside it the receipt: each rule, what it saw, and its weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QCheckBox

from config.text import Text
from core.domain.messages import Decided, IntentDenied
from core.domain.signal import Action, Decision, RuleResult
from core.rules import registered
from gui import format as fmt
from gui.models.column import Align, Column
from gui.panels.common_columns import (
    choice,
    level,
    name_column,
    price,
    symbol_column,
    time_column,
)
from gui.panels.detail import DetailPane, put_beside
from gui.panels.record_panel import RecordPanel
from gui.panels.record_view import RecordView
from gui.panels.registry import Area, panel
from gui.wording import ACTION, ACTION_TONE, rule_title
from gui.workspace import Workspace

WITH_HOLD = Text("관망도 표시", "Show HOLD too")
EMPTY = Text("신호를 선택하면 근거가 보입니다", "Select a signal to see what it was made of")
SCORES = Text("매수 {} / {}   매도 {} / {}", "Buy {} / {}   Sell {} / {}")
TOUCHED = Text("{} 도달: {}", "{} reached: {}")
COLD = Text("   (지표 준비중)", "   (warming up)")
BAR_HELP = Text(
    "봉이 시작된 시각 (손절과 익절은 닿은 체결의 시각)",
    "When the bar began; of a stop or target, when a trade touched it",
)
LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Signal:
    """One decision with a number, since a symbol can have several at one moment."""

    number: int
    decision: Decision

    @property
    def symbol(self) -> str:
        return self.decision.symbol


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the receipt."""

    key: int
    result: RuleResult


def _score(key: str, title: Text, of: Any, tone: str) -> Column:
    def value(signal: Signal) -> float | None:
        score = signal.decision.score
        return None if score is None else of(score)

    def lit(signal: Signal) -> str | None:
        return tone if value(signal) else None

    return Column(key, title, value, fmt.score, tone=lit, sample="00.00")


def _reason(signal: Signal) -> str:
    """Return the rules that made it, or the checks that refused it, as codes."""
    decision = signal.decision
    if decision.score is None or decision.action is Action.HOLD:
        return decision.note
    is_buy = decision.action is Action.BUY
    held = (r.rule for r in decision.score.results if (r.buys if is_buy else r.sells))
    return " ".join(held)


def _reason_text(codes: str, checks: Mapping[str, Text]) -> Text:
    titles = [checks.get(code) or rule_title(code) for code in codes.replace("·", " ").split()]
    return Text(", ".join(t.ko for t in titles), ", ".join(t.en for t in titles))


def _columns(workspace: Workspace, checks: Mapping[str, Text]) -> list[Column]:
    """Return the columns; `checks` are the titles of the risk checks, as far as they are known."""

    def symbol(signal: Signal) -> str:
        return signal.symbol

    def tone(signal: Signal) -> str:
        return ACTION_TONE[signal.decision.action]

    return [
        time_column(Text("봉 시각", "Bar"), lambda s: s.decision.time, BAR_HELP),
        symbol_column(symbol),
        name_column(workspace, symbol),
        choice("action", Text("판단", "Decision"), lambda s: s.decision.action, ACTION, tone),
        price("price", Text("가격", "Price"), lambda s: s.decision.price),
        _score("buy", Text("매수점수", "Buy"), lambda score: score.buy, "up"),
        _score("sell", Text("매도점수", "Sell"), lambda score: score.sell, "down"),
        level("level", Text("도달가", "Level"), lambda s: s.decision.level),
        Column(
            "why",
            Text("근거", "Why"),
            _reason,
            lambda codes: _reason_text(codes, checks),
            Align.LEFT,
            sample="가" * 16,
        ),
    ]


def _seen(line: RuleLine) -> str:
    parts = (f"{name} {_number(value)}" for name, value in line.result.seen.items())
    return ", ".join(parts)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}".removesuffix(".00")


def _receipt_columns() -> list[Column]:
    return [
        Column(
            "rule",
            Text("규칙", "Rule"),
            lambda line: line.result.rule,
            rule_title,
            Align.LEFT,
            sample=tuple(rule.title for rule in registered().values()),
        ),
        _mark("buys", Text("매수", "Buy"), "up"),
        _mark("sells", Text("매도", "Sell"), "down"),
        Column(
            "weight",
            Text("가중치", "Weight"),
            lambda line: line.result.weight,
            fmt.score,
            sample="0.00",
        ),
        Column("seen", Text("값", "Values"), _seen, align=Align.LEFT, tip=_seen, sample="0" * 36),
        Column("note", Text("비고", "Note"), _note, align=Align.LEFT, tone=lambda line: "warning"),
    ]


def _mark(side: str, title: Text, tone: str) -> Column:
    def holds(line: RuleLine) -> bool:
        return getattr(line.result, side)

    def lit(line: RuleLine) -> str:
        return tone if holds(line) else "muted"

    return Column(
        side, title, holds, lambda held: "●" if held else "·", Align.CENTER, lit, sample="매수"
    )


def _note(line: RuleLine) -> str | None:
    return line.result.note or None


@panel("signals", Text("신호", "Signals"), Area.BOTTOM, 50, "Alt+5")
class SignalsPanel(RecordPanel):
    def __init__(self, workspace: Workspace) -> None:
        self._checks: dict[str, Text] = {}  # titles by code, learnt from refusals
        columns = _columns(workspace, self._checks)
        super().__init__(workspace, "signalsTable", columns, key=lambda s: s.number, limit=LIMIT)
        self._numbers = count()
        self._pane = DetailPane(self, "receiptTable", _receipt_columns())
        self.view.horizontalHeader().setStretchLastSection(True)
        put_beside(self, self._pane, self._show_receipt)
        self.view.sortByColumn(0, Qt.DescendingOrder)
        self._with_hold = QCheckBox(self)
        self._with_hold.setObjectName("holdToggle")
        self._with_hold.toggled.connect(self._refilter)
        workspace.translator.bind(self._with_hold.setText, WITH_HOLD)
        self.tools = [self._with_hold]
        self._refilter(False)
        workspace.bridge.decisions_made.connect(self._show_decisions)
        workspace.bridge.intents_denied.connect(self._learn_checks)
        workspace.bar_chosen.connect(self.show_bar)

    def show_bar(self, start: datetime, minutes: int) -> None:
        """Go to the newest decision of the selected symbol in a bar, rather one that acts."""
        end, symbol = start + timedelta(minutes=minutes), self.workspace.symbol
        of_bar = [
            signal
            for signal in self.table.records
            if signal.symbol == symbol and start <= signal.decision.time < end
        ]
        if not of_bar:
            return
        chosen = max(of_bar, key=lambda signal: (_acts(signal), signal.number))
        if not _acts(chosen):
            self._with_hold.setChecked(True)
        self.raise_wanted.emit()
        self.view.move_to(lambda signal: signal.number == chosen.number)
        self.view.scrollTo(self.view.currentIndex(), RecordView.PositionAtCenter)

    def _show_decisions(self, events: list[Decided]) -> None:
        self.table.put(Signal(next(self._numbers), event.decision) for event in events)

    def _learn_checks(self, events: list[IntentDenied]) -> None:
        self._checks.update((check.name, check.title) for e in events for check in e.checks)

    def _refilter(self, with_hold: bool) -> None:
        self.view.filter.accept(None if with_hold else _acts)

    def _show_receipt(self, signal: Signal | None) -> None:
        translator, score = self.workspace.translator, signal and signal.decision.score
        self._pane.headline.setText(translator(_headline(signal)))
        results = score.results if score else ()
        self._pane.table.show_only(RuleLine(i, result) for i, result in enumerate(results))


def _acts(signal: Signal) -> bool:
    return signal.decision.action is not Action.HOLD


def _headline(signal: Signal | None) -> Text:
    if signal is None:
        return EMPTY
    decision = signal.decision
    score = decision.score
    if score is None:
        what = ACTION[decision.action]
        level = fmt.decimal(decision.level)
        return Text(TOUCHED.ko.format(what.ko, level), TOUCHED.en.format(what.en, level))
    parts = map(fmt.score, (score.buy, score.buy_threshold, score.sell, score.sell_threshold))
    text = SCORES.format(*parts)
    return text if score.is_warm else Text(text.ko + COLD.ko, text.en + COLD.en)
