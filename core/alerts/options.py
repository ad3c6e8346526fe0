"""How loud alerts are, and where they are sent."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator

from config.errors import Refused
from config.schema import Options, option, section
from config.secrets import declare_secret
from config.text import Text
from core.alerts.alert import AlertKind, Importance

Loudness = Literal["off", "grave", "all"]
"""Which alerts a channel gets."""

_CHOICES = {
    "off": Text("끔", "Off"),
    "grave": Text("중요한 것만", "Grave ones"),
    "all": Text("모두", "All"),
}
TELEGRAM_TOKEN = declare_secret("telegram_token", Text("텔레그램 봇 토큰", "Telegram bot token"))
WEBHOOK_URL = declare_secret("webhook_url", Text("웹훅 주소", "Webhook URL"))
"""A secret, since services such as Slack put the key into the address."""


def _loudness(default: str, title: Text, help: Text) -> Any:
    return option(default, page="alerts", title=title, help=help, choices=_CHOICES)


@section("alerts")
class AlertOptions(Options):
    sound: Loudness = _loudness(
        "grave",
        Text("소리", "Sound"),
        Text(
            "어떤 알림에 소리를 낼지 정합니다. 중요한 것: 주문 거부, 접속 끊김, 일일 한도, "
            "전량청산, 신규 진입 중지, 엔진 멈춤, 내 코드 꺼짐.",
            "Which alerts make a sound. Grave ones: order rejected, disconnected, daily limit, "
            "flatten, entries stopped, engine down, own code off.",
        ),
    )
    tray: Loudness = _loudness(
        "all",
        Text("작업 표시줄 알림", "Tray messages"),
        Text(
            "어떤 알림을 작업 표시줄 풍선으로 띄울지 정합니다.",
            "Which alerts pop up from the tray.",
        ),
    )
    telegram: Loudness = _loudness(
        "off",
        Text("텔레그램", "Telegram"),
        Text(
            "어떤 알림을 텔레그램으로 보낼지 정합니다. 봇 토큰은 키링이나 환경 변수 "
            "TERMINAL_SECRET__TELEGRAM_TOKEN에 두고, 여기에는 적지 않습니다.",
            "Which alerts go to Telegram. The bot's token is kept in the keyring or in the "
            "environment variable TERMINAL_SECRET__TELEGRAM_TOKEN, never here.",
        ),
    )
    telegram_chat: str = option(
        "",
        max_length=40,
        page="alerts",
        title=Text("텔레그램 대화방", "Telegram chat"),
        help=Text(
            "알림을 받을 대화방의 번호(예: 123456789) 또는 @채널이름입니다.",
            "Number of the chat that gets the alerts, such as 123456789, or a @channel.",
        ),
    )
    webhook: Loudness = _loudness(
        "off",
        Text("웹훅", "Webhook"),
        Text(
            "어떤 알림을 웹훅(슬랙, 디스코드, 자체 서버)으로 보낼지 정합니다. 주소는 키링이나 환경 "
            "변수 TERMINAL_SECRET__WEBHOOK_URL에 둡니다.",
            "Which alerts go to a webhook (Slack, Discord, a server of your own). Its address is "
            "kept in the keyring or in TERMINAL_SECRET__WEBHOOK_URL.",
        ),
    )
    max_per_minute: int = option(
        6,
        ge=1,
        le=60,
        unit=Text("건", "messages"),
        page="alerts",
        title=Text("분당 전송 한도", "Messages a minute"),
        help=Text(
            "텔레그램과 웹훅에 1분 동안 보내는 최대 수입니다. 넘치는 알림은 모아서 한 번에 "
            "보냅니다.",
            "Most messages a minute to Telegram or the webhook; what exceeds it is sent together.",
        ),
    )

    @field_validator("telegram_chat")
    @classmethod
    def _is_a_chat(cls, chat: str) -> str:
        name = chat.removeprefix("-")
        if chat and not (name.isascii() and name.isdigit()) and not _is_channel(chat):
            raise Refused(
                Text(
                    f"'{chat}'은(는) 대화방이 아닙니다. 123456789 같은 번호나 @채널이름을 적으세요",
                    f"'{chat}' is no chat; write its number such as 123456789, or a @channel",
                )
            )
        return chat


def count_on(options: AlertOptions) -> int:
    """Return how many channels over the network are switched on."""
    return sum(each != "off" for each in (options.telegram, options.webhook))


def wants(loudness: Loudness, kind: AlertKind) -> bool:
    """Return whether a channel as loud as that gets alerts of `kind`; a test comes through all."""
    if loudness == "off":
        return False
    return loudness == "all" or kind.importance is Importance.GRAVE


def _is_channel(chat: str) -> bool:
    name = chat.removeprefix("@")
    return chat.startswith("@") and name.replace("_", "a").isalnum() and name.isascii()
