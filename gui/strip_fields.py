"""Fields of the health strip with a state of their own: connection, budget, interruptions."""

from __future__ import annotations

from datetime import datetime, timedelta

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel

from config.text import Text
from core.domain.messages import Heartbeat, Interrupted, Noted, RequestBudget
from gui import format as fmt
from gui.market_state import WHOLE_MARKET
from gui.roles import set_role
from gui.watchdog import Watchdog
from gui.wording import interruption_line, interruption_word
from gui.workspace import Workspace

CONNECTED, DISCONNECTED = Text("● 접속", "● Online"), Text("○ 끊김", "○ Offline")
CONNECTING = Text("○ 접속중", "○ Connecting")
SILENT = Text("● 엔진 응답 없음 {:.0f}초", "● Engine silent {:.0f} s")
BUDGET = Text("주문 {}/{} 조회 {}/{}", "Orders {}/{} Queries {}/{}")
BLOCKED = Text("{} 제한 {}", "{} wait {}")
BUDGET_TIP = Text(
    "지금 보낼 수 있는 주문 {}건 (1초에 {}건)\n지금 보낼 수 있는 조회 {}건 (1초에 {}건)\n"
    "시간당 한도까지 남은 조회 {:,}건",
    "Orders that may be sent now: {} ({} a second)\nQueries: {} ({} a second)\n"
    "Queries left of this hour: {:,}",
)
BLOCKED_TIP = Text("{}까지 요청 제한: {}", "Requests wait until {}: {}")
NO_REASON = Text("증권사 요청 한도", "the broker's limits")
SHORT_WAIT = timedelta(seconds=1)  # the ordinary pace of requests, no penalty
VI_COUNT = Text("VI {}종목", "VI {}")


class StripField(QLabel):
    """One text of the strip."""

    def __init__(self, name: str, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.PlainText)
        self.setProperty("role", "muted")
        self.space, self.latest = workspace, workspace.latest

    def say(self, text: Text, role: str, tip: Text | None = None) -> None:
        """Show `text`; `tip` tells more."""
        self.setText(self.space.translator(text))
        self.setToolTip("" if tip is None else self.space.translator(tip))
        set_role(self, role)


class ConnectionField(StripField):
    """Whether the broker is reached and the engine answers; the newest word on it as a tip."""

    def __init__(self, workspace: Workspace, watchdog: Watchdog) -> None:
        super().__init__("connectionLabel", workspace)
        self._watchdog = watchdog
        self._is_connected: bool | None = None
        self._note: Noted | None = None  # newest that is about no symbol
        self._told: Noted | None = None  # the one that told of the present connection
        workspace.bridge.noted.connect(self._take_notes)
        workspace.bridge.beats.connect(self._take_beat)

    def refresh(self, now: datetime) -> None:
        tip = None if self._told is None else self._line(self._told)
        if self._watchdog.is_silent:
            self.say(SILENT.format(self._watchdog.quiet_s), "error", tip)
        elif self._is_connected is None:
            self.say(CONNECTING, "muted", tip)
        elif self._is_connected:
            self.say(CONNECTED, "ok", tip)
        else:
            self.say(DISCONNECTED, "error", tip)

    def _take_notes(self, events: list[Noted]) -> None:
        for note in events:
            self._note = note if not note.symbol else self._note
        if not self._is_connected:  # the adapter says how it goes on trying
            self._told = self._note

    def _take_beat(self, events: list[Heartbeat]) -> None:
        is_connected = events[-1].is_connected
        if is_connected != self._is_connected:
            self._is_connected, self._told = is_connected, self._note

    def _line(self, note: Noted) -> Text:
        return Text.of("{}  {}").format(fmt.clock(note.time), note.text)


class BudgetField(StripField):
    """What the broker's rate limits leave, and how long requests have to wait."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("budgetLabel", workspace)

    @property
    def is_wanted(self) -> bool:
        return self.latest.budget is not None

    def refresh(self, now: datetime) -> None:
        budget = self.latest.budget
        if budget is None:
            return
        counts = (
            budget.orders_left,
            budget.orders_limit,
            budget.requests_left,
            budget.requests_limit,
        )
        text, tip = BUDGET.format(*counts), BUDGET_TIP.format(*counts, budget.hourly_left)
        until = _blocked_until(budget, now)
        if until is None:
            self.say(text, "muted", tip)
            return
        reason = BLOCKED_TIP.format(fmt.clock(until), budget.note or NO_REASON)
        tip = Text(f"{tip.ko}\n{reason.ko}", f"{tip.en}\n{reason.en}")
        self.say(BLOCKED.format(text, fmt.countdown(until - now)), "error", tip)


def _blocked_until(budget: RequestBudget, now: datetime) -> datetime | None:
    """Return the end of a penalty; the next moment of the ordinary pace is none."""
    until = budget.blocked_until
    if until is None or until <= now:
        return None
    return until if budget.note is not None or until - now > SHORT_WAIT else None


class InterruptionField(StripField):
    """A circuit breaker, or how many symbols of the watchlist are interrupted."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("interruptionLabel", workspace)

    @property
    def is_wanted(self) -> bool:
        return bool(self.latest.market.interruptions)

    def refresh(self, now: datetime) -> None:
        interruptions = self.latest.market.interruptions
        if not interruptions:
            return
        lines = [self._line(event) for event in interruptions.values()]
        tip = Text("\n".join(line.ko for line in lines), "\n".join(line.en for line in lines))
        market = interruptions.get(WHOLE_MARKET)
        if market is not None:
            self.say(interruption_word(market, now), "error", tip)
        elif len(interruptions) == 1:
            self.say(interruption_word(next(iter(interruptions.values())), now), "warning", tip)
        else:
            self.say(VI_COUNT.format(len(interruptions)), "warning", tip)

    def _line(self, event: Interrupted) -> Text:
        line = interruption_line(event)
        if not event.symbol:
            return line
        return Text.of("{} {}").format(self.latest.name(event.symbol), line)
