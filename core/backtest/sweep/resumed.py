"""The sweep a command line asks for, as the journal knows it: a new one or one to go on with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from config.text import Text
from core.domain.errors import SweepError
from core.journal.sweeps import StoredResult, StoredSweep, SweepStore

_SHOWN = 3  # differences named
_TITLES = {
    "data": Text("데이터 파일", "the data files"),
    "settings": Text("설정", "the settings"),
    "search": Text("조합(--grid, --random, --seed)", "the search (--grid, --random, --seed)"),
    "days": Text("기간·달력·워크포워드", "days, calendar or walk-forward"),
    "code": Text("사용자 코드", "your own code"),
    "version": Text("프로그램 버전", "the program's version"),
}


@dataclass(frozen=True, slots=True)
class Begun:
    """A sweep in the journal, and what is known of it already."""

    number: int
    known: Sequence[StoredResult]


def begin(store: SweepStore, body: Mapping[str, Any], is_resumed: bool, now: datetime) -> Begun:
    """Add the sweep that `body` describes, or find the one of the same body that was broken off.

    Raises:
        SweepError: There is none to go on with; the text says why.
    """
    key = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    if not is_resumed:
        return Begun(store.begin(key, body, now), ())
    found = store.unfinished(key)
    if found is None:
        raise SweepError(_nothing(store.last(), body))
    return Begun(found.id, store.results(found.id))


def _nothing(last: StoredSweep | None, body: Mapping[str, Any]) -> Text:
    """Return why there is nothing to go on with."""
    if last is None:
        return Text(
            "이어서 할 스윕이 매매일지에 없습니다. --resume을 빼고 시작하세요",
            "the journal has no sweep to go on with; start one without --resume",
        )
    kept = json.loads(json.dumps(body))  # as it came back from the journal
    parts = [name for name in kept if kept[name] != last.body.get(name)]
    if not parts:
        return Text(
            f"이 스윕({last.began:%Y-%m-%d %H:%M} 시작)은 이미 끝났습니다. 다시 하려면 --resume을 "
            "빼세요",
            f"this sweep (begun {last.began:%Y-%m-%d %H:%M}) is already finished; to do it again, "
            "leave out --resume",
        )
    ko, en = zip(*((_TITLES[name].ko, _TITLES[name].en) for name in parts), strict=True)
    keys = _differing(kept["settings"], last.body.get("settings", {}))
    named = f" ({', '.join(keys)})" if keys else ""
    return Text(
        f"마지막 스윕({last.began:%Y-%m-%d %H:%M} 시작)과 다릅니다: {', '.join(ko)}{named}. 같은 "
        "조건으로 이어서 하거나 --resume을 빼고 새로 시작하세요",
        f"the last sweep (begun {last.began:%Y-%m-%d %H:%M}) differs in {', '.join(en)}{named}; go "
        "on under the same terms, or start anew without --resume",
    )


def _differing(now: Mapping[str, Any], then: Mapping[str, Any]) -> list[str]:
    keys = [key for key in sorted({*now, *then}) if now.get(key) != then.get(key)]
    return keys[:_SHOWN] + ["..."] * (len(keys) > _SHOWN)
