"""What only a running terminal knows of its readiness, judged as the doctor judges the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.masking import masked_text
from config.text import Text
from core.doctor.check import Finding, Judged, Level
from core.domain.messages import (
    BrokerIdentified,
    ConditionsListed,
    Health,
    MarketNotice,
    MarketNoticed,
    PredictorReported,
    RequestBudget,
    Vital,
)
from core.domain.session import Phase

SERVERS = {
    "real": Text("실서버", "real server"),
    "mock": Text("모의투자 서버", "mock server"),
    "emulated": Text("가상 서버", "emulated server"),
    "paper": Text("자체 모의 거래소", "our own paper exchange"),
}
NOTICES = {
    MarketNotice.BEFORE_OPEN: Text("장 시작 전", "before the open"),
    MarketNotice.OPENED: Text("장 시작", "opened"),
    MarketNotice.BEFORE_CLOSE: Text("장 마감 전", "before the close"),
    MarketNotice.CLOSED: Text("정규장 마감", "closed"),
    MarketNotice.AFTER_HOURS_OPENED: Text("시간외 시작", "after hours opened"),
    MarketNotice.AFTER_HOURS_CLOSED: Text("시간외 마감", "after hours closed"),
    MarketNotice.DAY_ENDED: Text("하루 마감", "day ended"),
}
_REQUESTS_LEFT = 100  # of an hour; fewer do not last until its end


@dataclass(frozen=True, slots=True)
class Seen:
    """What the window knows at one moment; None: nothing was heard of it yet."""

    now: datetime
    mode: str
    account: str  # masked
    phase: Phase
    is_engine_alive: bool
    is_connected: bool | None = None
    broker: BrokerIdentified | None = None
    budget: RequestBudget | None = None
    notice: MarketNoticed | None = None
    conditions: ConditionsListed | None = None
    has_conditions: bool = False  # the broker has symbol searches
    vitals: Mapping[str, Vital] = field(default_factory=dict)
    frozen: tuple[str, ...] = ()  # symbols in which both sides differ
    has_ai: bool = False  # it is switched on
    prediction: PredictorReported | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether no broker has to be logged in to: the market is our own."""
        return self.mode in ("demo", "replay")


def account(seen: Seen) -> Judged:
    broker = seen.broker
    if broker is None and seen.is_simulated:
        return Level.OK, Text.of(f"{seen.account} ({seen.mode})")
    if broker is None:
        return (
            Level.FAIL,
            Text("로그인되지 않았습니다", "not logged in"),
            Text("키움 로그인 창에서 로그인하세요", "log in in Kiwoom's own window"),
        )
    shown = Text.of("{} · {}").format(
        masked_text(broker.account), SERVERS.get(broker.server, Text.of(broker.server))
    )
    if broker.needs_confirmation:
        return (
            Level.WARN,
            Text("{}: 실계좌 확인 전입니다", "{}: not confirmed yet").format(shown),
            Text(
                "매매 > 실계좌 확인에서 뒷 네 자리를 입력하세요",
                "type its last four digits: Trade > Confirm the real account",
            ),
        )
    return Level.OK, shown


def connection(seen: Seen) -> Judged:
    if not seen.is_engine_alive:
        return (
            Level.FAIL,
            Text("엔진이 멈췄습니다", "the engine has stopped"),
            Text("프로그램을 다시 시작하세요", "start the program anew"),
        )
    if not seen.is_connected:
        return (
            Level.FAIL,
            Text("증권사에 접속되지 않았습니다", "no connection to the broker"),
            Text("네트워크와 로그인 창을 확인하세요", "check the network and the login window"),
        )
    feed = seen.vitals.get("feed")
    if feed is not None and feed.health in (Health.WARNING, Health.ERROR):
        level = Level.FAIL if feed.health is Health.ERROR else Level.WARN
        return level, Text("접속됨. 시세: {}", "connected; feed: {}").format(feed.text), _RELOGIN
    if feed is None or feed.age_s is None or feed.health is Health.OFF:
        return Level.OK, Text(
            "접속됨. 시세는 장이 열리면 옵니다", "connected; data come when the market opens"
        )
    age = f"{feed.age_s:.1f}"
    return Level.OK, Text(f"접속됨. 마지막 시세 {age}초 전", f"connected; last trade {age} s ago")


_RELOGIN = Text("영웅문에 체결이 보이면 다시 접속하세요", "if the HTS shows trades, log in again")


def password(seen: Seen) -> Judged:
    """An account report has come: the broker lets the account be read."""
    broker = seen.vitals.get("broker")
    if broker is None or broker.age_s is None:
        return (
            Level.FAIL if not seen.is_simulated else Level.WARN,
            Text("계좌 조회 응답이 아직 없습니다", "no account report has come yet"),
            Text(
                "매매 > 계좌 비밀번호 등록, 또는 OpenAPI 아이콘의 계좌비밀번호 저장",
                "Trade > Register account password, or 계좌비밀번호 저장 of the OpenAPI icon",
            ),
        )
    if broker.health is Health.ERROR:
        return Level.FAIL, broker.text, _HTS
    return Level.OK, Text("계좌 조회가 됩니다", "the account can be read")


_HTS = Text("영웅문에서 접속과 잔고를 확인하세요", "check connection and balance in the HTS")


def market(seen: Seen) -> Judged:
    notice = seen.notice
    if notice is None or notice.time.date() != seen.now.date():
        return Level.OK, Text("거래소 통보 전", "no word of the exchange yet")
    what = Text.of("{} {}").format(f"{notice.time:%H:%M}", NOTICES[notice.notice])
    if seen.phase is Phase.CLOSED_DAY:
        return (
            Level.WARN,
            Text("달력은 휴장인데 거래소는: {}", "closed by the calendar, yet: {}").format(what),
            Text("거래소 통보를 따릅니다", "the exchange's word counts"),
        )
    return Level.OK, Text("거래소 통보: {}", "the exchange: {}").format(what)


def drift(seen: Seen) -> Judged:
    clock = seen.vitals.get("clock")
    if clock is None or clock.age_s is None:
        return Level.OK, Text(
            "오차는 체결이 오면 잽니다", "its drift is measured by trades to come"
        )
    shown = Text(f"오차 {clock.age_s:+.1f}초", f"off by {clock.age_s:+.1f} s")
    if clock.health in (Health.OK, Health.OFF):
        return Level.OK, shown
    return (
        Level.FAIL,
        shown,
        Text("Windows 시간 동기화를 하세요", "synchronise the clock in the system's settings"),
    )


def conditions(seen: Seen) -> Judged:
    listed = seen.conditions
    if not seen.has_conditions or listed is None:
        return Level.OK, Text("쓰지 않습니다", "not used")
    if listed.error:
        return (
            Level.WARN,
            _as_text(listed.error),
            Text("매매 > 조건검색에서 다시 불러오세요", "load them again: Trade > Symbol searches"),
        )
    count = len(listed.conditions)
    return Level.OK, Text(f"{count}개를 불러왔습니다", f"{count} loaded")


def budget(seen: Seen) -> Judged:
    left = seen.budget
    if left is None:
        return Level.OK, Text("한도 없음", "no limits")
    shown = Text(
        f"주문 {left.orders_left}/{left.orders_limit}, 조회 {left.requests_left}/"
        f"{left.requests_limit}, 시간당 {left.hourly_left:,}건 남음",
        f"orders {left.orders_left}/{left.orders_limit}, queries {left.requests_left}/"
        f"{left.requests_limit}, {left.hourly_left:,} left of the hour",
    )
    is_penalty = left.note is not None and left.blocked_until is not None
    if is_penalty and left.blocked_until is not None and left.blocked_until > seen.now:
        until = Text("{}. {:%H:%M:%S}까지 제한", "{}; blocked until {:%H:%M:%S}")
        return Level.FAIL, until.format(shown, left.blocked_until), _WAIT
    return (Level.OK, shown) if left.hourly_left >= _REQUESTS_LEFT else (Level.WARN, shown, _WAIT)


_WAIT = Text("조회를 아끼고 풀릴 때까지 기다리세요", "query less, and wait until it is over")


def reconciled(seen: Seen) -> Judged:
    if not seen.frozen:
        return Level.OK, Text("지금 증권사와 다른 종목 없음", "nothing differs from the broker now")
    return (
        Level.FAIL,
        Text("증권사와 다릅니다: {}", "differs from the broker: {}").format(", ".join(seen.frozen)),
        Text("영웅문에서 잔고를 확인하고 정하세요", "check the HTS and decide which side is right"),
    )


def journal(seen: Seen) -> Judged:
    vital = seen.vitals.get("journal")
    if vital is not None and vital.health is Health.ERROR:
        return (
            Level.FAIL,
            vital.text,
            Text("디스크와 권한을 확인하세요", "check the disk and the file's rights"),
        )
    return Level.OK, Text("기록하고 있습니다", "being written")


def ai(seen: Seen) -> Judged:
    told = seen.prediction
    if not seen.has_ai:
        return Level.OK, Text.of("")
    if told is None:
        return Level.OK, Text("아직 묻지 않았습니다", "not asked yet")
    if told.error:
        return (
            Level.WARN,
            Text("응답 오류: {}", "answered with an error: {}").format(told.error),
            Text("서버를 확인하세요. AI는 0점입니다", "check the server; the AI counts 0"),
        )
    return Level.OK, Text(f"응답 {told.latency_ms:.0f} ms", f"answers in {told.latency_ms:.0f} ms")


def _as_text(said: Text | str) -> Text:
    return said if isinstance(said, Text) else Text.of(said)


def found(name: str, judged: Judged) -> Finding:
    return Finding(name, *judged)
