"""What is to be done later: named alarms on the market's clock, rung by whoever drives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Action = Callable[[datetime], None]


class Alarms:
    """At most one alarm a name; setting it again moves it. Not for threads."""

    def __init__(self) -> None:
        self._alarms: dict[str, tuple[datetime, Action]] = {}
        self._next: datetime | None = None

    def set(self, name: str, when: datetime, action: Action) -> None:
        """Call `action` once, with the time it is rung at, when `when` has come."""
        self._alarms[name] = (when, action)
        self._look()

    def drop(self, name: str) -> None:
        """Forget an alarm, if there is one."""
        if self._alarms.pop(name, None) is not None:
            self._look()

    def is_set(self, name: str) -> bool:
        return name in self._alarms

    def clear(self) -> None:
        self._alarms.clear()
        self._next = None

    def next_time(self) -> datetime | None:
        """Return when the next alarm is due; cheap, as it is asked at every step."""
        return self._next

    def on_time(self, now: datetime) -> None:
        """Ring what is due, earliest first; those set meanwhile ring when they are asked next."""
        due = sorted((when, name) for name, (when, _) in self._alarms.items() if when <= now)
        for when, name in due:
            alarm = self._alarms.get(name)
            if alarm is not None and alarm[0] == when:
                del self._alarms[name]
                alarm[1](now)
        self._look()

    def _look(self) -> None:
        self._next = min((when for when, _ in self._alarms.values()), default=None)
