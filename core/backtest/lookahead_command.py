"""`backtest --look-ahead`: is there an indicator or rule that uses bars of the future?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from config.text import Text
from core.backtest.lookahead import Kind, Verdict, check
from core.backtest.lookahead_texts import FAILED_ON_THE_WAY
from core.backtest.market import MarketData, SymbolBars
from core.commands.console import DONE, FAILED, say_object, say_result
from core.program import Program

MOST_BARS = 20_000
"""Of each symbol, the newest: what looks ahead shows within a few days."""

_KINDS = {Kind.INDICATOR: Text("지표", "indicator"), Kind.RULE: Text("조건", "rule")}
_CLEAN = Text("{} {} ({}): 미래를 보지 않음", "{} {} ({}): does not look ahead")
_UNKNOWN = Text("{} {} ({}): 봉이 적어 알 수 없음", "{} {} ({}): too few bars to tell")
_ON = Text("{}: 봉 {}개로 검사", "{}: checked on {} bars")


def look_ahead(program: Program, market: MarketData, as_json: bool) -> int:
    """Check everything registered on each symbol; return the exit code.

    An indicator or rule that too few bars could be had for counts as not clean.
    """
    found = {
        bars.symbol: check(newest(bars, MOST_BARS), program.settings, market.zone)
        for bars in market.symbols
    }
    if as_json:
        say_object(_object(found), as_json=True)
    else:
        say_result("\n".join(_lines(found, program.language)))
    verdicts = [verdict for each in found.values() for verdict in each]
    return DONE if verdicts and all(verdict.is_clean for verdict in verdicts) else FAILED


def newest(bars: SymbolBars, count: int) -> SymbolBars:
    """Return the last whole days that have `count` bars or fewer, at least one day."""
    length = len(bars)
    if length <= count:
        return bars
    day = min(int(np.searchsorted(bars.day_first, length - count)), len(bars.day_first) - 1)
    start = int(bars.day_first[day])
    columns = bars.columns.part(start, length)
    return SymbolBars(bars.symbol, columns, bars.day_first[day:] - start, bars.closes[day:])


def _lines(found: Mapping[str, Sequence[Verdict]], language: str) -> list[str]:
    lines = list[str]()
    for symbol, verdicts in found.items():
        bars = verdicts[0].bars if verdicts else 0
        lines.append(_ON.format(symbol, f"{bars:,}").in_(language))
        lines += [f"  {_line(verdict).in_(language)}" for verdict in verdicts]
    return lines


def _line(verdict: Verdict) -> Text:
    if verdict.finding is not None:
        return verdict.finding.text
    if verdict.failures:
        return FAILED_ON_THE_WAY.format(verdict.title, verdict.failures)
    form = _CLEAN if verdict.is_clean else _UNKNOWN
    return form.format(_KINDS[verdict.kind], verdict.title, verdict.code)


def _object(found: Mapping[str, Sequence[Verdict]]) -> dict[str, Any]:
    listed = [
        {"symbol": symbol, **_as_json(verdict)}
        for symbol, verdicts in found.items()
        for verdict in verdicts
    ]
    is_clean = bool(listed) and all(each["is_clean"] for each in listed)
    return {"is_clean": is_clean, "verdicts": listed}


def _as_json(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "kind": verdict.kind.value,
        "code": verdict.code,
        "is_clean": verdict.is_clean,
        "failures": verdict.failures,
        "bars": verdict.bars,
        "cuts": verdict.cuts,
        "finding": None
        if finding is None
        else {
            "cause": finding.cause.value,
            "name": finding.name,
            "time": finding.time.isoformat(),
            "known_bars": finding.known_bars,
            "known": finding.known,
            "later": finding.later,
            "text": finding.text.en,
        },
    }
