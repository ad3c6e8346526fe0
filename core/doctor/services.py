"""What is asked or told over the network: the AI and the alerts' channels; nothing is sent here."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.secrets import Secrets
from config.text import Text
from core.alerts.options import TELEGRAM_TOKEN, WEBHOOK_URL, AlertOptions
from core.doctor.check import DoctorContext, Judged, Level, check
from core.predict import own
from core.predict.options import ENDPOINT, AiOptions

_AI_OFF = Text("꺼짐", "off")
_NO_ALERTS = Text("켜진 전송 채널이 없습니다", "no channel outside this machine is on")


@check("ai")
def _ai(context: DoctorContext) -> Judged:
    options = context.settings[AiOptions]
    if not options.enabled:
        return Level.OK, _AI_OFF
    if options.source != ENDPOINT:
        return _own(options.source)
    if not options.endpoint:
        return (
            Level.WARN,
            Text("켜져 있지만 주소가 없습니다", "on, but there is no address"),
            Text("ai.endpoint를 적거나 AI를 끄세요", "set ai.endpoint, or switch the AI off"),
        )
    return Level.OK, Text.of(urlsplit(options.endpoint).hostname or "")


def _own(name: str) -> Judged:
    found = own.registered().get(name)
    if found is not None:
        return Level.OK, found.title
    return (
        Level.WARN,
        Text(f"'{name}' 예측기가 없습니다", f"there is no predictor '{name}'"),
        Text(
            f"내 코드에서 그 파일을 신뢰하거나 ai.source를 {ENDPOINT}로 두세요",
            f"trust its file under 'My code', or set ai.source to {ENDPOINT}",
        ),
    )


@check("alerts")
def _alerts(context: DoctorContext) -> Judged:
    options = context.settings[AlertOptions]
    secrets = Secrets(context.environment, context.keyring())
    on, lacking = [], []
    for name, is_on, secret in (
        ("Telegram", options.telegram != "off", TELEGRAM_TOKEN),
        ("webhook", options.webhook != "off", WEBHOOK_URL),
    ):
        if is_on:
            on.append(name)
            if secrets.get(secret) is None:
                lacking.append(secret.title)
    if options.telegram != "off" and not options.telegram_chat:
        lacking.append(Text("텔레그램 대화방", "Telegram chat"))
    if not on:
        return Level.OK, _NO_ALERTS
    if lacking:
        names = Text(", ".join(t.ko for t in lacking), ", ".join(t.en for t in lacking))
        return (
            Level.WARN,
            Text("알림이 나가지 않습니다. 없음: {}", "alerts can't be sent; missing: {}").format(
                names
            ),
            Text("설정의 알림 쪽에서 지정하세요", "set it on the alerts page of the settings"),
        )
    return Level.OK, Text.of(", ".join(on))


@check("program")
def _program(context: DoctorContext) -> Judged:
    return Level.OK, Text.of(context.version)
