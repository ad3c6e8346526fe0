"""The pre-market page: comes up by itself where something is wrong, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt5.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from config.text import Text
from core.doctor import Finding, Level
from core.doctor.premarket import CHECKS
from core.domain.messages import (
    BrokerIdentified,
    FlattenProgressed,
    Health,
    Heartbeat,
    Vital,
    VitalsUpdated,
)
from core.domain.risk import TradingState
from core.domain.session import Phase
from gui import premarket
from gui.context import Mode
from gui.main_window import MainWindow
from tests.builders import OPEN
from tests.gui.window_desk import Desk, a_progress, a_state

Make = Callable[..., MainWindow]
WELL = tuple(Finding(name, Level.OK, Text.of(name)) for name in sorted(CHECKS))
FULL = Finding("disk", Level.FAIL, Text.of("3 MB"), Text("비우세요", "make room"))
ILL = (*(each for each in WELL if each.check != "disk"), FULL)
VITALS = tuple(
    Vital(name, Text.of(name), 0.1, Health.OK, Text.of(""))
    for name in ("feed", "broker", "journal", "clock")
)
READY = (
    BrokerIdentified("mock", "80******11"),
    Heartbeat(OPEN, {}, True),
    VitalsUpdated(OPEN, VITALS),
)


@pytest.fixture
def at_dawn(qtbot: QtBot, desk: Desk, make_window: Make) -> Callable[..., MainWindow]:
    """Return a function that opens a live window before the market does, and lets time pass."""

    def make(findings: tuple[Finding, ...], *events: Any, mode: Mode = Mode.LIVE) -> MainWindow:
        desk.phase = Phase.BEFORE_OPEN
        window = make_window(mode=mode, examine=lambda: findings)
        window.on_batch([*READY, *events])
        qtbot.waitUntil(lambda: window.is_up_to_date)
        for _ in range(premarket.FIRST_AFTER + 1):
            window.checkups.premarket.look()
        qtbot.waitUntil(lambda: not window.checkups.premarket._errands.is_busy)
        return window

    return make


def label(window: MainWindow, name: str) -> str:
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def test_it_comes_up_by_itself_where_something_is_not_green(at_dawn: Any) -> None:
    window = at_dawn(ILL)
    assert window.checkups.premarket.dialog.isVisible()
    assert not window.checkups.premarket.dialog.isModal()
    assert label(window, "premarketHeadline") == "고쳐야 할 것 1가지, 확인할 것 0가지"
    assert label(window, "premarket.disk") == "✖ 이상"
    assert label(window, "premarket.account") == "● 정상"


def test_it_stays_away_where_all_is_green(at_dawn: Any) -> None:
    assert not at_dawn(WELL).checkups.premarket.dialog.isVisible()


def test_it_comes_once_a_day(qtbot: QtBot, at_dawn: Any) -> None:
    window = at_dawn(ILL)
    page = window.checkups.premarket
    page.dialog.hide()
    for _ in range(2 * premarket.EXAMINED_EVERY):
        page.look()
    assert not page.dialog.isVisible() and not page._errands.is_busy


def test_a_demo_is_left_alone(at_dawn: Any) -> None:
    assert not at_dawn(ILL, mode=Mode.DEMO).checkups.premarket.dialog.isVisible()


def test_it_never_comes_during_a_flatten(at_dawn: Any) -> None:
    window = at_dawn(ILL, a_state(TradingState.FLATTENING))
    assert not window.checkups.premarket.dialog.isVisible()


def test_it_steps_aside_when_a_flatten_begins(qtbot: QtBot, at_dawn: Any) -> None:
    window = at_dawn(ILL)
    progress: FlattenProgressed = a_progress()
    window.on_batch([progress])
    qtbot.waitUntil(lambda: not window.checkups.premarket.dialog.isVisible())


def test_it_does_not_come_once_the_market_is_open(desk: Desk, at_dawn: Any) -> None:
    window = at_dawn(WELL)
    desk.phase = Phase.CONTINUOUS
    page = window.checkups.premarket
    page._take_findings(ILL)
    assert not page.dialog.isVisible()


def test_it_is_opened_by_hand_in_any_mode_and_speaks_both_languages(
    qtbot: QtBot, make_window: Make
) -> None:
    window = make_window(examine=lambda: WELL)
    page = window.checkups.premarket
    page.open()
    qtbot.waitUntil(lambda: not page._errands.is_busy)
    assert page.dialog.isVisible()
    assert label(window, "premarket.connection") == "✖ 이상"  # nobody has connected yet
    window.apply_settings(window.settings.changed({"ui.language": "en"}))
    assert page.dialog.windowTitle() == "Pre-market check"
    assert label(window, "premarket.connection") == "✖ red"


def test_the_page_follows_the_broker_while_it_is_open(qtbot: QtBot, make_window: Make) -> None:
    window = make_window(examine=lambda: WELL)
    page = window.checkups.premarket
    page.open()
    window.on_batch(list(READY))
    qtbot.waitUntil(lambda: window.is_up_to_date and not page._errands.is_busy)
    page.look()
    assert label(window, "premarketHeadline").startswith("모두 정상")


def test_a_check_that_breaks_is_no_hang(qtbot: QtBot, make_window: Make, caplog: Any) -> None:
    def broken() -> tuple[Finding, ...]:
        raise OSError("no such disk")

    window = make_window(examine=broken)
    page = window.checkups.premarket
    page.open()
    qtbot.waitUntil(lambda: not page._errands.is_busy)
    assert "no such disk" in caplog.text
    caplog.clear()
