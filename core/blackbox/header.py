"""What a recording begins with: all that an engine is made of besides its ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from config import own_code
from config.schema import Settings
from config.text import Text
from core.blackbox.codec import Codecs
from core.blackbox.errors import RecordingError

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Header:
    """Written when a run begins; names the session of the journal it belongs to."""

    version: str  # of the program
    mode: str
    session: int
    began: datetime  # as the journal's session record has it
    run_id: str
    symbols: tuple[str, ...]
    settings: Settings
    zone: str
    corrections: str  # the user's own, of the calendar; a file's text, empty: none
    absent: tuple[str, ...]  # ports that were not there

    def packed(self) -> dict[str, Any]:
        """Return the header as the first block has it."""
        pack = Codecs().of(Header).pack
        assert pack is not None
        return {
            "format": _FORMAT,
            "version": self.version,
            "user_code": own_code.running(),
            "header": pack(self),
        }


def read_header(block: Any, zone: tzinfo) -> Header:
    """Return what the first block of a recording says.

    Raises:
        RecordingError: It is of a program whose engine was made of other things, or with other
            code of the user's own.
    """
    made_by = block.get("version") if isinstance(block, Mapping) else None
    if isinstance(block, Mapping):
        _check_own_code(block.get("user_code"))
    try:
        assert isinstance(block, Mapping) and block["format"] == _FORMAT
        unpack = Codecs(zone).of(Header).unpack
        assert unpack is not None
        header = unpack(block["header"])
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise RecordingError(
            Text(
                f"버전 {made_by}의 녹화라 이 버전으로 재생할 수 없습니다({error!r}). 그 버전의 "
                "프로그램으로 재생하세요",
                f"recorded by version {made_by}, which this one can't replay ({error!r}); use the "
                "program that recorded it",
            )
        ) from error
    assert isinstance(header, Header)
    return header


def _check_own_code(recorded: Any) -> None:
    """Raise RecordingError where other files of the user's own run now than were recorded with."""
    then = dict(recorded) if isinstance(recorded, Mapping) else {}  # older recordings had none
    now = own_code.running()
    wrong = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if not wrong:
        return
    absent = ", ".join(name for name in wrong if name not in now) or "-"
    added = ", ".join(name for name in wrong if name not in then) or "-"
    changed = ", ".join(name for name in wrong if name in now and name in then) or "-"
    raise RecordingError(
        Text(
            f"녹화할 때와 내 코드가 달라 재생하면 다른 결과가 나옵니다. 없는 파일: {absent} · 바뀐 "
            f"파일: {changed} · 그때는 없던 파일: {added}. 그때의 파일을 되돌리고 신뢰한 뒤 다시 "
            "시도하세요",
            f"recorded with other code of your own, so a replay would come out differently. Not "
            f"there now: {absent}; changed since: {changed}; not there then: {added}. Put back "
            "the files as they were, trust them, then try again",
        )
    )
