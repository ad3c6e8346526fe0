"""Finds indicators and rules that look ahead: what they say of the past must not change later.

Everything is worked out on all bars and again on many shorter pasts; a value or a verdict of a bar
that both know has to be the same. And bar by bar, as in live trading, must give what all at once
gives: else a backtest would trade on other numbers than the engine does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from config.schema import Settings
from config.text import Text
from core import indicators, rules
from core.backtest.lookahead_texts import ADVICE
from core.backtest.market import SymbolBars
from core.backtest.outcome import Progress, silent
from core.domain.market import Bar
from core.domain.signal import Snapshot
from core.indicators import Arrays, Indicator, IndicatorSet
from core.indicators.registry import Numbers
from core.rules import Rule
from core.series import BarColumns
from core.user_code.guarded import GuardedIndicator, GuardedRule

_TOLERANCE = 1e-9  # relative, and absolute below 1: how far formulas may differ by rounding
_RANDOM_CUTS = 12
_DAY_CUTS = 6  # days at whose first and last bars the past is cut


class Kind(Enum):
    INDICATOR = "indicator"
    RULE = "rule"


class Cause(Enum):
    FUTURE = "future"  # a value of the past changes with bars that come later
    UPDATE = "update"  # bar by bar gives another value than all at once


@dataclass(frozen=True, slots=True)
class Finding:
    """The first value that is not what a trader could have known.

    Attributes:
        name: Of the indicator's value, or "buys" or "sells" of a rule.
        time: Start of the bar whose value it is.
        known: With the bars up to `known_bars`, or bar by bar; None while undefined, 0 or 1 of a
            rule.
        later: With all bars, all at once.
    """

    kind: Kind
    code: str
    title: Text
    name: str
    symbol: str
    time: datetime
    known_bars: int
    known: float | None
    later: float | None
    cause: Cause

    @property
    def text(self) -> Text:
        """What it means, and how to mend it."""
        at = f"{self.symbol} {self.time:%Y-%m-%d %H:%M}"
        form = ADVICE[self.kind.value, self.cause.value]
        known, later = _shown(self.known), _shown(self.later)
        return form.format(title=self.title, name=self.name, at=at, known=known, later=later)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of looking at one indicator or rule."""

    kind: Kind
    code: str
    title: Text
    bars: int
    cuts: int  # shorter pasts it was compared on; 0: too few bars, so nothing is known
    finding: Finding | None
    failures: int = 0  # errors of the user's own code on the way: then nothing is known either

    @property
    def is_clean(self) -> bool:
        return self.finding is None and self.cuts > 0 and not self.failures


@dataclass(frozen=True, slots=True)
class _Look:
    """The bars that everything is worked out on."""

    symbol: str
    columns: BarColumns
    bars: Sequence[Bar]
    cuts: Sequence[int]
    settings: Settings


@dataclass(frozen=True, slots=True)
class _Suspect:
    kind: Kind
    code: str
    title: Text


def check(
    bars: SymbolBars,
    settings: Settings,
    zone: ZoneInfo,
    codes: Collection[str] | None = None,
    seed: int = 1,
    progress: Progress = silent,
) -> tuple[Verdict, ...]:
    """Look at every registered indicator and rule, or at those with one of `codes`.

    Takes time in proportion to bars x 25; a few thousand bars show what there is to be seen.
    """
    found = _Look(
        bars.symbol, bars.columns, bars.bars(zone), cuts_of(bars, settings, seed), settings
    )
    chosen = [
        cls for code, cls in indicators.registered().items() if codes is None or code in codes
    ]
    names = {cls: code for code, cls in indicators.registered().items()}
    judged = {c: cls for c, cls in rules.registered().items() if codes is None or c in codes}
    verdicts: list[Verdict] = []
    for at, cls in enumerate(chosen):
        progress(at / (len(chosen) + len(judged)))
        suspect = _Suspect(Kind.INDICATOR, names[cls], cls.title)
        before = _failures(cls)
        finding = _look_at_indicator(cls, suspect, found)
        verdicts.append(_verdict(suspect, found, finding, _failures(cls) - before))
    return (*verdicts, *_look_at_rules(judged, found))


def check_bars(
    bars: Sequence[Bar], settings: Settings, codes: Collection[str] | None = None
) -> tuple[Verdict, ...]:
    """Look at the same on bars as a chart has them: of one symbol, oldest first, at least one."""
    columns, zone = BarColumns.from_bars(bars), bars[0].start.tzinfo
    assert isinstance(zone, ZoneInfo)
    first = columns.day_starts().astype(np.int64)
    closes = np.zeros(len(first), np.int64)  # nothing here asks when a session ends
    return check(SymbolBars(bars[0].symbol, columns, first, closes), settings, zone, codes)


def cuts_of(bars: SymbolBars, settings: Settings, seed: int) -> list[int]:
    """Return how many bars each shorter past has, ascending, each from 1 to one less than all.

    The first bars, round the warm-up, at the edges of days, and some at random.
    """
    count, random = len(bars), Random(seed)
    warmup = IndicatorSet(settings).warmup
    wanted = {1, 2, warmup - 1, warmup, warmup + 1, count // 2, count - 2, count - 1}
    days = random.sample(range(len(bars.day_end)), min(_DAY_CUTS, len(bars.day_end)))
    for day in days:
        end = int(bars.day_end[day])
        wanted |= {end - 1, end, end + 1, (int(bars.day_first[day]) + end) // 2}
    inner = range(1, max(count, 1))
    wanted |= set(random.sample(inner, min(_RANDOM_CUTS, len(inner))))
    return sorted(cut for cut in wanted if 1 <= cut < count)


def _look_at_indicator(cls: type[Indicator], suspect: _Suspect, look: _Look) -> Finding | None:
    whole = cls(look.settings).batch(look.columns.head(len(look.bars)))
    for cut in look.cuts:
        part = cls(look.settings).batch(look.columns.head(cut))
        for name in cls.names:
            at = _first_difference(part[name], whole[name][:cut])
            if at is not None:
                pair = float(part[name][at]), float(whole[name][at])
                return _finding(suspect, look, name, at, cut, pair, Cause.FUTURE)
    live = _bar_by_bar([cls(look.settings)], cls.names, look.bars)
    for name in cls.names:
        at = _first_difference(live[name], whole[name])
        if at is not None:
            pair = float(live[name][at]), float(whole[name][at])
            return _finding(suspect, look, name, at, at + 1, pair, Cause.UPDATE)
    return None


def _look_at_rules(judged: dict[str, type[Rule]], look: _Look) -> Iterator[Verdict]:
    """Judge with the values that every shorter past has: a rule may peek through an indicator."""
    columns, cuts, settings = look.columns, look.cuts, look.settings
    whole = IndicatorSet(settings).batch(columns.head(len(look.bars)))
    parts = [(cut, IndicatorSet(settings).batch(columns.head(cut))) for cut in cuts]
    every = [cls(settings) for cls in indicators.registered().values()]
    live = _bar_by_bar(every, IndicatorSet(settings).names, look.bars)
    for code, cls in judged.items():
        suspect = _Suspect(Kind.RULE, code, cls.title)
        before = _failures(cls)
        found = _look_at_rule(cls, suspect, look, whole, [*parts, (len(look.bars), live)])
        yield _verdict(suspect, look, found, _failures(cls) - before)


def _look_at_rule(
    cls: type[Rule],
    suspect: _Suspect,
    look: _Look,
    whole: Arrays,
    parts: Sequence[tuple[int, Arrays]],
) -> Finding | None:
    later = _judged(cls(look.settings), look.bars, whole)
    for cut, values in parts:
        known = _judged(cls(look.settings), look.bars[:cut], values)
        for name in ("buys", "sells"):
            at = _first_difference(known[name], later[name][:cut])
            if at is not None:
                pair = float(known[name][at]), float(later[name][at])
                is_live = cut == len(look.bars)
                cause = Cause.UPDATE if is_live else Cause.FUTURE
                return _finding(suspect, look, name, at, at + 1 if is_live else cut, pair, cause)
    return None


def _judged(rule: Rule, bars: Sequence[Bar], values: Arrays) -> Arrays:
    """Return what a rule says of each bar, 1 where a side holds."""
    rows = _rows(values, len(bars))
    said: Arrays = {"buys": np.zeros(len(bars)), "sells": np.zeros(len(bars))}
    prev: Snapshot | None = None
    for at, (bar, row) in enumerate(zip(bars, rows, strict=True)):
        latest = Snapshot(bar, row)
        result = rule.evaluate(prev, latest)
        said["buys"][at], said["sells"][at] = result.buys, result.sells
        prev = latest
    return said


def _rows(values: Arrays, count: int) -> Iterator[Numbers]:
    lists = {name: array.tolist() for name, array in values.items()}
    for at in range(count):
        yield {n: None if v[at] != v[at] else v[at] for n, v in lists.items()}


def _bar_by_bar(
    live: Sequence[Indicator], names: Sequence[str], bars: Sequence[Bar]
) -> dict[str, NDArray[np.float64]]:
    found = {name: np.full(len(bars), np.nan) for name in names}
    for at, bar in enumerate(bars):
        values: Numbers = {}
        for one in live:
            one.update(bar, values)
        for name in names:
            value = values[name]
            if value is not None:
                found[name][at] = value
    return found


def _first_difference(known: NDArray[np.float64], later: NDArray[np.float64]) -> int | None:
    same = np.isclose(known, later, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)
    return None if same.all() else int(np.argmin(same))


def _finding(
    suspect: _Suspect,
    look: _Look,
    name: str,
    at: int,
    known_bars: int,
    pair: tuple[float, float],
    cause: Cause,
) -> Finding:
    known, later = (None if value != value else value for value in pair)
    start = look.bars[at].start
    of = suspect.kind, suspect.code, suspect.title
    return Finding(*of, name, look.symbol, start, known_bars, known, later, cause)


def _verdict(suspect: _Suspect, look: _Look, finding: Finding | None, failures: int) -> Verdict:
    kind, code, title = suspect.kind, suspect.code, suspect.title
    return Verdict(kind, code, title, len(look.bars), len(look.cuts), finding, failures)


def _failures(cls: type[Indicator] | type[Rule]) -> int:
    """Return how often the file of a user's own class has failed so far."""
    if issubclass(cls, GuardedIndicator | GuardedRule):
        return cls.troubles.count(cls.owner.file)
    return 0


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.10g}"
