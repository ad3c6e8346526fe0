"""Where alerts can be sent over the network: Telegram's bot API, and any webhook."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any, Protocol

from config.secrets import STARS, Secrets
from config.web import is_web_address
from core.alerts.alert import Alert
from core.alerts.options import TELEGRAM_TOKEN, WEBHOOK_URL, AlertOptions, Loudness

TELEGRAM = "https://api.telegram.org"
_TIMEOUT_S = 10.0
_LONGEST = 4_000  # characters of one message; Telegram takes 4,096


class ChannelError(Exception):
    """A message did not go out; its text has no secret in it."""

    def __init__(self, text: str, *, may_pass: bool = True, retry_after_s: float = 0.0) -> None:
        """`may_pass` says whether the same message may go out later."""
        super().__init__(text)
        self.may_pass, self.retry_after_s = may_pass, retry_after_s


class Channel(Protocol):
    """One way out; `send` waits for the network and is called in the sender's thread."""

    @property
    def name(self) -> str: ...

    @property
    def loudness(self) -> Loudness: ...

    def send(self, alerts: Sequence[Alert], language: str) -> None:
        """Send these as one message.

        Raises:
            ChannelError: It did not arrive.
        """
        ...


def channels(options: AlertOptions, secrets: Secrets) -> list[Channel]:
    """Return what is switched on and has all that it needs."""
    found: list[Channel] = []
    token = secrets.get(TELEGRAM_TOKEN) if options.telegram != "off" else None
    if token and options.telegram_chat:
        found.append(Telegram(token, options.telegram_chat, options.telegram))
    url = secrets.get(WEBHOOK_URL) if options.webhook != "off" else None
    if url and is_web_address(url):
        found.append(Webhook(url, options.webhook))
    return found


def lacks(options: AlertOptions, secrets: Secrets) -> list[str]:
    """Return what channels that are switched on still need: names of settings and variables."""
    missing = []
    if options.telegram != "off":
        missing += [] if secrets.get(TELEGRAM_TOKEN) else [TELEGRAM_TOKEN.variable]
        missing += [] if options.telegram_chat else ["alerts.telegram_chat"]
    if options.webhook != "off" and not is_web_address(secrets.get(WEBHOOK_URL) or ""):
        missing.append(WEBHOOK_URL.variable)
    return missing


class Telegram:
    """A bot's message to one chat. Source: core.telegram.org/bots/api#sendmessage."""

    name = "Telegram"

    def __init__(self, token: str, chat: str, loudness: Loudness, base: str = TELEGRAM) -> None:
        self.loudness = loudness
        self._token, self._chat, self._base = token, chat, base

    def send(self, alerts: Sequence[Alert], language: str) -> None:
        body = {"chat_id": self._chat, "text": text_of(alerts, language)}
        _post(f"{self._base}/bot{self._token}/sendMessage", body, self._token)


class Webhook:
    """Posts JSON; `text` and `content` are what Slack and Discord show."""

    name = "webhook"

    def __init__(self, url: str, loudness: Loudness) -> None:
        self.loudness, self._url = loudness, url

    def send(self, alerts: Sequence[Alert], language: str) -> None:
        text = text_of(alerts, language)
        rows = [
            {
                "kind": alert.kind.value,
                "time": alert.time.isoformat(),
                "symbol": alert.symbol,
                "text": alert.text.in_(language),
            }
            for alert in alerts
        ]
        _post(self._url, {"text": text, "content": text, "alerts": rows}, self._url)


def text_of(alerts: Sequence[Alert], language: str) -> str:
    """Return the alerts as lines; of too many the newest, with the number of the others."""
    lines = [alert.line.in_(language) for alert in alerts]
    left_out = 0
    while sum(len(line) + 1 for line in lines) > _LONGEST and len(lines) > 1:
        lines.pop(0)
        left_out += 1
    if left_out:
        lines.insert(0, f"(+{left_out:,})")
    return "\n".join(lines)[:_LONGEST]


def _post(url: str, body: dict[str, Any], secret: str) -> None:
    import requests  # here, as it takes 0.1 s and most starts send no alert

    try:
        with closing(requests.post(url, json=body, timeout=_TIMEOUT_S)) as answer:
            status, headers = answer.status_code, answer.headers
    except requests.RequestException as error:
        # Its text holds the URL, and that holds the secret.
        raise ChannelError(_without(secret, type(error).__name__)) from None
    if status < 300:
        return
    is_busy = status == 429 or status >= 500
    retry_after = headers.get("Retry-After", "")
    seconds = float(retry_after) if retry_after.isdigit() else 0.0
    raise ChannelError(f"HTTP {status}", may_pass=is_busy, retry_after_s=seconds)


def _without(secret: str, text: str) -> str:
    return text.replace(secret, STARS)
