"""A terminal killed again and again over one trading day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from random import Random

from config.text import Text
from core.clock import monotonic
from core.drills.agreement import disagreements, entries_sent_twice, restarts_that_differ
from core.drills.bench import DAY, Bench
from core.drills.doom import PLACES
from core.drills.drill import Family, Seen, drill, require
from core.drills.told import told_by
from core.journal.verification import verify

_OPEN, _LAST = time(9, 1), time(15, 16)
_BUSY = ("strategy.buy_threshold=0.5", "strategy.sell_threshold=0.5")
_SYMBOLS = "market.symbols=005930,000660,005380"
_PAST_THE_CLOSE_MIN = 420


@drill(
    Family.CRASH,
    Text("강제 종료", "Killed at random"),
    Text(
        "하루에 몇 번을 죽여도 다시 켤 때마다 주문·체결·주식·원까지 양쪽이 맞고, 두 번 나간 주문이 "
        "없다",
        "however often it is killed over a day, after each start both sides agree on every order, "
        "fill, share and won, and no order was sent twice",
    ),
)
def killed_at_random(bench: Bench) -> Seen:
    day = _Day(bench, bench.folder / "home", bench.folder / "exchange.db")
    random, places, slowest_s = Random(bench.seed), Counter[str](), 0.0
    for number in range(bench.kills):
        began = monotonic()
        places[day.live_until_killed(number, random)] += 1
        slowest_s = max(slowest_s, monotonic() - began)
        bench.say(Text(f"강제 종료 {number + 1}/{bench.kills}", f"kill {number + 1}/{bench.kills}"))
    day.live_to_the_end()
    day.require_agreement()
    text = Text(
        f"{bench.kills}번 죽임({len(places)}곳), 가장 긴 한 번 {slowest_s:.1f}초",
        f"{bench.kills} kills in {len(places)} places, the longest life {slowest_s:.1f} s",
    )
    return Seen(text, day.slowest_start_s())


@dataclass
class _Day:
    """One trading day of one home folder at one exchange."""

    bench: Bench
    home: Path
    books: Path

    @property
    def journal(self) -> Path:
        return self.home / "journal.sqlite"

    def live_until_killed(self, number: int, random: Random) -> str:
        """Start a terminal that dies in the part of the day of this number; return where."""
        place, (after, latest) = random.choice(PLACES), self._part(number)
        moment = after + (latest - after) * random.random()
        doom = f"{place}@{moment:%H:%M:%S}-{latest:%H:%M:%S}+{random.randint(1, 4)}"
        child = self.bench.victim(doom, *self._words())
        code = child.finish()
        require(child.was_killed, Text.of(f"{doom}: {code}: {child.err}"))
        return place

    def live_to_the_end(self) -> None:
        child = self.bench.child(self._words())
        code = child.finish()
        require(code == 0, Text(f"종료 코드 {code}: {child.err}", f"exit code {code}: {child.err}"))

    def require_agreement(self) -> None:
        wrong = disagreements(self.journal, self.books, is_strict=True)
        wrong += restarts_that_differ(self.journal, self.books)
        wrong += entries_sent_twice(self.books)
        found = verify(self.journal)
        wrong += [f"{problem.seq}: {problem.text.en}" for problem in found.problems]
        text = "; ".join(wrong[:5])
        require(not wrong, Text(f"{len(wrong)}건 다름: {text}", f"{len(wrong)} differ: {text}"))

    def slowest_start_s(self) -> float:
        """Return the most market seconds from a start until the broker's word was worked on."""
        sittings = told_by(self.journal).sittings
        took = [each.answered - each.began for each in sittings if each.answered is not None]
        return max(took).total_seconds()

    def _part(self, number: int) -> tuple[datetime, datetime]:
        """Return beginning and end of the part of the day that belongs to this kill."""
        first, last = (datetime.combine(DAY, moment) for moment in (_OPEN, _LAST))
        part = (last - first) / self.bench.kills
        return first + part * number, first + part * (number + 1)

    def _words(self) -> list[str]:
        sets = [word for each in (*_BUSY, _SYMBOLS) for word in ("--set", each)]
        settings = self.bench.folder / "none.json"  # not those of the trader
        settings.write_text("{}", "utf-8")
        return [
            "headless",
            *("--broker", "kiwoom", "--json", "--speed", "max"),
            *("--minutes", str(_PAST_THE_CLOSE_MIN), "--seed", str(self.bench.seed)),
            *("--home", str(self.home), "--config", str(settings)),
            *("--exchange-state", str(self.books), *sets),
        ]
