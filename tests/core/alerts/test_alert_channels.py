"""Telegram and webhooks, at a real server that behaves badly; no secret is ever told."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.schema import Settings
from config.secrets import Secrets
from config.text import Text
from core.alerts import Alert, AlertKind, AlertOptions
from core.alerts.channels import ChannelError, Telegram, Webhook, channels, lacks, text_of
from tests.builders import OPEN
from tests.core.predict.server import Handler, hang_up, serving

TOKEN = "123456:planted-secret"
ALERT = Alert(
    AlertKind.STOP_HIT, OPEN, Text("69,300원에 매도합니다", "selling at 69,300"), "005930"
)


def test_telegram_gets_the_text_for_its_chat() -> None:
    with serving() as server:
        base = server.url.removesuffix("/predict")
        Telegram(TOKEN, "42", "all", base).send([ALERT], "ko")
        assert server.requests.get() == {
            "chat_id": "42",
            "text": "09:00:00 [손절] 005930 69,300원에 매도합니다",
        }


def test_a_webhook_gets_text_for_people_and_fields_for_programs() -> None:
    with serving() as server:
        Webhook(server.url, "all").send([ALERT], "en")
        body = server.requests.get()
    assert body["text"] == body["content"] == "09:00:00 [Stop hit] 005930 selling at 69,300"
    assert body["alerts"] == [
        {
            "kind": "STOP_HIT",
            "time": "2026-11-23T09:00:00+09:00",
            "symbol": "005930",
            "text": "selling at 69,300",
        }
    ]


@pytest.mark.parametrize(
    ("status", "headers", "may_pass", "retry_after_s"),
    [(401, {}, False, 0), (429, {"Retry_After": "7"}, True, 7), (503, {}, True, 0)],
)
def test_a_refusal_says_whether_it_may_pass(
    status: int, headers: dict[str, str], may_pass: bool, retry_after_s: float
) -> None:
    def refuse(handler: Handler) -> None:
        handler.answer(b"{}", status, **headers)

    with serving(refuse) as server, pytest.raises(ChannelError) as caught:
        Webhook(server.url, "all").send([ALERT], "en")
    assert str(caught.value) == f"HTTP {status}"
    assert (caught.value.may_pass, caught.value.retry_after_s) == (may_pass, retry_after_s)


@pytest.mark.parametrize("base", ["", "http://127.0.0.1:1"])
def test_no_error_tells_the_token(base: str) -> None:
    with serving(hang_up) as server, pytest.raises(ChannelError) as caught:
        Telegram(TOKEN, "42", "all", base or server.url).send([ALERT], "en")
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_channel_needs_its_secret() -> None:
    options = Settings(
        {"alerts.telegram": "all", "alerts.telegram_chat": "42", "alerts.webhook": "grave"}
    )[AlertOptions]
    none = Secrets({}, None)
    both = Secrets(
        {
            "TERMINAL_SECRET__TELEGRAM_TOKEN": TOKEN,
            "TERMINAL_SECRET__WEBHOOK_URL": "https://example.com/hook",
        },
        None,
    )

    assert channels(options, none) == []
    assert lacks(options, none) == [
        "TERMINAL_SECRET__TELEGRAM_TOKEN",
        "TERMINAL_SECRET__WEBHOOK_URL",
    ]
    assert [channel.name for channel in channels(options, both)] == ["Telegram", "webhook"]
    assert lacks(options, both) == []


@pytest.mark.parametrize("chat", ["42", "-1001234567890", "@my_channel", ""])
def test_chats_that_are_taken(chat: str) -> None:
    assert Settings({"alerts.telegram_chat": chat})[AlertOptions].telegram_chat == chat


@pytest.mark.parametrize("chat", ["my chat", "@", "12 3", "-"])
def test_what_is_no_chat_is_refused(chat: str) -> None:
    with pytest.raises(ConfigError, match="is no chat"):
        Settings({"alerts.telegram_chat": chat})


def test_a_long_message_keeps_the_newest_and_counts_the_others() -> None:
    many = [
        Alert(AlertKind.TEST, OPEN, Text.of(f"{number:04} " + "x" * 200)) for number in range(50)
    ]
    text = text_of(many, "en")
    assert len(text) <= 4_000
    assert text.startswith("(+3") and "0049" in text
