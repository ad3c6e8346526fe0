"""Condition searches (조건식) that the emulated customer has saved, run over the whole market."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.kiwoom.emulator.answers import Facts
from broker.kiwoom.emulator.packets import (
    ConditionFound,
    ConditionMoved,
    ConditionsLoaded,
    Packet,
    RunCondition,
    StopCondition,
)
from broker.kiwoom.emulator.tape import Tape

EVERY = timedelta(minutes=1)
_LOADED = "[OK] 사용자 조건검색 목록 읽기"


@dataclass(frozen=True, slots=True)
class Saved:
    """One condition: the `count` securities with the highest `value`, where that is above 0."""

    name: str
    value: Callable[[Tape], float]
    count: int


def _change(tape: Tape) -> float:
    return (tape.price - tape.base) / tape.base if tape.base else 0.0


def _rush(tape: Tape) -> float:
    """Return by how much today's volume is above that of the day before at the same time."""
    usual = tape.same_time.volume(tape.last_time) if tape.last_time else 0
    return tape.volume / usual - 1 if usual else 0.0


SAVED = {
    0: Saved("거래대금 상위", lambda tape: tape.turnover, 20),
    1: Saved("등락률 상위", _change, 10),
    2: Saved("거래량 급증", _rush, 10),
}


class ConditionDesk:
    """Runs conditions on demand, and once a minute those that are watched."""

    def __init__(
        self,
        facts: Facts,
        tell: Callable[[Packet], None],
        at: Callable[[datetime, Callable[[], None]], None],
    ) -> None:
        """`at` does something at a moment, unless the line is lost before."""
        self._facts, self._tell, self._at = facts, tell, at
        self._watched: dict[int, frozenset[str]] = {}
        self._due: datetime | None = None  # the next look round

    def load(self) -> None:
        names = {index: saved.name for index, saved in SAVED.items()}
        self._tell(ConditionsLoaded(True, _LOADED, names))

    def run(self, request: RunCondition, now: datetime) -> None:
        """Answer who matches; an unknown condition matches nobody."""
        saved = SAVED.get(request.index)
        is_known = saved is not None and saved.name == request.name
        codes = self._matching(saved) if saved is not None and is_known else ()
        prices = tuple(self._facts.quotes.tape(code).price for code in codes)
        self._tell(ConditionFound(request.screen, request.name, request.index, codes, prices))
        if is_known and request.is_real_time:
            self._watched[request.index] = frozenset(codes)
            if self._due is None:
                self._look_again_after(now)

    def stop(self, request: StopCondition) -> None:
        self._watched.pop(request.index, None)

    def forget(self) -> None:
        """Stop everything: the line is lost."""
        self._watched.clear()
        self._due = None

    def _look_again_after(self, now: datetime) -> None:
        moment = now + EVERY
        if moment <= self._facts.venue.end:
            self._due = moment
            self._at(moment, self._look_round)

    def _look_round(self) -> None:
        now, self._due = self._due, None
        if not self._watched or now is None:
            return
        for index in sorted(self._watched):
            self._tell_changes(index)
        self._look_again_after(now)

    def _tell_changes(self, index: int) -> None:
        saved, before = SAVED[index], self._watched[index]
        after = frozenset(self._matching(saved))
        for code in sorted(before - after):
            self._tell(ConditionMoved(code, False, saved.name, index))
        for code in sorted(after - before):
            self._tell(ConditionMoved(code, True, saved.name, index))
        self._watched[index] = after

    def _matching(self, saved: Saved) -> tuple[str, ...]:
        """Return the codes that match, best first."""
        tapes = self._facts.universe.tapes()
        values = ((saved.value(tape), tape.instrument.symbol) for tape in tapes)
        ranked = sorted((-value, code) for value, code in values if value > 0)
        return tuple(code for _, code in ranked[: saved.count])
