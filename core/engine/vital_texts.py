"""What is said of the terminal's parts: their names, what is wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from config.text import Text
from core.domain.messages import Health

TITLES = {
    "engine": Text("엔진", "Engine"),
    "feed": Text("시세", "Feed"),
    "broker": Text("증권사", "Broker"),
    "journal": Text("매매일지", "Journal"),
    "window": Text("창", "Window"),
    "clock": Text("시계 오차", "Clock off by"),
    "ai": Text.of("AI"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is said once when it begins and once when it is over."""

    begins: Text
    is_over: Text


TROUBLES = {
    "window_silent": Trouble(
        Text(
            "창이 5초 넘게 응답하지 않아 신규 진입을 막습니다. 청산은 계속합니다. "
            "창이 계속 멈춰 있으면 app.py flatten으로 청산할 수 있습니다",
            "the window has not answered for 5 s: entries are blocked, exits go on. "
            "If it stays hung, `app.py flatten` sells everything",
        ),
        Text("창이 다시 응답합니다", "the window answers again"),
    ),
    "broker_silent": Trouble(
        Text(
            "증권사가 계좌 조회에 30초 넘게 답하지 않아 신규 진입을 막습니다. 영웅문에서 접속과 "
            "잔고를 확인하세요",
            "the broker has not answered an account request for 30 s: entries are blocked. "
            "Check the connection and the balance in the HTS",
        ),
        Text("증권사가 다시 답합니다", "the broker answers again"),
    ),
    "feed_dead": Trouble(
        Text(
            "장중인데 어느 종목에서도 시세가 오지 않아 신규 진입을 막습니다. 영웅문에서 체결이 "
            "보이면 다시 접속하세요",
            "no data of any symbol in the middle of the session: entries are blocked. "
            "If the HTS shows trades, log in again",
        ),
        Text("시세가 다시 옵니다", "market data come again"),
    ),
    "clock_drift": Trouble(
        Text(
            "이 컴퓨터의 시계가 거래소와 한도(risk.max_clock_drift_s)보다 더 어긋나 신규 진입을 "
            "막습니다. Windows 설정의 시간 동기화를 하세요",
            "this machine's clock and the exchange are further apart than risk.max_clock_drift_s: "
            "entries are blocked. Synchronise the clock in the system's settings",
        ),
        Text("시계가 다시 거래소와 맞습니다", "the clock agrees with the exchange again"),
    ),
}
"""By their code in BLOCKS, the one that a trader should hear of first before the others."""

_MEANS = {
    "engine": Text("주문과 손절을 처리합니다", "handles orders and stops"),
    "feed": Text("마지막 체결이 온 뒤 지난 시간", "since the last trade came"),
    "broker": Text("증권사가 마지막으로 답한 뒤", "since the broker last answered"),
    "journal": Text("마지막으로 디스크에 쓴 뒤", "since it was last written to disk"),
    "window": Text("창이 마지막으로 응답한 뒤", "since the window last answered"),
    "clock": Text("거래소 체결 시각과의 차이", "against the exchange's times of trades"),
    "ai": Text("AI가 마지막으로 답한 뒤", "since the AI last answered"),
}
_WRONG = {
    "engine": Text("엔진이 한동안 멈췄습니다", "the engine stood still for a while"),
    "feed": Text("시세가 오지 않습니다: 진입 차단", "no data come: entries are blocked"),
    "broker": Text("답이 없습니다: 진입 차단", "no answer: entries are blocked"),
    "journal": Text("쓸 수 없습니다: 진입 차단", "can't be written: entries are blocked"),
    "window": Text("응답이 없습니다: 진입 차단", "no answer: entries are blocked"),
    "clock": Text("한도를 넘었습니다: 진입 차단", "beyond the limit: entries are blocked"),
    "ai": Text("오류로 답하지 못했습니다: 0점", "failed to answer: it counts 0"),
}
_IDLE = Text("지금은 체결이 없는 시간입니다", "no trades are due now")


def note_of(name: str, health: Health) -> Text:
    """Return what the age of a part means, or what is wrong with it."""
    if health is Health.OFF:
        return _IDLE
    return _MEANS[name] if health is Health.OK else _WRONG[name]
