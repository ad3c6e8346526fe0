"""Whether a replayed session decided what it decided then."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from config.text import Text
from core.blackbox.header import Header
from core.domain.errors import JournalError
from core.journal.reader import StoredRecord, last_session, read
from core.program import Program

_NOT_COMPARED = Text("판단을 비교하지 못했습니다: {}", "decisions not compared: {}")

Key = tuple[str, ...]
"""Symbol, time and action of a decision; and where these are the same, a value that differs."""


class Agreement(NamedTuple):
    """Decisions of two sessions, side by side.

    Attributes:
        same: How many were the same from the first one on.
        first: The first two that differ, None where one is missing.
    """

    then: int
    now: int
    same: int
    first: tuple[Key | None, Key | None] | None


def agreement(target: str | Path, then: int, now: int) -> Agreement:
    """Compare the decisions of two sessions of a journal; raises JournalError."""
    first, second = _decisions(target, then), _decisions(target, now)
    same = 0
    for one, other in zip_longest(first, second):
        if one != other:
            return Agreement(len(first), len(second), same, _told(one, other))
        same += 1
    return Agreement(len(first), len(second), same, None)


def say_agreement(program: Program, header: Header) -> None:
    """Tell how the last session compares with the recorded one, if the journal has that one."""
    target = program.journal_target
    try:
        if not _has(target, header):
            return
        found = agreement(target, header.session, last_session(target))
    except JournalError as error:
        program.say(
            Text("판단을 비교하지 못했습니다: {}", "decisions not compared: {}").format(error)
        )
        return
    program.say(_said(found))


def _said(found: Agreement) -> Text:
    if found.first is None:
        return Text(
            f"판단 {found.now:,}건이 모두 그때와 같습니다",
            f"all {found.now:,} decisions are those of then",
        )
    was, now = (" ".join(key) if key else "-" for key in found.first)
    return Text(
        f"판단이 처음 {found.same:,}건까지 그때와 같고, 그다음이 다릅니다(그때 {was}, 지금 {now}). "
        "체결이나 설정이 다르면 보유가 달라져 판단도 달라집니다",
        f"the first {found.same:,} decisions are those of then; the next differs (then {was}, now "
        f"{now}): with other fills or settings other positions are held",
    )


def _has(target: str | Path, header: Header) -> bool:
    """Return whether the journal's session of that number is the recorded one."""
    began = [record.time for record in read(target, ("session",), header.session)]
    return began == [header.began]


def _decisions(target: str | Path, session: int) -> list[dict[str, Any]]:
    return [_plain(record) for record in read(target, ("decision",), session)]


def _plain(record: StoredRecord) -> dict[str, Any]:
    decision = dict(record.body["decision"])
    decision.pop("level", None)  # where a stop stands follows from the fill's price
    return decision


def _told(then: dict[str, Any] | None, now: dict[str, Any] | None) -> tuple[Key | None, Key | None]:
    was, is_ = _key(then), _key(now)
    if was is None or is_ is None or was != is_:
        return was, is_
    name, *values = next(_differing("", then, now))
    one, other = (f"{name}={value}" for value in values)
    return (*was, one), (*is_, other)


def _differing(name: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield every value that differs, with its place such as score.buy_threshold."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        inside = [(str(key), value, other[key]) for key, value in one.items()]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        inside = [(str(at), *pair) for at, pair in enumerate(zip(one, other, strict=True))]
    else:
        if one != other:
            yield name, one, other
        return
    for key, *values in inside:
        yield from _differing(f"{name}.{key}".removeprefix("."), *values)


def _key(decision: dict[str, Any] | None) -> Key | None:
    if decision is None:
        return None
    return str(decision["symbol"]), str(decision["time"]), str(decision["action"])
