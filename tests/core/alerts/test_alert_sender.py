"""The sender: nobody waits for it, no channel is flooded, no failure loses or repeats a word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, Queue

import pytest

from config.schema import Settings
from config.secrets import Secrets
from config.text import Text
from core.alerts import Alert, AlertKind, AlertOptions, AlertSender, Loudness
from core.alerts.channels import ChannelError
from tests.builders import OPEN

PATIENCE_S = 20.0
NO_SECRETS = Secrets({}, None)
NOW = 1_000_000.0


class Told:
    """A channel that keeps what it is told, or fails as it is bidden."""

    name = "told"

    def __init__(self, loudness: Loudness = "all") -> None:
        self.loudness = loudness
        self.got: Queue[list[str]] = Queue()
        self.errors: list[Exception] = []
        self.gate = threading.Event()
        self.gate.set()

    def send(self, alerts: Sequence[Alert], language: str) -> None:
        assert self.gate.wait(PATIENCE_S)
        if self.errors:
            raise self.errors.pop(0)
        self.got.put([alert.text.in_(language) for alert in alerts])

    def next(self) -> list[str]:
        return self.got.get(timeout=PATIENCE_S)


class Time:
    """Seconds that pass only when somebody waits for them, in no time at all."""

    def __init__(self) -> None:
        self.now_s = NOW

    def __call__(self) -> float:
        return self.now_s


def wait_for_failures(sender: AlertSender, count: int) -> None:
    def has_failed() -> bool:
        return "told" in sender._lanes and sender._lanes["told"].failures >= count

    with sender._changed:
        assert sender._changed.wait_for(has_failed, PATIENCE_S)


def alert(text: str, kind: AlertKind = AlertKind.ORDER_REJECTED) -> Alert:
    return Alert(kind, OPEN, Text.of(text))


def an_option(**values: object) -> AlertOptions:
    return Settings({f"alerts.{name}": value for name, value in values.items()})[AlertOptions]


@contextmanager
def sending(
    channel: Told, clock: Callable[[], float] | None = None, **values: object
) -> Iterator[tuple[AlertSender, Queue[str]]]:
    said: Queue[str] = Queue()
    options = an_option(webhook="all", **values)
    sender = AlertSender(
        options,
        NO_SECRETS,
        "en",
        lambda text: said.put(text.en),
        make=lambda options, secrets: [channel],
        **({} if clock is None else {"monotonic": clock}),
    )
    try:
        yield sender, said
    finally:
        channel.gate.set()
        sender.close(patience_s=0)
        assert sender._thread is not None
        sender._thread.join(PATIENCE_S)
        assert not sender._thread.is_alive(), "the sender did not end"


def test_alerts_go_out_in_their_order() -> None:
    channel = Told()
    with sending(channel) as (sender, _):
        sender.send([alert("one"), alert("two")])
        assert channel.next() == ["one", "two"]


def test_a_channel_gets_what_it_is_loud_enough_for() -> None:
    channel = Told("grave")
    with sending(channel) as (sender, _):
        sender.send([alert("stop", AlertKind.STOP_HIT), alert("flatten", AlertKind.FLATTEN_BEGUN)])
        assert channel.next() == ["flatten"]


def test_whoever_sends_does_not_wait_for_a_channel_that_hangs() -> None:
    channel = Told()
    channel.gate.clear()
    with sending(channel) as (sender, _):
        for number in range(1_000):
            sender.send([alert(str(number))])
        channel.gate.set()
        batches = [channel.next()]
        while batches[-1][-1] != "999":
            batches.append(channel.next())
        assert len(batches[-1]) <= 200  # of a flood the newest


def test_what_exceeds_the_limit_of_a_minute_goes_out_together() -> None:
    channel, time = Told(), Time()
    with sending(channel, time, max_per_minute=2) as (sender, _):
        for number in range(2):
            sender.send([alert(str(number))])
            channel.next()
        sender.send([alert("2")])
        sender.send([alert("3")])
        with pytest.raises(Empty):
            channel.got.get_nowait()
        time.now_s += 60
        sender.send([alert("4")])
        assert channel.next() == ["2", "3", "4"]


def test_a_failure_that_may_pass_is_tried_again_and_told_only_when_it_lasts() -> None:
    channel, time = Told(), Time()
    channel.errors = [ChannelError("HTTP 502")] * 4
    with sending(channel, time, max_per_minute=60) as (sender, said):
        for number in range(4):
            sender.send([alert(str(number))])
            wait_for_failures(sender, number + 1)
            time.now_s += 120
        assert "HTTP 502" in said.get(timeout=PATIENCE_S)
        sender.send([alert("4")])
        got = channel.next()  # perhaps without the last one, which may come a moment later
        assert (got if len(got) == 5 else got + channel.next()) == ["0", "1", "2", "3", "4"]
        assert "again" in said.get(timeout=PATIENCE_S)


def test_a_failure_that_stays_is_told_at_once_and_not_repeated() -> None:
    channel = Told()
    channel.errors = [ChannelError("HTTP 401", may_pass=False)]
    with sending(channel, Time()) as (sender, said):
        sender.send([alert("lost")])
        assert "HTTP 401" in said.get(timeout=PATIENCE_S)
        assert channel.got.empty()


def test_an_unforeseen_error_does_not_end_the_sender(caplog: pytest.LogCaptureFixture) -> None:
    channel, time = Told(), Time()
    channel.errors = [ValueError("odd")]
    with sending(channel, time) as (sender, _):
        sender.send([alert("one")])
        wait_for_failures(sender, 1)
        time.now_s += 200
        sender.send([alert("two")])
        assert channel.next() == ["one", "two"]
    assert "alerts to told" in caplog.text


def test_what_waits_goes_out_before_the_program_ends() -> None:
    channel = Told()
    channel.gate.clear()
    with sending(channel) as (sender, _):
        sender.send([alert("last words")])
        channel.gate.set()
        sender.close(patience_s=PATIENCE_S)
        assert channel.next() == ["last words"]


def test_without_a_channel_no_thread_is_started() -> None:
    sender = AlertSender(Settings()[AlertOptions], NO_SECRETS, "ko", lambda text: None)
    sender.send([alert("x")])
    assert sender._thread is None


def test_a_channel_that_is_switched_on_later_gets_what_comes_after() -> None:
    channel, said = Told(), Queue[str]()
    sender = AlertSender(
        an_option(), NO_SECRETS, "en", lambda text: said.put(text.en), lambda *_: [channel]
    )
    sender.send([alert("before")])
    sender.use(an_option(webhook="all"))
    sender.send([alert("after")])
    assert channel.next() == ["after"]
    sender.close(PATIENCE_S)


def test_what_a_channel_still_needs_is_said() -> None:
    said = Queue[str]()
    on = an_option(telegram="all", webhook="grave")
    sender = AlertSender(on, NO_SECRETS, "en", lambda text: said.put(text.en))
    told = said.get(timeout=PATIENCE_S)
    assert all(word in told for word in ("TELEGRAM_TOKEN", "telegram_chat", "WEBHOOK_URL"))
    sender.close(PATIENCE_S)


class Locked:
    """A keyring that nobody has unlocked."""

    def get_password(self, service: str, name: str) -> str | None:
        raise RuntimeError("s3cret")

    set_password = delete_password = get_password


def test_a_keyring_that_does_not_answer_is_said_and_ends_nobody() -> None:
    said = Queue[str]()
    secrets = Secrets({}, Locked())
    sender = AlertSender(an_option(webhook="all"), secrets, "en", lambda text: said.put(text.en))
    told = said.get(timeout=PATIENCE_S)
    assert "keyring" in told and "TERMINAL_SECRET__WEBHOOK_URL" in told and "s3cret" not in told
    sender.close(PATIENCE_S)
