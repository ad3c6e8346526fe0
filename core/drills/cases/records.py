"""Journal, settings and home folder: a full disk, damage, tampering, kills, two at once."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import time
from random import Random
from typing import Any

from config.text import Text
from core.clock import monotonic
from core.domain.messages import IntentDenied, Severity
from core.drills.bench import Bench
from core.drills.disk import filled_up
from core.drills.drill import Family, Seen, drill, require
from core.drills.soundness import require_restraint, require_sound, require_whole
from core.drills.stage import EAGER, KEEPS, Scene, flattened
from core.instance import owner_of
from core.journal.verification import verify

_BUSY: dict[str, Any] = {**EAGER, "strategy__sell_threshold": 0.5}
HELD = {"005930": 40, "000660": 15, "005380": 12}


@drill(
    Family.RECORDS,
    Text("디스크가 가득 참", "Disk full"),
    Text(
        "쓸 수 없으면 사지 않고, 팔기는 계속하며, 자리가 나면 빠짐없이 쓴다",
        "nothing is bought that can't be written, selling goes on, and all is written later",
    ),
)
def disk_full(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **_BUSY)
    stage.buys(1)
    with filled_up(stage.journal):
        began = stage.now
        full = Text("디스크 부족을 알아챔", "the full disk is noticed")
        stage.run_until(lambda: stage.notes(Severity.ERROR), 1_800, full)
        bought, safe_s = len(stage.broker.entries), (stage.now - began).total_seconds()
        stage.run_for(900)
        more = stage.broker.entries[bought:]
        require(not more, Text(f"매수 {len(more)}건", f"{len(more)} entries were sent"))
        what = Text("막힌 매수", "an entry that was refused")
        stage.run_until(lambda: stage.said(IntentDenied), 3_600, what)
        flattened(stage)
        kept = stage.journal.pending
    require(stage.writes_again(kept), Text("쓰지 못함", "they were not written later"))
    require_sound(stage)
    return Seen(Text(f"기록 {kept}건을 나중에 씀", f"{kept} records written later"), safe_s)


@drill(
    Family.RECORDS,
    Text("손상된 일지", "A damaged journal"),
    Text(
        "손상된 파일은 그대로 옆에 두고, 증권사 잔고로 새로 시작한다. 아무것도 덮어쓰지 않는다",
        "the damaged file is set aside as it is; a new one begins from the broker's account",
    ),
)
def journal_damaged(bench: Bench) -> Seen:
    first = bench.stage(Scene(at=time(9, 30)), **EAGER, **KEEPS)
    first.buys(2)
    held = first.held()
    first.close()
    damaged = bytearray(first.journal_file.read_bytes())
    damaged[0:64] = b"\xff" * 64
    first.journal_file.write_bytes(damaged)
    second = bench.stage(Scene(starts=False), **EAGER, **KEEPS)
    what = Text("잔고를 이어받음", "the account is taken over")
    safe_s = second.run_until(lambda: second.engine.account.holdings() == held, 60, what)
    aside = list(second.home.glob("journal.sqlite.corrupt-*"))
    require(len(aside) == 1, Text(f"{aside}", f"set aside: {aside}"))
    require(aside[0].read_bytes() == bytes(damaged), Text("바뀌었습니다", "it was changed"))
    flattened(second)
    require_restraint(second)
    require_whole(second)
    return Seen(Text("옆에 두고 잔고로 재구성", "set aside, rebuilt from the broker"), safe_s)


@drill(
    Family.RECORDS,
    Text("고쳐진 일지", "A journal that was tampered with"),
    Text(
        "바뀌거나 빠지거나 순서가 바뀐 기록을 찾아 몇 번인지 말한다",
        "a changed, missing or swapped record is found, and its number told",
    ),
)
def journal_tampered(bench: Bench) -> Seen:
    stage = bench.stage(Scene(at=time(9, 30)), **_BUSY)
    stage.buys(2)
    flattened(stage)
    require_sound(stage)
    whole = stage.journal_file.read_bytes()
    for what, forgery in _FORGERIES.items():
        forged = bench.folder / f"{what}.sqlite"
        forged.write_bytes(whole)
        with closing(sqlite3.connect(forged)) as db:
            db.executescript(forgery)
            db.commit()
        found = verify(forged)
        text = Text(f"찾지 못함: {what}", f"not found: {what}")
        require(any(problem.seq in (9, 10) for problem in found.problems), text)
    return Seen(Text(f"{len(_FORGERIES)}가지를 모두 찾음", f"all {len(_FORGERIES)} found"))


_FORGERIES = {
    "changed": "UPDATE records SET body = replace(body, '1', '2') WHERE seq = 9",
    "missing": "DELETE FROM records WHERE seq = 9",
    "swapped": "UPDATE records SET seq = -1 WHERE seq = 9; UPDATE records SET seq = 9 "
    "WHERE seq = 10; UPDATE records SET seq = 10 WHERE seq = -1",
}


@drill(
    Family.RECORDS,
    Text("저장하다 죽음", "Killed while saving"),
    Text(
        "설정을 저장하는 순간 죽어도 앞의 파일이나 새 파일이 온전히 남는다",
        "killed in the middle of saving, the old file or the new one is there, whole",
    ),
    peers=("VN 7",),
)
def killed_while_saving(bench: Bench) -> Seen:
    file, random = bench.folder / "config.json", Random(bench.seed)
    kills = 6
    for _ in range(kills):
        child = bench.victim("saving", str(file))
        child.until(file.exists)
        child.pause(random.uniform(0, 0.05))
        child.kill()
        read = json.loads(file.read_text("utf-8"))
        whole = len(read["filler"]) == read["length"]
        require(whole, Text("반만 쓰였습니다", "the file was written by half"))
    return Seen(Text(f"{kills}번 죽여도 온전함", f"whole after {kills} kills"))


@drill(
    Family.RECORDS,
    Text("두 번째 실행", "A second instance"),
    Text(
        "같은 폴더의 두 번째 터미널은 주문하지 않고, 누가 쓰는지 말하며, 첫째는 계속한다",
        "a second terminal on the same folder trades nothing and names the first, which goes on",
    ),
)
def second_instance(bench: Bench) -> Seen:
    home = bench.folder / "home"
    settings = bench.folder / "none.json"  # not those of the trader
    settings.write_text("{}", "utf-8")
    words = ("headless", "--home", home, "--config", settings, "--speed", 60)
    first = bench.child(words)
    first.until(lambda: home.exists() and owner_of(home) is not None)
    began = monotonic()
    second = bench.child(words)
    code = second.finish()
    require(code == 1, Text(f"종료 코드 {code}", f"its exit code was {code}"))
    require(str(first.pid) in second.err, Text(second.err, f"it said: {second.err}"))
    require(first.is_running, Text("첫째가 멈췄습니다", "the first one stopped"))
    first.kill()
    took = monotonic() - began
    return Seen(Text(f"{took:.1f}초 만에 거절", f"refused within {took:.1f} s"))
