"""The home folder: rights, space, journal, and what an earlier run left there."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from config.text import Text
from core.doctor.check import DoctorContext, Judged, Level, check
from core.domain.errors import JournalError
from core.instance.lock import is_in_use, owner_of

_MB = 1_000_000
_LEAST_FREE, _ENOUGH_FREE = 200 * _MB, 1_000 * _MB  # a day's journal and logs; many days'


@check("home")
def _home(context: DoctorContext) -> Judged:
    try:
        with tempfile.TemporaryFile(dir=_existing(context.home)) as probe:
            probe.write(b"?")
    except OSError as error:
        return (
            Level.FAIL,
            Text(
                f"{context.home}에 쓸 수 없습니다({error.strerror})",
                f"{context.home} can't be written ({error.strerror})",
            ),
            Text("폴더 권한을 고치거나 --home으로 바꾸세요", "mend its rights, or choose --home"),
        )
    return Level.OK, Text.of(str(context.home))


@check("disk")
def _disk(context: DoctorContext) -> Judged:
    free = shutil.disk_usage(_existing(context.home)).free
    what = Text(f"{free // _MB:,} MB 남음", f"{free // _MB:,} MB free")
    if free >= _ENOUGH_FREE:
        return Level.OK, what
    advice = Text(
        f"{_ENOUGH_FREE // _MB:,} MB 이상 비우세요. 가득 차면 기록이 멈춥니다",
        f"free {_ENOUGH_FREE // _MB:,} MB or more; a full disk stops the journal",
    )
    return (Level.WARN if free >= _LEAST_FREE else Level.FAIL), what, advice


@check("journal")
def _journal(context: DoctorContext) -> Judged:
    from core.journal import last_session  # here, as SQLAlchemy takes long to import
    from core.journal.database import file_of, name_of, url_of

    advice = Text(
        "다른 프로그램이 쓰고 있는지, 권한과 디스크를 확인하세요",
        "see whether another program has it open, and check its rights and the disk",
    )
    try:
        url = url_of(context.journal)
        name, file = name_of(url), file_of(url)
        if file is not None and not file.exists():
            return Level.OK, Text(
                f"{name}: 처음 시작할 때 만듭니다", f"{name}: made at first start"
            )
        sessions = last_session(context.journal)
    except JournalError as error:
        return Level.FAIL, error.text, advice
    if file is not None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        return Level.FAIL, Text(f"{name}: 쓸 수 없습니다", f"{name}: can't be written"), advice
    return Level.OK, Text(f"{name}: 기록 {sessions}회", f"{name}: {sessions} runs recorded")


@check("instance")
def _instance(context: DoctorContext) -> Judged:
    owner = owner_of(context.home)
    if context.home.is_dir() and is_in_use(context.home):
        return (
            Level.WARN,
            Text(f"실행 중입니다: {owner}", f"running: {owner}"),
            Text(
                "둘째 창은 열리지 않습니다. 먼저 닫거나 --home으로 다른 폴더를 쓰세요",
                "a second one will not start; close it first, or choose --home",
            ),
        )
    if owner is not None:
        return (
            Level.WARN,
            Text(f"정상 종료되지 않았습니다: {owner}", f"did not end properly: {owner}"),
            Text(
                "다시 시작하면 주문과 잔고를 맞춥니다. 보유 종목을 확인하세요",
                "the next start reconciles orders and holdings; look at what is held",
            ),
        )
    return Level.OK, Text("실행 중인 터미널이 없습니다", "no terminal is running")


def _existing(folder: Path) -> Path:
    """Return `folder`, or the nearest one above it, as far as it is there."""
    found = folder.absolute()
    while not found.exists() and found != found.parent:
        found = found.parent
    return found
