"""The strip on top says at once whether all is well, and holds the three buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PyQt5.QtWidgets import QLabel, QPushButton

from core.domain.messages import DataEnded, Heartbeat, PhaseChanged, PredictorReported
from core.domain.risk import TradingState
from core.domain.session import Phase
from gui.context import Mode
from gui.limit_bar import LimitBar
from gui.main_window import MainWindow
from gui.watchdog import TICK_MS
from tests.builders import OPEN, at
from tests.gui.window_desk import Desk, a_quote, a_state, a_view, an_account

Feed = Callable[..., None]


def text(window: MainWindow, name: str) -> str:
    window.strip.refresh()
    return window.findChild(QLabel, name).text()


def role(window: MainWindow, name: str) -> str:
    window.strip.refresh()
    return window.findChild(QLabel, name).property("role")


@pytest.mark.parametrize(
    ("mode", "title"),
    [(Mode.DEMO, "데모"), (Mode.REPLAY, "재생"), (Mode.PAPER, "모의"), (Mode.LIVE, "실전")],
)
def test_the_mode_cant_be_misread(
    make_window: Callable[..., MainWindow], mode: Mode, title: str
) -> None:
    window = make_window(mode=mode)
    badge = window.findChild(QLabel, "modeBadge")
    assert (badge.text(), badge.property("mode")) == (title, mode.value)
    assert title in window.windowTitle()
    has_frame = window.contentsMargins().left() > 0
    assert has_frame == (mode is Mode.LIVE)


def test_account_clock_and_phase_with_countdown(window: MainWindow, feed: Feed, desk: Desk) -> None:
    feed(PhaseChanged(Phase.CONTINUOUS, OPEN, at(15, 20)))
    desk.clock.move_to(at(10, 16, 15))
    assert text(window, "accountLabel") == "80******11"
    assert text(window, "clockLabel") == "10:16:15"
    assert text(window, "phaseLabel") == "정규장 05:03:45 남음"
    feed(PhaseChanged(Phase.CLOSED_DAY, OPEN, None))
    assert text(window, "phaseLabel") == "휴장"


def test_connection(window: MainWindow, feed: Feed) -> None:
    assert text(window, "connectionLabel") == "○ 접속중"
    feed(Heartbeat(OPEN, {}, is_connected=True))
    assert (text(window, "connectionLabel"), role(window, "connectionLabel")) == ("● 접속", "ok")
    feed(Heartbeat(OPEN, {}, is_connected=False))
    assert (text(window, "connectionLabel"), role(window, "connectionLabel")) == ("○ 끊김", "error")


def test_a_silent_engine_is_shown_until_it_speaks_again(window: MainWindow, feed: Feed) -> None:
    for _ in range(3000 // TICK_MS):
        window.watchdog.tick()
    assert text(window, "connectionLabel").startswith("● 엔진 응답 없음 3초")
    assert role(window, "connectionLabel") == "error"
    feed(Heartbeat(OPEN, {}, is_connected=True))
    assert text(window, "connectionLabel") == "● 접속"


def test_old_quotes_warn_while_the_market_trades(
    window: MainWindow, feed: Feed, desk: Desk
) -> None:
    assert text(window, "quoteAgeLabel") == "시세 -"
    feed(PhaseChanged(Phase.CONTINUOUS, OPEN, at(15, 20)), a_quote(time=OPEN))
    desk.clock.move_to(OPEN + timedelta(seconds=2.5))
    assert (text(window, "quoteAgeLabel"), role(window, "quoteAgeLabel")) == ("시세 2.5초", "muted")
    desk.clock.move_to(OPEN + timedelta(seconds=11))
    assert role(window, "quoteAgeLabel") == "warning"
    feed(PhaseChanged(Phase.AFTER_CLOSE, OPEN, None))
    assert role(window, "quoteAgeLabel") == "muted"


def test_the_age_of_a_quote_has_one_unit(window: MainWindow, feed: Feed, desk: Desk) -> None:
    feed(a_quote(time=OPEN))
    desk.clock.move_to(OPEN + timedelta(hours=65))
    assert text(window, "quoteAgeLabel") == "시세 65시간"
    window.choices["en"].trigger()
    assert text(window, "quoteAgeLabel") == "Quote 65 h"


def test_a_phase_that_is_over_needs_no_word_of_the_engine(
    window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(PhaseChanged(Phase.CLOSING_AUCTION, at(15, 20), at(15, 30)))
    desk.phase = Phase.AFTER_CLOSE
    desk.clock.move_to(at(15, 30))
    assert text(window, "phaseLabel") == "장마감"


def test_the_end_of_the_data_stands_still_and_only_flatten_is_left(
    window: MainWindow, feed: Feed, desk: Desk
) -> None:
    feed(
        PhaseChanged(Phase.CONTINUOUS, OPEN, at(15, 20)),
        a_state(TradingState.RUNNING),
        a_quote(time=at(10)),
        DataEnded(at(10)),
    )
    desk.clock.move_to(at(11))
    assert text(window, "phaseLabel") == "자료 끝"
    assert text(window, "stateLabel") == "종료"
    assert text(window, "clockLabel") == "10:00:00"
    assert text(window, "quoteAgeLabel") == "시세 -"
    assert "자료가 끝났습니다" in window.findChild(QLabel, "statusText").text()
    assert enabled_buttons(window) == {"flattenButton"}
    feed(a_state(TradingState.HALTED))
    assert enabled_buttons(window) == {"flattenButton"}


def test_a_flatten_after_the_end_of_the_data_is_seen(window: MainWindow, feed: Feed) -> None:
    feed(DataEnded(OPEN), a_state(TradingState.FLATTENING))
    assert text(window, "stateLabel") == "청산중"


def enabled_buttons(window: MainWindow) -> set[str]:
    names = ("startButton", "stopButton", "flattenButton")
    return {name for name in names if window.findChild(QPushButton, name).isEnabled()}


def test_the_ai_is_shown_only_when_it_is_used(window: MainWindow, feed: Feed, desk: Desk) -> None:
    label = window.findChild(QLabel, "aiLabel")
    assert not label.isVisibleTo(window.strip)
    changes = {"ai.enabled": True, "ai.endpoint": "http://localhost:1"}
    window.apply_settings(desk.context().settings.changed(changes))
    assert label.isVisibleTo(window.strip)
    feed(PredictorReported("005930", 0.01, 38.2, ""))
    assert (text(window, "aiLabel"), role(window, "aiLabel")) == ("AI ● 38ms", "ok")
    feed(PredictorReported("005930", None, 800, "timeout"))
    assert (text(window, "aiLabel"), role(window, "aiLabel")) == ("AI ● 오류", "warning")
    feed(PredictorReported("005930", None, 0, "breaker_open"))
    assert (text(window, "aiLabel"), role(window, "aiLabel")) == ("AI ○ 휴식", "error")


def test_the_days_result_moves_with_the_quotes(window: MainWindow, feed: Feed) -> None:
    assert text(window, "dayPnlLabel") == "-"
    feed(an_account(a_view(price=71_000), pnl=10_000))
    assert text(window, "dayPnlLabel") == "+10,000원  +0.10%"
    assert role(window, "dayPnlLabel") == "up"
    feed(a_quote(69_000))
    assert text(window, "dayPnlLabel") == "-10,000원  -0.10%"
    assert role(window, "dayPnlLabel") == "down"
    bar = window.findChild(LimitBar)
    assert bar.share == pytest.approx(-0.1 / 2.0)


def test_the_bar_between_the_daily_limits() -> None:
    assert LimitBar.share_of(1.5, loss_pct=2.0, target_pct=3.0) == 0.5
    assert LimitBar.share_of(-1.0, loss_pct=2.0, target_pct=3.0) == -0.5
    assert LimitBar.share_of(-9.0, loss_pct=2.0, target_pct=3.0) == -1.0
    assert LimitBar.share_of(9.0, loss_pct=2.0, target_pct=0.0) == 0.0


@pytest.mark.parametrize(
    ("state", "can_start", "can_stop"),
    [
        (TradingState.STOPPED, True, False),
        (TradingState.RUNNING, False, True),
        (TradingState.EXITS_ONLY, False, True),
        (TradingState.FLATTENING, False, False),
        (TradingState.HALTED, True, False),
    ],
)
def test_buttons_follow_the_state_but_flatten_always_works(
    window: MainWindow, feed: Feed, state: TradingState, can_start: bool, can_stop: bool
) -> None:
    feed(a_state(state))
    wanted = {"startButton": can_start, "stopButton": can_stop, "flattenButton": True}
    assert enabled_buttons(window) == {name for name, is_enabled in wanted.items() if is_enabled}


def test_every_button_says_its_key(window: MainWindow) -> None:
    keys = {"startButton": "Ctrl+Return", "stopButton": "Ctrl+.", "flattenButton": "Ctrl+Shift+X"}
    for name, key in keys.items():
        assert key in window.findChild(QPushButton, name).toolTip()
