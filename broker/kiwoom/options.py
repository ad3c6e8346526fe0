"""The options of the Kiwoom adapter."""

from __future__ import annotations

from datetime import datetime, time
from typing import Literal

from config.schema import Applies, Options, option, section
from config.text import Text

_SECONDS = Text("초", "s")
ANSWER_S = 3  # real seconds that the emulated servers may take


@section("broker")
class KiwoomOptions(Options):
    """How Kiwoom OpenAPI+ is used."""

    kiwoom_account: str = option(
        "",
        page="broker",
        pattern=r"^(\d{4,10})?$",
        title=Text("계좌 뒷자리", "Account's last digits"),
        help=Text(
            "거래할 계좌번호의 마지막 네 자리(같은 계좌가 또 있으면 더 길게)입니다. 비워 두면 11로 "
            "끝나는 첫 위탁계좌를 씁니다.",
            "Last four digits of the account to trade with, or more where two end alike; empty "
            "takes the first stock account (ending in 11).",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_pacing: Literal["quick", "careful"] = option(
        "quick",
        page="broker",
        title=Text("조회 속도", "Request pacing"),
        help=Text(
            "quick은 초당 5회, 분당 60회, 시간당 900회까지 조회합니다. careful은 키움이 안내한 "
            "대기 시간(5회 18초, 25회 90초, 50회 180초)을 지킵니다. 조회 제한에 걸리면 다음 "
            "로그인까지 careful로 바뀝니다.",
            "quick asks up to 5 times a second, 60 a minute and 900 an hour; careful keeps the "
            "waits Kiwoom advises (5 in 18 s, 25 in 90 s, 50 in 180 s). After Kiwoom has refused "
            "a request for its limit it is careful until the next login.",
        ),
        choices={
            "quick": Text("빠르게 (quick)", "Quick"),
            "careful": Text("조심스럽게 (careful)", "Careful"),
        },
        applies=Applies.NEXT_START,
    )
    kiwoom_books: bool = option(
        True,
        page="broker",
        title=Text("호가 수신", "Order books"),
        help=Text(
            "체결과 함께 10단계 호가를 받습니다. 끄면 실시간 데이터가 크게 줄어듭니다.",
            "Receive ten levels of quotes beside trades; without them far less data come.",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_login_timeout_s: int = option(
        180,
        ge=10,
        le=1800,
        unit=_SECONDS,
        page="broker",
        title=Text("로그인 대기", "Login time-out"),
        help=Text(
            "로그인 창을 띄운 뒤 결과를 기다리는 시간입니다.",
            "How long a login may take, the login window and a version check included.",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_request_timeout_s: int = option(
        10,
        ge=2,
        le=120,
        unit=_SECONDS,
        page="broker",
        title=Text("조회 응답 대기", "Request time-out"),
        help=Text(
            "조회 응답을 기다리는 시간입니다. 한 번 다시 조회한 뒤 오류로 알립니다.",
            "How long the answer of a request may take; it is repeated once before it fails.",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_silence_s: int = option(
        60,
        ge=10,
        le=1800,
        unit=_SECONDS,
        page="broker",
        title=Text("시세 끊김 판단", "Silent feed"),
        help=Text(
            "장중에 실시간 시세가 이만큼 오지 않으면 끊긴 것으로 보고 다시 등록하고 접속합니다. "
            "평소 뜸한 종목만 보고 있으면 그 간격에 맞춰 더 기다립니다.",
            "With no real-time data for this long while the market is open the feed counts as "
            "dead: it is registered anew, then the login is repeated. Where data usually come "
            "rarely it waits longer.",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_symbol_silence_s: int = option(
        300,
        ge=30,
        le=7200,
        unit=_SECONDS,
        page="broker",
        title=Text("종목 시세 끊김", "Silent symbol"),
        help=Text(
            "다른 종목은 체결되는데 한 종목만 이만큼 조용하면 그 종목을 다시 등록합니다.",
            "A symbol silent for this long while others trade is registered anew.",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_restart_from: str = option(
        "05:00",
        page="broker",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        title=Text("새벽 점검 시작", "Nightly restart from"),
        help=Text(
            "키움 서버의 새벽 점검 시작 시각입니다. 이때 접속을 끊긴 것으로 봅니다.",
            "When Kiwoom begins to restart its servers at night; the connection counts as lost.",
        ),
        applies=Applies.NEXT_START,
    )
    kiwoom_restart_until: str = option(
        "05:10",
        page="broker",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        title=Text("새벽 점검 끝", "Nightly restart until"),
        help=Text(
            "점검이 끝나 다시 로그인하는 시각입니다. 시작 시각과 같으면 점검이 없는 것으로 봅니다.",
            "When it is over and the login is repeated; the same as the start means no restart.",
        ),
        applies=Applies.NEXT_START,
    )

    def restart_ends(self, now: datetime) -> datetime | None:
        """Return when the nightly restart that `now` lies in is over, None outside of it."""
        begin = _at(now, self.kiwoom_restart_from)
        end = _at(now, self.kiwoom_restart_until)
        return end if begin <= now < end else None

    def next_restart(self, now: datetime) -> datetime | None:
        """Return when the next restart after `now` begins, today; None where none is left."""
        begin = _at(now, self.kiwoom_restart_from)
        has_any = begin < _at(now, self.kiwoom_restart_until)
        return begin if has_any and now < begin else None

    def at_speed(self, speed: float) -> KiwoomOptions:
        """Give answers real time enough in a market that runs faster: threads do not."""
        timeout_s = max(self.kiwoom_request_timeout_s, round(ANSWER_S * speed))
        return self.model_copy(update={"kiwoom_request_timeout_s": timeout_s})


def _at(now: datetime, clock: str) -> datetime:
    return datetime.combine(now.date(), time.fromisoformat(clock), now.tzinfo)
