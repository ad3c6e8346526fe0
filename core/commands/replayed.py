"""The command `journal replay`: is what was recorded what the engine would do again?"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from config.text import Text
from core.blackbox.compared import Row
from core.blackbox.errors import DivergedError, RecordingError
from core.blackbox.header import Header
from core.blackbox.player import Player, Replayed
from core.blackbox.reel import Reel
from core.blackbox.shelf import Shelf
from core.commands.console import DONE, FAILED, say_object
from core.commands.recordings import calendar_of
from core.journal.reader import reading, rows
from core.program import Program


def replay_session(program: Program, args: Namespace) -> int:
    """Replay a recorded session, the last one unless it is named; say what came of it.

    Raises:
        RecordingError: The recording is missing, changed or cut.
        JournalError: The journal can't be read.
    """
    path = Shelf(program.home).find(args.session)
    reel = Reel(path, program.zone)
    with reading(program.journal_target) as db:
        found = rows(db, session=reel.header.session)
        _check_belonging(reel, next(found, None))
        played = Player(reel, calendar_of(program, reel.header), found).play()
    program.say(_verdict(played))
    say_object(_result(path, reel.header, played), args.json)
    return DONE if played.difference is None else FAILED


def _check_belonging(reel: Reel, row: Row | None) -> None:
    """Raise RecordingError where the journal's session is another one than was recorded."""
    header = reel.header
    if row is None or (row.kind, row.time) != ("session", header.began.isoformat()):
        raise RecordingError(
            Text(
                f"{reel.path}: 매매일지에 이 녹화의 세션 {header.session}({header.began})이(가) "
                "없습니다. 다른 매매일지의 녹화입니다",
                f"{reel.path}: the journal has no session {header.session} that began at "
                f"{header.began}; the recording belongs to another journal",
            )
        )


def _verdict(played: Replayed) -> Text:
    difference = played.difference
    if difference is not None:
        return _different(difference)
    records, orders = f"{played.records:,}", f"{played.orders:,}"
    same = Text(
        f"같습니다: 기록 {records}건, 주문 {orders}건",
        f"the same {records} records, {orders} orders",
    )
    return same if played.is_whole else _with_tail(same, played)


def _with_tail(same: Text, played: Replayed) -> Text:
    """Say what a killed program left on one side only."""
    return Text(
        f"{same.ko}. 프로그램이 강제 종료되어 녹화에 끝 표시가 없습니다(매매일지에만 있는 마지막 "
        f"기록 {played.beyond:,}건, 재생에만 있는 기록 {played.unwritten:,}건)",
        f"{same.en}; the program was killed, so the recording has no end mark ({played.beyond:,} "
        f"last records are in the journal only, {played.unwritten:,} in the replay only)",
    )


def _different(difference: DivergedError) -> Text:
    where, was, now = difference.where, difference.was, difference.now
    return Text(
        f"다릅니다: {where.ko}\n  기록: {was}\n  재생: {now}",
        f"different at {where.en}\n  was: {was}\n  is:  {now}",
    )


def _result(path: Path, header: Header, played: Replayed) -> dict[str, Any]:
    difference = played.difference
    return {
        "is_same": difference is None,
        "session": header.session,
        "mode": header.mode,
        "version": header.version,
        "messages": played.messages,
        "records": played.records,
        "orders": played.orders,
        "is_whole": played.is_whole,
        "records_unwritten": played.unwritten,
        "records_beyond": played.beyond,
        "difference": None if difference is None else str(difference),
        "recording": str(path),
    }
