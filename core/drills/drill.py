"""One emergency: what is done, what must hold, and the register of all of them.

A drill is a function of the `Bench` under `@drill`. It raises `DrillFailedError` where what must
hold did not, and returns what was seen where it did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from config.text import Text
from core.domain.errors import TerminalError

if TYPE_CHECKING:
    from core.drills.bench import Bench


class DrillFailedError(TerminalError):
    """What must hold did not; `text` says what was seen instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Family(Enum):
    """What a drill is about; the order of the table."""

    CRASH = "crash"
    FLATTEN = "flatten"
    LINE = "line"
    RECORDS = "records"
    PEERS = "peers"


FAMILIES = {
    Family.CRASH: Text("강제 종료", "Crash"),
    Family.FLATTEN: Text("전량청산", "Flatten"),
    Family.LINE: Text("접속·응답", "Line and answers"),
    Family.RECORDS: Text("기록", "Records"),
    Family.PEERS: Text("다른 프로그램의 결함", "Defects of peers"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a drill that held has to tell; `safe_s`: market seconds until the state was safe."""

    text: Text
    safe_s: float | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """One emergency; `peers` are the defects of other programs that it is the answer to."""

    code: str
    family: Family
    title: Text
    must: Text
    run: Callable[[Bench], Seen]
    peers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "family": self.family.value,
            "title": self.title.en,
            "title_ko": self.title.ko,
            "must": self.must.en,
            "must_ko": self.must.ko,
            "peers": list(self.peers),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one drill went; `market_s` until the safe state, `real_s` of the whole drill."""

    drill: Drill
    passed: bool
    seen: Text
    real_s: float
    market_s: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            **self.drill.as_json(),
            "passed": self.passed,
            "market_s": self.market_s,
            "real_s": round(self.real_s, 2),
            "seen": self.seen.en,
            "seen_ko": self.seen.ko,
        }


_DRILLS: dict[str, Drill] = {}
_Run = Callable[["Bench"], Seen]


def drill(
    family: Family, title: Text, must: Text, peers: Sequence[str] = ()
) -> Callable[[_Run], _Run]:
    """Register a function as a drill; its name is the drill's code, which never changes."""

    def register(run: _Run) -> _Run:
        code = run.__name__
        if code in _DRILLS:
            raise ValueError(f"two drills are called {code}")
        _DRILLS[code] = Drill(code, family, title, must, run, tuple(peers))
        return run

    return register


def registered() -> tuple[Drill, ...]:
    """Return every registered drill by family, in the order of registration within it."""
    order = list(Family)
    return tuple(sorted(_DRILLS.values(), key=lambda each: order.index(each.family)))


def require(holds: object, failed: Text) -> None:
    """Raise DrillFailedError with this text unless it holds."""
    if not holds:
        raise DrillFailedError(failed)
