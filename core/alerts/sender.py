"""Sends alerts to Telegram and to a webhook, in a thread of its own: nobody ever waits for it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config.errors import ConfigError
from config.secrets import Secrets
from config.text import Text
from core.alerts.alert import Alert, AlertKind
from core.alerts.channels import Channel, ChannelError, channels, lacks
from core.alerts.options import AlertOptions, count_on, wants
from core.clock import monotonic

logger = logging.getLogger(__name__)

Report = Callable[[Text], None]
"""Told what a person should know of a channel; called in the sender's thread."""

_KEPT = 200  # alerts that wait for one channel; of more the oldest go
_MINUTE_S = 60.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 120.0
_TRIES = 4
_FAILED = Text(
    "{} 알림을 보낼 수 없습니다({}). 설정의 알림과 비밀값을 확인하세요",
    "alerts can't be sent to {} ({}); look at the settings and secrets of alerts",
)
_WORKS = Text("{} 알림이 다시 갑니다", "alerts go to {} again")
_ARRIVED = Text("{}에 시험 알림을 보냈습니다", "the test alert went to {}")
_LACKS = Text(
    "켜 둔 알림에 아직 필요한 것이 있습니다: {}. 설정의 알림 페이지에서 넣으세요",
    "alerts that are switched on still need {}; see the page Alerts of the settings",
)


@dataclass(slots=True)
class _Lane:
    """What waits for one channel, and how it went lately."""

    waiting: deque[Alert] = field(default_factory=lambda: deque(maxlen=_KEPT))
    sent_at: deque[float] = field(default_factory=deque)  # within the last minute
    not_before: float = 0.0
    failures: int = 0  # in a row
    is_told: bool = False  # that it fails


class AlertSender:
    """`send` may be called on any thread and returns at once.

    The channels are made in the sender's own thread, as a keyring may be slow.
    """

    def __init__(
        self,
        options: AlertOptions,
        secrets: Secrets,
        language: str,
        report: Report,
        make: Callable[[AlertOptions, Secrets], Sequence[Channel]] = channels,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        """`make` returns the channels that the options and the secrets allow."""
        self._secrets, self._language, self._report, self._make = secrets, language, report, make
        self._monotonic = monotonic
        self._changed = threading.Condition()  # guards all below
        self._lanes: dict[str, _Lane] = {}
        self._channels: tuple[Channel, ...] = ()
        self._unsorted: deque[Alert] = deque(maxlen=_KEPT)  # not in a lane yet
        self._is_stale = False  # the channels are to be made anew
        self._is_sending = False
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self.use(options)

    def use(self, options: AlertOptions, language: str | None = None) -> None:
        """Take new settings, and secrets that may have changed, for the alerts to come."""
        with self._changed:
            self._options, self._language = options, language or self._language
            self._is_stale = True
            if self._thread is None and count_on(options):
                self._thread = threading.Thread(target=self._work, name="alerts", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def send(self, alerts: Sequence[Alert]) -> None:
        """Send `alerts` by the channels that want them."""
        if not alerts or self._thread is None:
            return
        with self._changed:
            self._unsorted.extend(alerts)
            self._changed.notify_all()

    def close(self, patience_s: float = 2.0) -> None:
        """Let what waits go out for a moment, then stop."""
        if self._thread is None:
            return
        with self._changed:
            self._changed.wait_for(self._is_empty, patience_s)
            self._closed.set()
            self._changed.notify_all()

    def _is_empty(self) -> bool:
        # What a failing channel holds back is not worth waiting for.
        waits = any(lane.waiting for lane in self._lanes.values() if not lane.failures)
        return not (self._is_stale or self._unsorted or waits or self._is_sending)

    def _work(self) -> None:
        while not self._closed.is_set():
            self._make_channels()
            with self._changed:
                self._is_sending = False
                self._sort()
                if self._is_stale:
                    continue
                due = self._next_due()
                if due is None or due > self._monotonic():
                    self._changed.notify_all()
                    self._changed.wait(None if due is None else due - self._monotonic())
                    continue
                channel, batch = self._take()
                self._is_sending = True
            self._send_to(channel, batch)

    def _make_channels(self) -> None:
        with self._changed:
            if not self._is_stale:
                return
            options, self._is_stale = self._options, False
        try:
            made = tuple(self._make(options, self._secrets))
            missing = lacks(options, self._secrets) if len(made) < count_on(options) else []
        except ConfigError as error:
            made, missing = (), []
            self._report(error.text)
        with self._changed:
            self._channels = made
            self._lanes = {channel.name: self._lanes.get(channel.name, _Lane()) for channel in made}
        if missing:
            self._report(_LACKS.format(", ".join(missing)))

    def _sort(self) -> None:
        for channel in self._channels:
            wanted = (each for each in self._unsorted if wants(channel.loudness, each.kind))
            self._lanes[channel.name].waiting.extend(wanted)
        self._unsorted.clear()

    def _next_due(self) -> float | None:
        dues = [self._due(lane) for lane in self._lanes.values() if lane.waiting]
        return min(dues, default=None)

    def _due(self, lane: _Lane) -> float:
        """Return when the lane may send: below the limit of a minute, and not just after a failure.

        The last message of a minute carries everything that waits.
        """
        now, limit = self._monotonic(), self._options.max_per_minute
        while lane.sent_at and lane.sent_at[0] <= now - _MINUTE_S:
            lane.sent_at.popleft()
        is_full = len(lane.sent_at) >= limit
        free_at = lane.sent_at[0] + _MINUTE_S if is_full else now
        return max(free_at, lane.not_before)

    def _take(self) -> tuple[Channel, list[Alert]]:
        """Return the channel that is due and what goes out in one message."""
        ready = [c for c in self._channels if self._lanes[c.name].waiting]
        channel = min(ready, key=lambda c: self._due(self._lanes[c.name]))
        lane = self._lanes[channel.name]
        lane.sent_at.append(self._monotonic())
        batch = list(lane.waiting)
        lane.waiting.clear()
        return channel, batch

    def _send_to(self, channel: Channel, batch: list[Alert]) -> None:
        try:
            channel.send(batch, self._language)
        except ChannelError as error:
            self._failed(channel, batch, error)
        except Exception as error:  # the thread's edge: one bad message must not end all others
            logger.exception("alerts to %s", channel.name, extra={"is_told": True})
            self._failed(channel, batch, ChannelError(type(error).__name__))
        else:
            self._succeeded(channel, batch)

    def _succeeded(self, channel: Channel, batch: list[Alert]) -> None:
        with self._changed:
            lane = self._lanes.get(channel.name)
            was_told = lane is not None and lane.is_told
            if lane is not None:
                lane.failures, lane.not_before, lane.is_told = 0, 0.0, False
        if _is_test(batch):
            self._report(_ARRIVED.format(channel.name))
        elif was_told:
            self._report(_WORKS.format(channel.name))

    def _failed(self, channel: Channel, batch: list[Alert], error: ChannelError) -> None:
        """Put the batch back, wait longer each time, and say once that it fails."""
        with self._changed:
            lane = self._lanes.get(channel.name)
            if lane is None:
                return
            lane.failures += 1
            pause_s = min(_FIRST_PAUSE_S * 2 ** (lane.failures - 1), _LONGEST_PAUSE_S)
            lane.not_before = self._monotonic() + max(pause_s, error.retry_after_s)
            if error.may_pass:
                lane.waiting.extendleft(reversed(batch))
            is_lasting = not error.may_pass or lane.failures >= _TRIES
            is_news = _is_test(batch) or (is_lasting and not lane.is_told)
            lane.is_told = lane.is_told or is_news
            self._changed.notify_all()
        if is_news:
            logger.error("alerts to %s: %s", channel.name, error, extra={"is_told": True})
            self._report(_FAILED.format(channel.name, error))


def _is_test(batch: Sequence[Alert]) -> bool:
    return any(alert.kind is AlertKind.TEST for alert in batch)
