"""Looks after every change whether all that must hold does; a broken one stops entries."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from config.text import Text
from core.domain.messages import Lamp, Severity
from core.domain.order import OrderId
from core.engine.invariants import Books, Known, all_invariants
from core.engine.market import SymbolMarket
from core.engine.parts import Parts

_BROKEN = Text(
    "지켜야 할 것이 깨져 신규 진입을 멈췄습니다({}): {}. 청산은 계속됩니다. "
    "고친 뒤 시작을 누르세요",
    "entries are stopped, as what must always hold does not ({}): {}. Exits go on; "
    "press START once it is mended",
)
_STILL = Text(
    "아직 고쳐지지 않아 시작하지 않습니다({}): {}", "not started, since this is not mended ({}): {}"
)
_FAILED = Text("검사하지 못했습니다: {!r}", "it can't be checked: {!r}")


class Alarm(Protocol):
    """Told of each invariant that breaks, by its code."""

    def __call__(self, code: str, text: Text, now: datetime) -> None: ...


class InvariantWatch:
    """Owned by the engine thread; `look` is called only where orders or positions have changed."""

    def __init__(self, parts: Parts, alarm: Alarm) -> None:
        self._parts, self._alarm = parts, alarm
        self._known = all_invariants()
        self._broken: dict[str, Text] = {}  # until a person has pressed START after it was mended
        self._seen: frozenset[OrderId] = frozenset()  # own orders at the last look
        self._acknowledged: set[OrderId] = set()  # overfilled orders

    @property
    def is_broken(self) -> bool:
        return bool(self._broken)

    @property
    def broken(self) -> dict[str, Text]:
        """What is broken and why, by code."""
        return dict(self._broken)

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        return "invariant" if self._broken else ""

    def look(self, now: datetime) -> None:
        """Look at everything once."""
        books = self._books()
        for known in self._known:
            if known.name not in self._broken:
                text = _what_is_wrong(known, books)
                if text is not None:
                    self._break(known, text, now)

    def acknowledge(self, now: datetime) -> bool:
        """A person says that all is well: return whether it is, and believe it then."""
        if not self._broken:
            return True
        self._acknowledged.update(self._parts.orders.overfilled)
        books = self._books(is_all_fresh=True)
        for known in self._known:
            if known.name not in self._broken:
                continue
            text = _what_is_wrong(known, books)
            if text is None:
                del self._broken[known.name]
            else:
                self._broken[known.name] = text
                self._note(_STILL, known, text, now)
        return not self._broken

    def lamps(self) -> list[Lamp]:
        """Return one lamp for each invariant."""
        nothing = Text.of("")
        return [
            Lamp(k.name, k.title, k.name not in self._broken, self._broken.get(k.name, nothing))
            for k in self._known
        ]

    def _books(self, is_all_fresh: bool = False) -> Books:
        parts, orders = self._parts, self._parts.orders
        working = tuple(orders.working())
        own = tuple(order for order in working if orders.is_of_this_run(order))
        fresh = own if is_all_fresh else tuple(o for o in own if o.id not in self._seen)
        self._seen = frozenset(order.id for order in own)
        overfilled = tuple(o for i, o in orders.overfilled.items() if i not in self._acknowledged)
        return Books(
            settings=parts.settings,
            portfolio=parts.account.portfolio,
            markets=parts.markets,
            working=working,
            own=own,
            fresh=fresh,
            overfilled=overfilled,
            is_limited=parts.day.is_limited,
        )

    def _break(self, known: Known, text: Text, now: datetime) -> None:
        self._broken[known.name] = text
        self._note(_BROKEN, known, text, now, stops_entries=True)
        self._alarm(known.name, text, now)

    def _note(
        self, form: Text, known: Known, text: Text, now: datetime, *, stops_entries: bool = False
    ) -> None:
        said = form.format(known.title, text)
        self._parts.outbox.note(now, Severity.ERROR, said, stops_entries=stops_entries)


def _what_is_wrong(known: Known, books: Books) -> Text | None:
    try:
        return known.broken(books)
    except Exception as error:
        # What can't be looked at must not be believed, and exits must not wait for its bug.
        return _FAILED.format(error)
