"""The strip on the broker: which server, whose account, what its limits leave, what is stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from PyQt5.QtWidgets import QLabel, QPushButton, QWidget

from config.text import Text
from core.domain.messages import (
    BrokerIdentified,
    Heartbeat,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
    Noted,
    PhaseChanged,
    RequestBudget,
    Resumed,
    Severity,
)
from core.domain.risk import TradingState
from core.domain.session import Phase
from gui.context import Mode
from gui.limit_bar import LimitBar
from gui.main_window import MainWindow
from tests.builders import OPEN, at
from tests.gui.window_desk import Desk, a_session, a_state

Feed = Callable[..., None]
CALM = RequestBudget(5, 5, 4, 5, 987)
PENALTY = Text("조회 과다", "too many requests")


def label(window: MainWindow, name: str) -> QLabel:
    window.strip.refresh()
    return window.findChild(QLabel, name)


def hand(window: MainWindow, *events: Any) -> None:
    """Hand events over at once, without the bridge's pace."""
    for event in events:
        window.strip._space.bridge.signals[type(event)].emit([event])


@pytest.mark.parametrize(
    ("mode", "server", "title", "look", "has_frame"),
    [
        (Mode.LIVE, "real", "실전", "live", True),
        (Mode.LIVE, "mock", "모의투자", "paper", False),
        (Mode.PAPER, "paper", "모의", "paper", False),
        (Mode.DEMO, "emulated", "데모", "demo", False),
    ],
)
def test_only_real_money_looks_like_it(
    make_window: Callable[..., MainWindow],
    mode: Mode,
    server: str,
    title: str,
    look: str,
    has_frame: bool,
) -> None:
    window = make_window(mode=mode)
    hand(window, BrokerIdentified(server, "81******22"))
    badge = label(window, "modeBadge")
    assert (badge.text(), badge.property("mode")) == (title, look)
    assert window.windowTitle().endswith(f"· {title}")
    assert (window.contentsMargins().left() > 0) is has_frame


def test_before_the_server_is_known_a_live_window_counts_as_real(
    make_window: Callable[..., MainWindow],
) -> None:
    window = make_window(mode=Mode.LIVE)
    assert label(window, "modeBadge").text() == "실전"
    assert window.contentsMargins().left() > 0
    hand(window, BrokerIdentified("mock", "81******22"))
    assert window.contentsMargins().left() == 0
    hand(window, BrokerIdentified("real", "80******11"))
    assert window.contentsMargins().left() > 0


def test_account_and_server_are_those_of_the_broker(window: MainWindow, feed: Feed) -> None:
    feed(BrokerIdentified("emulated", "81******22"))
    account = label(window, "accountLabel")
    assert account.text() == "81******22"
    assert account.toolTip() == "계좌번호 81******22\n에뮬레이터"
    window.choices["en"].trigger()
    assert label(window, "accountLabel").toolTip() == "Account 81******22\nemulated server"


def test_a_paper_account_says_where_its_orders_stay(window: MainWindow, feed: Feed) -> None:
    feed(BrokerIdentified("paper", "PAPER"))
    tip = label(window, "accountLabel").toolTip()
    assert tip == "계좌번호 PAPER\n페이퍼: 프로그램 안의 가상 거래소"


# The request budget


def test_there_is_no_budget_before_the_broker_has_told_one(window: MainWindow, feed: Feed) -> None:
    assert not label(window, "budgetLabel").isVisibleTo(window.strip)
    feed(CALM)
    shown = label(window, "budgetLabel")
    assert shown.isVisibleTo(window.strip)
    assert (shown.text(), shown.property("role")) == ("주문 5/5 조회 4/5", "muted")
    assert "남은 조회 987건" in shown.toolTip()


def test_a_penalty_is_counted_down_in_red(window: MainWindow, feed: Feed, desk: Desk) -> None:
    feed(RequestBudget(5, 5, 0, 5, 987, OPEN + timedelta(seconds=42), PENALTY))
    shown = label(window, "budgetLabel")
    assert (shown.text(), shown.property("role")) == ("주문 5/5 조회 0/5 제한 0:42", "error")
    assert "09:00:42까지 요청 제한: 조회 과다" in shown.toolTip()
    desk.clock.move_to(at(9, 0, 30.5))
    assert label(window, "budgetLabel").text() == "주문 5/5 조회 0/5 제한 0:12"
    desk.clock.move_to(at(9, 0, 42))
    assert label(window, "budgetLabel").property("role") == "muted"


@pytest.mark.parametrize(("wait_s", "role"), [(0.2, "muted"), (30.0, "error")])
def test_the_ordinary_pace_of_requests_is_no_penalty(
    window: MainWindow, feed: Feed, wait_s: float, role: str
) -> None:
    feed(RequestBudget(5, 5, 0, 5, 987, OPEN + timedelta(seconds=wait_s)))
    assert label(window, "budgetLabel").property("role") == role


# Interruptions and the exchange's notices


def test_interruptions_are_counted(window: MainWindow, feed: Feed, desk: Desk) -> None:
    assert not label(window, "interruptionLabel").isVisibleTo(window.strip)
    until = at(9, 2)
    feed(Interrupted("005930", OPEN, Interruption.STATIC_VI, 77_000, until))
    shown = label(window, "interruptionLabel")
    assert (shown.text(), shown.property("role")) == ("정적VI 2:00", "warning")
    assert shown.toolTip() == "삼성전자 정적VI 09:00:00 발동, 발동가 77,000원, 09:02:00까지"
    feed(Interrupted("000660", OPEN, Interruption.DYNAMIC_VI, until=until))
    assert label(window, "interruptionLabel").text() == "VI 2종목"
    feed(Resumed("005930", until), Resumed("000660", until))
    assert not label(window, "interruptionLabel").isVisibleTo(window.strip)


def test_a_circuit_breaker_is_said_before_all_others(window: MainWindow, feed: Feed) -> None:
    feed(Interrupted("005930", OPEN, Interruption.STATIC_VI))
    feed(Interrupted("", OPEN, Interruption.CIRCUIT_BREAKER, until=at(9, 20)))
    shown = label(window, "interruptionLabel")
    assert (shown.text(), shown.property("role")) == ("CB 20:00", "error")
    assert len(shown.toolTip().splitlines()) == 2


def test_the_newest_notice_of_the_exchange_is_the_phases_tip(
    window: MainWindow, feed: Feed
) -> None:
    feed(MarketNoticed(at(8, 50), MarketNotice.BEFORE_OPEN, timedelta(minutes=10)))
    assert label(window, "phaseLabel").toolTip() == "08:50:00  장 시작 전 00:10:00"


# The connection


def test_the_connection_says_what_was_last_heard_of_it(window: MainWindow, feed: Feed) -> None:
    feed(
        Noted(at(9, 1), Severity.ERROR, Text("접속 끊김: -106", "disconnected: -106")),
        Heartbeat(at(9, 1), {}, is_connected=False),
    )
    assert label(window, "connectionLabel").toolTip() == "09:01:00  접속 끊김: -106"
    feed(Noted(at(9, 2), Severity.INFO, Text("3번째 재접속", "third try")))
    feed(Noted(at(9, 3), Severity.ERROR, Text("주문 거부", "rejected"), "005930"))
    assert label(window, "connectionLabel").toolTip() == "09:02:00  3번째 재접속"
    feed(
        Noted(at(9, 4), Severity.INFO, Text("증권사 접속", "connected")),
        Heartbeat(at(9, 4), {}, is_connected=True),
        Noted(at(9, 5), Severity.INFO, Text("설정을 적용했습니다", "settings applied")),
    )
    assert label(window, "connectionLabel").toolTip() == "09:04:00  증권사 접속"


# Room


CROWD = (
    PhaseChanged(Phase.CLOSING_AUCTION, OPEN, at(15, 30)),
    BrokerIdentified("real", "80******11", needs_confirmation=True),
    CALM,
    Interrupted("", OPEN, Interruption.CIRCUIT_BREAKER, until=at(9, 20)),
    Heartbeat(OPEN, {}, is_connected=True),
    a_state(TradingState.EXITS_ONLY),
)


def overlaps(window: MainWindow) -> list[tuple[str, str]]:
    """Return neighbours of the strip that touch, and what sticks out of the window."""
    fields = [it for it in window.strip.children() if isinstance(it, QWidget) and it.isVisible()]
    fields.sort(key=lambda it: it.x())
    touching = [
        (one.objectName(), other.objectName())
        for one, other in pairwise(fields)
        if one.geometry().right() >= other.x()
    ]
    last = fields[-1]
    ends = window.strip.mapTo(window, last.geometry().topRight()).x()
    return touching + ([(last.objectName(), "window")] if ends > window.width() else [])


def cut(window: MainWindow) -> list[str]:
    labels = [it for it in window.strip.findChildren(QLabel) if it.isVisible()]
    return [
        it.text() for it in labels if it.width() < it.fontMetrics().horizontalAdvance(it.text())
    ]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_nothing_is_cut_however_much_there_is_to_say(
    make_window: Callable[..., MainWindow], qtbot: Any, desk: Desk, language: str, width: int
) -> None:
    window = make_window(language=language, mode=Mode.LIVE, confirm_account=lambda text: False)
    changes = {"ai.enabled": True, "ai.endpoint": "http://localhost:1", "ui.language": language}
    window.apply_settings(desk.context().settings.changed(changes))
    window.resize(width, 800)
    window.on_batch([*a_session(), *CROWD])
    qtbot.waitUntil(lambda: window.is_up_to_date)
    window.strip.refresh()
    qtbot.waitUntil(lambda: overlaps(window) == [] and cut(window) == [])
    assert window.width() == width
    for name in ("startButton", "stopButton", "flattenButton", "confirmAccountButton"):
        assert window.findChild(QPushButton, name).isVisible()
    assert label(window, "interruptionLabel").isVisible()


def test_what_is_calm_gives_way_first_and_comes_back(
    make_window: Callable[..., MainWindow], qtbot: Any
) -> None:
    window = make_window(language="en", mode=Mode.LIVE, confirm_account=lambda text: False)
    hand(window, *CROWD, *a_session())
    window.resize(1280, 800)
    bar = window.findChild(LimitBar)
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert label(window, "connectionLabel").isVisible()
    window.resize(1920, 800)
    qtbot.waitUntil(bar.isVisible)
    assert label(window, "accountLabel").isVisible()


def test_a_penalty_never_gives_way(make_window: Callable[..., MainWindow], qtbot: Any) -> None:
    window = make_window(language="en", mode=Mode.LIVE, confirm_account=lambda text: False)
    penalty = RequestBudget(5, 5, 0, 5, 987, OPEN + timedelta(seconds=42), PENALTY)
    hand(window, *CROWD, penalty)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: overlaps(window) == [] and cut(window) == [])
    assert label(window, "budgetLabel").isVisible()
