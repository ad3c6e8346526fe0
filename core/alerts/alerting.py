"""The alerts of one run: found among its events, sent to where the settings say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from config.schema import Settings
from config.secrets import Secrets
from config.text import Text
from core.alerts.alert import Alert, AlertKind
from core.alerts.options import AlertOptions
from core.alerts.rules import AlertRules
from core.alerts.sender import AlertSender
from core.domain.messages import Event, Message, Noted, Severity
from core.ports import Clock

_TEST = Text("알림이 여기까지 옵니다", "alerts come through to here")


def noted(post: Callable[[Message], None], clock: Clock) -> Callable[[Text], None]:
    """Return a report of the sender that goes into the engine's inbox, from any thread."""
    return lambda text: post(Noted(clock.now(), Severity.WARNING, text))


class Alerting:
    """`hear` must be given every batch of events, on one thread."""

    def __init__(
        self,
        settings: Settings,
        language: str,
        clock: Clock,
        report: Callable[[Text], None],
        secrets: Secrets | None = None,
    ) -> None:
        """`report` is told, on any thread, what a person should know of a channel."""
        self._rules, self._clock = AlertRules(), clock
        options = settings[AlertOptions]
        self._sender = AlertSender(options, secrets or Secrets.of_system(), language, report)

    def hear(self, events: Sequence[Event]) -> list[Alert]:
        """Send the alerts of a batch; return them."""
        found = self._rules.of(events)
        if found:
            self._sender.send(found)
        return found

    def tell(self, kind: AlertKind, text: Text) -> Alert:
        """Send an alert that no event has caused; return it."""
        alert = Alert(kind, self._clock.now(), text)
        self._sender.send([alert])
        return alert

    def test(self) -> Alert:
        """Send a word to every channel, so that the trader sees whether it arrives."""
        return self.tell(AlertKind.TEST, _TEST)

    def use(self, settings: Settings, language: str) -> None:
        """Take new settings, and secrets that may have changed."""
        self._sender.use(settings[AlertOptions], language)

    def close(self) -> None:
        """Let what waits go out for a moment."""
        self._sender.close()
