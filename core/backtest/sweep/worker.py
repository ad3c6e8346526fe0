"""Runs parameter sets, in this process or in another one; keeps what neighbouring sets share."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.schema import Settings, declared
from config.text import Text
from core.backtest.fast import run_fast
from core.backtest.fast.brief import Brief, brief
from core.backtest.fast.entries import Entries, entry_terms
from core.backtest.fast.exits import with_exits
from core.backtest.fast.merge import Merge
from core.backtest.fast.plans import in_order
from core.backtest.fast.signals import Candidates, Signals
from core.backtest.fast.terms import Terms
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome, silent
from core.backtest.sweep.periods import WHOLE, Part, cut
from core.domain.errors import DataError
from core.journal.sweeps import StoredResult
from core.rules import registered
from core.user_code import UserCode
from core.user_code.guarded import GuardedRule

_NO_SIGNAL = ("risk.", "costs.")
"""Settings that no built-in indicator or rule reads: sets that differ in these share signals."""
_LEFT_OUT = frozenset({"best_day", "worst_day", "start_capital"})
_KEPT_ENTRIES = 4  # kinds of entries of one family: as many as costs and timetables alternate


@dataclass(frozen=True, eq=False)
class Job:
    """What a worker must know before its first task; may be sent to another process.

    Attributes:
        settings: Those that a backtest looks at, without the person's secrets and addresses.
        home: Where the user's own code is.
        code: The sha256 of each of those files that runs, by name.
    """

    market: MarketData
    settings: Mapping[str, Any]
    home: Path
    code: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """Some sets to run on one part of the data: place in the grid and changes of each."""

    part: Part
    sets: tuple[tuple[tuple[int, ...], Mapping[str, Any]], ...]


def family(changes: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return what of a set decides about its signals."""
    return tuple(item for item in changes.items() if not item[0].startswith(_NO_SIGNAL))


class Worker:
    """Runs tasks of one job, one after the other."""

    def __init__(self, job: Job) -> None:
        self._market = job.market
        # A process that only works for another has not loaded the options of brokers and windows.
        known = {item.key for item in declared()}
        self._settings = Settings({k: v for k, v in job.settings.items() if k in known})
        self._begin(WHOLE)

    def do(self, task: Task) -> list[StoredResult]:
        """Return what each set of a task brought, in their order."""
        return [self._one(task.part, place, changes) for place, changes in task.sets]

    def run(self, part: Part, changes: Mapping[str, Any]) -> tuple[Outcome, MarketData]:
        """Return one set's outcome on a part, and that part's market."""
        settings = self._chosen(part, changes)
        found = run_fast(self._days, settings, trade_from=part.trade_from, signals=self._candidates)
        return found, self._days

    def brief(self, part: Part, changes: Mapping[str, Any]) -> Brief:
        """Return one set's figures on a part: those of `run`, several times as fast."""
        settings = self._chosen(part, changes)
        terms = Terms.of(settings)
        plans = in_order([with_exits(one, terms) for one in self._entries_of(terms)])
        merge = Merge(self._days, plans, terms)
        merge.run(silent)
        return brief(self._days, merge, part.trade_from)

    def _one(self, part: Part, place: tuple[int, ...], changes: Mapping[str, Any]) -> StoredResult:
        found = self.brief(part, changes)
        metrics = {k: v for k, v in found.numbers.items() if k not in _LEFT_OUT}
        body = {"metrics": metrics, "returns": found.days.returns.tolist()}
        return StoredResult(part.name, place, body)

    def _begin(self, part: Part) -> None:
        self._part, self._days = part, cut(self._market, part)
        self._signals = [Signals(bars) for bars in self._days.symbols]
        self._family: object = None
        self._candidates: Sequence[Candidates] = ()
        self._entries: dict[Hashable, Sequence[Entries]] = {}

    def _chosen(self, part: Part, changes: Mapping[str, Any]) -> Settings:
        """Return a set's settings, with the part and the candidates at hand that belong to it."""
        if part != self._part:
            self._begin(part)
        settings, which = self._settings.changed(changes), family(changes)
        # A rule of the user's own may read any setting.
        is_shared = not any(issubclass(rule, GuardedRule) for rule in registered().values())
        if not is_shared or which != self._family:
            self._candidates = [one.candidates(settings) for one in self._signals]
            self._family, self._entries = which, {}
        return settings

    def _entries_of(self, terms: Terms) -> Sequence[Entries]:
        key = entry_terms(terms)
        if key not in self._entries:
            if len(self._entries) == _KEPT_ENTRIES:
                self._entries.clear()
            found = zip(self._days.symbols, self._candidates, strict=True)
            self._entries[key] = [
                Entries(place, bars, own.buys, own.sells, terms, self._part.trade_from)
                for place, (bars, own) in enumerate(found)
            ]
        return self._entries[key]


def begin_elsewhere(job: Job) -> Worker:
    """Return a worker in a process that has loaded nothing yet.

    Raises:
        DataError: The user's own code is not here as it is where the sweep was started.
    """
    own = UserCode(job.home)
    own.look()
    own.load_only()
    if dict(own.hashes()) != dict(job.code):
        names = ", ".join(sorted(set(job.code) ^ set(own.hashes())) or sorted(job.code))
        raise DataError(
            Text(
                f"계산하는 쪽의 {own.folder}에 있는 사용자 코드가 이쪽과 다릅니다: {names}. 같은 "
                "파일을 두고 신뢰하도록 하거나 --jobs로 이 컴퓨터에서 실행하세요",
                f"the own code in {own.folder} of the worker differs from the one here: {names}; "
                "put the same trusted files there, or run on this machine with --jobs",
            )
        )
    return Worker(job)
