"""How the drills went, as a table to read, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from config.text import Text
from core.drills.drill import FAMILIES, Drill, Outcome

PASSED, FAILED = Text("통과", "pass"), Text("실패", "FAIL")
HEADINGS = (
    Text("훈련", "Drill"),
    Text("결과", "Result"),
    Text("안전까지(시장 초)", "Safe after, market s"),
    Text("걸린 시간(초)", "Real s"),
    Text("본 것", "Seen"),
)


def line(outcome: Outcome, language: str) -> str:
    """Return one line for a person, as soon as the drill is over."""
    result, safe = _result(outcome).in_(language), _safe(outcome) or "-"
    title, seen = outcome.drill.title.in_(language), outcome.seen.in_(language)
    return f"{result:<4} {safe:>9} s  {outcome.drill.code:<32} {title}: {seen}"


def summary(outcomes: Sequence[Outcome]) -> Text:
    failed = sum(not outcome.passed for outcome in outcomes)
    real_s = sum(outcome.real_s for outcome in outcomes)
    return Text(
        f"훈련 {len(outcomes)}가지 중 {len(outcomes) - failed}가지 통과, {failed}가지 실패 "
        f"({real_s:.0f}초)",
        f"{len(outcomes) - failed} of {len(outcomes)} drills passed, {failed} failed "
        f"({real_s:.0f} s)",
    )


def as_json(outcomes: Sequence[Outcome], kills: int, seed: int, now: datetime) -> dict[str, Any]:
    """Return all of it as one object; `now` is when the drills were over."""
    return {
        "time": now.isoformat(timespec="seconds"),
        "passed": all(outcome.passed for outcome in outcomes),
        "kills": kills,
        "seed": seed,
        "drills": [outcome.as_json() for outcome in outcomes],
    }


def markdown(outcomes: Sequence[Outcome], language: str) -> str:
    """Return the table with one part for each family, as it stands in the README."""
    headings = " | ".join(heading.in_(language) for heading in HEADINGS)
    rows = [f"| {headings} |", "| --- | --- | ---: | ---: | --- |"]
    family = None
    for outcome in outcomes:
        if outcome.drill.family is not family:
            family = outcome.drill.family
            rows.append(f"| **{FAMILIES[family].in_(language)}** | | | | |")
        rows.append(_row(outcome, language))
    return "\n".join(rows)


def listed(drills: Sequence[Drill], language: str) -> str:
    """Return what there is to drill, and what must hold in each."""
    return "\n".join(
        f"{drill.code:<32} {drill.title.in_(language)}: {drill.must.in_(language)}"
        for drill in drills
    )


def _row(outcome: Outcome, language: str) -> str:
    drill = outcome.drill
    peers = f" ({', '.join(drill.peers)})" if drill.peers else ""
    cells = (
        f"{drill.title.in_(language)}{peers}",
        _result(outcome).in_(language),
        _safe(outcome),
        f"{outcome.real_s:.1f}",
        outcome.seen.in_(language).replace("|", "/").replace("\n", " "),
    )
    return f"| {' | '.join(cells)} |"


def _result(outcome: Outcome) -> Text:
    return PASSED if outcome.passed else FAILED


def _safe(outcome: Outcome) -> str:
    return "" if outcome.market_s is None else f"{outcome.market_s:,.1f}"
