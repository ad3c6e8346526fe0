"""The switches of what shall go wrong at the emulated servers; all off where nobody says so."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from config.schema import Options, option, section
from config.text import Text


def _share(title: Text, help: Text) -> Any:
    return option(0.0, ge=0, le=100, unit="%", title=title, help=help)


def _per_hour(title: Text, help: Text) -> Any:
    unit = Text("회/시간", "per hour")
    return option(0.0, ge=0, le=60, unit=unit, title=title, help=help)


@section("emulator")
class EmulatorOptions(Options):
    """Faults of the emulated Kiwoom servers: what is told, never what is true at the exchange.

    Only hand-made orders, halts and interruptions touch the exchange itself.
    """

    fault_seed: int = option(
        0,
        ge=0,
        title=Text("장애 시드", "Seed"),
        help=Text(
            "같은 시드는 같은 장애를 같은 순서로 냅니다.",
            "The same seed makes the same faults in the same order.",
        ),
    )
    delay_pct: float = _share(
        title=Text("지연 확률", "Delayed messages"),
        help=Text(
            "메시지 하나가 늦게 도착할 확률. 뒤의 메시지도 순서대로 함께 밀립니다.",
            "How many messages come late; those behind them wait too, in their order.",
        ),
    )
    delay_ms: int = option(
        300,
        ge=1,
        le=60_000,
        unit="ms",
        title=Text("지연 시간", "Length of a delay"),
        help=Text("늦어지는 시간(시장 시각 기준).", "How late they come, in market time."),
    )
    drop_pct: float = _share(
        title=Text("누락 확률", "Lost messages"),
        help=Text(
            "시세, 체결, 응답 메시지 하나가 사라질 확률.",
            "How many quotes, order events and answers never come.",
        ),
    )
    duplicate_pct: float = _share(
        title=Text("중복 확률", "Doubled messages"),
        help=Text("메시지 하나가 두 번 올 확률.", "How many messages come twice."),
    )
    reorder_pct: float = _share(
        title=Text("순서 바뀜 확률", "Swapped messages"),
        help=Text(
            "메시지 하나가 바로 다음 메시지보다 늦게 올 확률.",
            "How many messages come after the one behind them.",
        ),
    )
    chejan_first_pct: float = _share(
        title=Text("접수가 먼저", "Acceptance first"),
        help=Text(
            "주문번호 응답보다 접수 통보가 먼저 올 확률.",
            "How many orders' acceptances (chejan) come before their numbers (TrData).",
        ),
    )
    fill_first_pct: float = _share(
        title=Text("체결이 먼저", "Fill first"),
        help=Text(
            "주문번호 응답보다 첫 체결이 먼저 올 확률. 체결이 없으면 잠시 뒤에 옵니다.",
            "How many orders' first fills come before their numbers; without a fill the number "
            "comes a little later.",
        ),
    )
    reject_pct: float = _share(
        title=Text("주문 거부 확률", "Refused orders"),
        help=Text(
            "신규, 정정, 취소 주문이 메시지와 함께 거부될 확률.",
            "How many new orders, amendments and cancels are refused with a message.",
        ),
    )
    has_mock_kinds_only: bool = option(
        False,
        title=Text("지정가·시장가만", "Limit and market only"),
        help=Text(
            "모의투자 서버처럼 지정가(00)와 시장가(03)가 아닌 신규 주문을 거부합니다.",
            "Refuse new orders that are neither limit (00) nor market (03), as the server of "
            "simulated investment (모의투자) does.",
        ),
    )
    tr_timeout_pct: float = _share(
        title=Text("조회 무응답 확률", "Unanswered requests"),
        help=Text("조회 응답이 오지 않을 확률.", "How many requests are never answered."),
    )
    disconnects_per_hour: float = _per_hour(
        title=Text("접속 끊김", "Lost lines"),
        help=Text("한 시간에 접속이 끊기는 횟수.", "How often the line is lost in an hour."),
    )
    disconnect_at: str = option(
        "",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^$",
        title=Text("접속 끊김 시각", "Line lost at"),
        help=Text(
            "그 시각에 접속이 끊깁니다. 예: 10:30. 비우면 끊지 않습니다.",
            "The line is lost at this time of day, such as 10:30; empty: never.",
        ),
    )
    outage_s: int = option(
        5,
        ge=0,
        le=3_600,
        unit=Text("초", "s"),
        title=Text("접속 불가 시간", "Length of an outage"),
        help=Text(
            "끊긴 뒤 로그인이 거절되는 시간(시장 시각 기준).",
            "How long log-ins are refused after the line was lost, in market time.",
        ),
    )
    silences_per_hour: float = _per_hour(
        title=Text("시세 중단", "Silent feeds"),
        help=Text(
            "한 시간에 실시간 시세가 말없이 멈추는 횟수. 주문 통보는 계속 옵니다.",
            "How often real-time data stop without a word in an hour; order events go on.",
        ),
    )
    silence_s: int = option(
        30,
        ge=1,
        le=3_600,
        unit=Text("초", "s"),
        title=Text("시세 중단 시간", "Length of a silence"),
        help=Text("시세가 멈춰 있는 시간.", "How long real-time data stay away."),
    )
    is_password_missing: bool = option(
        False,
        title=Text("계좌 비밀번호 미등록", "Account password missing"),
        help=Text(
            "계좌비밀번호 창에 비밀번호를 넣지 않은 상태. 계좌 조회와 주문이 거절됩니다.",
            "As if the password had not been registered: account requests and orders are refused.",
        ),
    )
    foreign_positions: int = option(
        0,
        ge=0,
        le=10,
        unit=Text("종목", "symbols"),
        title=Text("기존 보유 종목", "Positions from elsewhere"),
        help=Text(
            "계좌가 처음 열릴 때 이미 들어 있는 종목 수.",
            "How many securities a new account holds from the start.",
        ),
    )
    hand_orders_per_hour: float = _per_hour(
        title=Text("영웅문 수동 주문", "Orders by hand"),
        help=Text(
            "한 시간에 영웅문에서 손으로 내는 주문 수.",
            "How many orders are made by hand in the HTS in an hour.",
        ),
    )

    def outage_begins(self, now: datetime) -> datetime | None:
        """Return the next moment of `disconnect_at` today, None where there is none."""
        if not self.disconnect_at:
            return None
        at = time.fromisoformat(self.disconnect_at)
        moment = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        return moment if moment > now else None

    @property
    def touches_messages(self) -> bool:
        """Whether any single message may be treated badly."""
        shares = (self.delay_pct, self.drop_pct, self.duplicate_pct, self.reorder_pct)
        return any((*shares, self.chejan_first_pct, self.fill_first_pct))
