"""Signs of life of every part, with their ages; what is silent for too long stops entries.

Ages are of real time, which enters by `Pulsed` alone: a run in market time, or one that is played
again from a record, has the same life twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from config.schema import Options, option, section
from config.text import Text
from core.domain.messages import (
    Health,
    Pulsed,
    Severity,
    Vital,
    VitalsUpdated,
    WindowBeat,
)
from core.domain.session import Phase
from core.engine.analyst import Analyst
from core.engine.clock_drift import drift_s
from core.engine.line import BrokerLine
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.engine.sentinel import Sentinel
from core.engine.vital_texts import TITLES, TROUBLES, note_of
from core.predict.options import AiOptions

WINDOW_SILENT_S = 5.0
BROKER_SILENT_S = 30.0
_LONGEST_PULSE_S = 2.0
"""What one pulse adds to an age at most: a process that stood still blames nobody else for it."""
_STALL_S = 3.0  # between two pulses that should be a second apart
_HUNG_S = 2.0  # a window as quiet as that holds up what comes through it
_SETTLES_S = 5.0  # after that: what was held up comes late, whatever the clock
_FADES = 0.9  # a pulse: a market at full speed goes by fits and starts
_SHOWN_EVERY_S = 0.9


@section("risk")
class ClockDriftOptions(Options):
    max_clock_drift_s: float = option(
        5.0,
        ge=0,
        le=600,
        unit=Text("초", "s"),
        page="risk",
        title=Text("시계 오차 한도", "Clock may be off by"),
        help=Text(
            "이 컴퓨터의 시계와 거래소 체결 시각이 이보다 더 벌어지면 새로 사지 않습니다. 0은 끔.",
            "Nothing is bought while this machine's clock and the exchange's times of trades are "
            "further apart. 0 is off.",
        ),
    )


class _Sign:
    """When something last changed, in seconds of real time; None: it never has."""

    def __init__(self) -> None:
        self._seen: object = 0
        self.age_s: float | None = None

    def look(self, value: object, passed_s: float) -> None:
        if value != self._seen:
            self._seen, self.age_s = value, 0.0
        elif self.age_s is not None:
            self.age_s += passed_s


class Vitals:
    """Owned by the engine thread; idle where nobody tells the real time."""

    def __init__(
        self, parts: Parts, line: BrokerLine, sentinel: Sentinel, analyst: Analyst
    ) -> None:
        self._parts, self._asked, self._line = parts, parts.broker, line
        self._sentinel, self._analyst = sentinel, analyst
        self._real_s: float | None = None  # at the last pulse
        self._now: datetime | None = None  # the market's time then
        self._shown_s = 0.0
        self._stall_s = 0.0
        self._speed = 1.0  # market seconds a real second
        self._beats = 0
        self._unanswered_s = self._unsettled_s = 0.0
        self._signs = {name: _Sign() for name in ("feed", "broker", "journal", "window", "ai")}
        self._troubles: dict[str, None] = {}  # codes, in the order of `TROUBLES`

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {Pulsed: self._on_pulse, WindowBeat: self._on_beat}

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        return next(iter(self._troubles), "")

    def _on_beat(self, _: WindowBeat) -> None:
        self._beats += 1

    def _on_pulse(self, pulse: Pulsed) -> None:
        now, before, then = self._parts.clock.now(), self._real_s, self._now
        self._real_s, self._now = pulse.real_s, now
        if before is None or then is None or pulse.real_s <= before:
            return
        gap_s = pulse.real_s - before
        self._stall_s = gap_s if gap_s > _STALL_S else 0.0
        self._speed = max((now - then).total_seconds() / gap_s, _FADES * self._speed, 1.0)
        passed_s = min(gap_s, _LONGEST_PULSE_S)
        self._age(passed_s)
        self._settle(passed_s)
        self._judge(now)
        if pulse.real_s - self._shown_s >= _SHOWN_EVERY_S:
            self._shown_s = pulse.real_s
            self._parts.outbox.publish(VitalsUpdated(now, tuple(self._vitals(now))))

    def _age(self, passed_s: float) -> None:
        parts, signs = self._parts, self._signs
        signs["feed"].look(parts.counts.ticks, passed_s)
        signs["broker"].look(self._asked.heard, passed_s)
        signs["journal"].look(parts.outbox.commits, passed_s)
        signs["window"].look(self._beats, passed_s)
        signs["ai"].look(self._analyst.answers, passed_s)
        is_due = self._asked.waiting_since is not None and self._line.is_connected
        self._unanswered_s = self._unanswered_s + passed_s if is_due else 0.0
        self._sentinel.pulse(passed_s)

    def _settle(self, passed_s: float) -> None:
        """Trades that came while something stood still, or just after it, tell no time."""
        if self._stall_s or (self._signs["window"].age_s or 0.0) >= _HUNG_S:
            self._unsettled_s = _SETTLES_S
        if self._unsettled_s > 0:
            self._unsettled_s -= passed_s
            self._parts.arrivals.clear()

    def _judge(self, now: datetime) -> None:
        """Say of each trouble that it begins, or that it is over."""
        found = {
            "window_silent": (self._signs["window"].age_s or 0.0) >= WINDOW_SILENT_S,
            "broker_silent": self._is_unanswered(now),
            "feed_dead": self._line.is_connected and self._sentinel.is_feed_dead(now),
            "clock_drift": self._is_off(now),
        }
        for code, trouble in TROUBLES.items():
            if found[code] and code not in self._troubles:
                self._parts.outbox.note(now, Severity.ERROR, trouble.begins, stops_entries=True)
            elif code in self._troubles and not found[code]:
                self._parts.outbox.note(now, Severity.INFO, trouble.is_over)
        self._troubles = {code: None for code in TROUBLES if found[code]}

    def _is_unanswered(self, now: datetime) -> bool:
        """Both clocks count: an emulated broker answers in market time, a real one in real time."""
        since = self._asked.waiting_since
        if since is None or self._unanswered_s < BROKER_SILENT_S:
            return False
        return now - since >= timedelta(seconds=BROKER_SILENT_S)

    def _drift_s(self, now: datetime) -> float | None:
        return drift_s(self._parts.arrivals, now, self._speed)

    def _is_off(self, now: datetime) -> bool:
        limit, off = self._parts.settings[ClockDriftOptions].max_clock_drift_s, self._drift_s(now)
        return bool(limit) and off is not None and abs(off) > limit

    def _vitals(self, now: datetime) -> list[Vital]:
        signs = self._signs
        is_open = self._parts.day.phase is Phase.CONTINUOUS
        shown = {
            "engine": (self._stall_s, Health.WARNING if self._stall_s else Health.OK),
            "feed": (signs["feed"].age_s, self._health("feed_dead", is_open)),
            "broker": (signs["broker"].age_s, self._broker()),
            "journal": (signs["journal"].age_s, self._journal()),
            "window": (signs["window"].age_s, self._health("window_silent")),
            "clock": (self._drift_s(now), self._health("clock_drift")),
        }
        if self._parts.settings[AiOptions].enabled:
            error = self._analyst.answer_error
            shown["ai"] = signs["ai"].age_s, Health.WARNING if error else Health.OK
        return [
            Vital(name, TITLES[name], age_s, health, note_of(name, health))
            for name, (age_s, health) in shown.items()
        ]

    def _health(self, code: str, is_due: bool = True) -> Health:
        if code in self._troubles:
            return Health.ERROR
        return Health.OK if is_due else Health.OFF

    def _broker(self) -> Health:
        return Health.ERROR if not self._line.is_connected else self._health("broker_silent")

    def _journal(self) -> Health:
        return Health.ERROR if self._parts.outbox.is_journal_failing else Health.OK
