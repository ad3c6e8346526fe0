"""Alerts in the window: each is told once, by everything that is loud enough, muted or not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QLabel, QLineEdit, QPushButton, QSystemTrayIcon

from config.secrets import Secrets
from config.text import Text
from core.alerts import Alert, AlertKind, Importance
from core.alerts.options import TELEGRAM_TOKEN
from core.domain.messages import Decided, FlattenProgressed, FlattenStep, Noted, Severity
from core.domain.signal import Action, Decision
from gui import theme
from gui.alerts.center import MUTE, MUTE_MS
from gui.alerts.sounds import FILES, Player, Sounds, found_player
from gui.dialogs.alerts_box import AlertsBox
from tests.builders import OPEN

STOP = Decided(Decision("005930", OPEN, Action.SELL_SL, 69_300, None))
BROKEN = Noted(OPEN, Severity.ERROR, Text("불변식이 깨짐", "broken"), "000660", stops_entries=True)
FLATTEN = FlattenProgressed(
    FlattenStep.CANCEL, OPEN, OPEN, (), False, Text("취소 중", "cancelling")
)


@pytest.fixture
def told(window, monkeypatch):
    """What came out of loudspeaker and tray of the window."""
    out = []
    monkeypatch.setattr(window.alerts.sounds, "sound", out.append)
    monkeypatch.setattr(window.alerts.tray, "tell", lambda alerts: out.append(alerts[-1].kind))
    return out


@pytest.fixture
def shown(window, qtbot):
    """Return a function that waits until the toast says something."""

    def wait(text):
        qtbot.waitUntil(lambda: any(text in line for line in window.alerts.toast.texts))
        return window.alerts.toast.texts

    return wait


def last(window):
    return window.statusBar().findChild(QLabel, "lastAlert")


def test_an_alert_is_told_by_toast_tray_and_the_line_at_the_bottom(window, feed, told, shown):
    feed(STOP)
    assert shown("손절")[0].startswith("09:00:00 [손절] 005930")
    assert last(window).text() == "09:00:00 손절 삼성전자"
    assert told == [AlertKind.STOP_HIT]  # a sound is for grave ones


def test_a_grave_one_makes_a_sound_too_and_many_at_once_make_one(window, feed, told, shown):
    feed(STOP, BROKEN, STOP)
    assert len(shown("불변식")) == 3
    assert told == [Importance.GRAVE, AlertKind.STOP_HIT]
    assert last(window).property("role") == "accent"
    assert "불변식" in last(window).toolTip()


def test_muting_silences_sound_and_tray_but_shows_all(window, feed, told, shown):
    mute = next(it for it in window.findChildren(QAction) if it.text() == MUTE.ko)
    mute.trigger()
    assert window.alerts.is_muted and mute.isChecked()
    feed(BROKEN)
    shown("불변식")
    assert told == []
    window.alerts.test()
    shown("알림 시험")
    assert told == [Importance.GRAVE, AlertKind.TEST]  # the trader has asked for it
    mute.trigger()
    assert not window.alerts.is_muted and not mute.isChecked()
    assert MUTE_MS == 600_000


def test_settings_say_how_loud_it_is(window, feed, told, shown):
    window.apply_settings(window.settings.changed({"alerts.sound": "all", "alerts.tray": "off"}))
    feed(STOP)
    shown("손절")
    assert told == [Importance.USUAL]


def test_an_engine_that_has_failed_is_told_once(window, desk, told, shown, qtbot):
    window.on_engine_failed(RuntimeError("boom"))
    shown("boom")
    desk.is_alive = False
    window.watchdog.tick()
    shown("boom")
    assert told.count(AlertKind.ENGINE_DOWN) == 1


def test_an_engine_that_hangs_is_told_and_again_the_next_time(window, told, shown, qtbot):
    for times in (1, 2):
        for _ in range(12):
            window.watchdog.tick()
        qtbot.waitUntil(lambda times=times: told.count(AlertKind.ENGINE_DOWN) == times)
        window.watchdog.hear()


def test_the_windows_own_flatten_is_told_without_an_engine(window, told, shown):
    window.trading.panic.progressed.emit(FLATTEN)
    assert "전량청산 시작" in shown("취소 중")[0]


def test_a_click_puts_the_toast_away(window, feed, shown, qtbot):
    feed(BROKEN)
    shown("불변식")
    qtbot.mouseClick(window.alerts.toast, Qt.LeftButton)
    assert not window.alerts.toast.isVisible()


def test_the_toast_stays_inside_and_off_the_strip(window, feed, shown):
    feed(STOP, BROKEN, STOP, BROKEN, STOP, BROKEN)
    shown("손절")
    toast = window.alerts.toast.geometry()
    assert window.rect().contains(toast)
    assert toast.top() > window.strip.height() * 2
    window.resize(1100, 700)
    assert window.rect().contains(window.alerts.toast.geometry())


def test_the_language_of_what_is_shown_follows_the_window(window, feed, shown):
    feed(STOP)
    shown("손절")
    window.apply_settings(window.settings.changed({"ui.language": "en"}))
    assert "[Stop hit]" in window.alerts.toast.texts[0] and "Stop hit" in last(window).text()


def test_a_click_in_the_tray_brings_the_window_up(window, qtbot):
    window.showMinimized()
    window.alerts.tray.clicked.emit()
    assert window.isVisible() and not window.isMinimized()


def test_a_message_of_many_alerts_says_how_many_it_leaves_out(window):
    alerts = [Alert(AlertKind.STOP_HIT, OPEN, Text.of(str(number))) for number in range(6)]
    _, text = window.alerts.tray.words(alerts)
    assert text.splitlines()[0].endswith("2") and text.splitlines()[-1] == "외 2건"


def test_without_a_tray_nothing_is_missed(window, monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    window.alerts.tray.appear()
    window.alerts.tray.tell([Alert(AlertKind.TEST, OPEN, Text.of("x"))])
    window.alerts.tray.close()


# sounds


@pytest.mark.parametrize("importance", list(Importance))
def test_each_importance_has_a_sound_of_its_own(importance):
    file = theme.RESOURCES / "sounds" / FILES[importance]
    assert file.read_bytes()[:4] == b"RIFF" and file.stat().st_size < 20_000


def test_nobody_waits_for_a_sound_and_its_failure_is_said_once(qtbot):
    gate, played = threading.Event(), []

    def play(path: Path) -> None:
        gate.wait(20)
        played.append(path.name)
        raise OSError("no loudspeaker")

    sounds = Sounds(player=Player(play))
    said = []
    sounds.failed.connect(said.append)
    sounds.sound(Importance.GRAVE)
    sounds.sound(Importance.USUAL)  # while the other one is heard
    assert played == []
    gate.set()
    qtbot.waitUntil(lambda: len(said) == 1)
    qtbot.waitUntil(lambda: not sounds._thread.is_alive())
    sounds.sound(Importance.USUAL)
    qtbot.waitUntil(lambda: played == ["grave.wav", "usual.wav"])
    qtbot.waitUntil(lambda: not sounds._thread.is_alive())
    assert len(said) == 1 and "no loudspeaker" in said[0].en


def test_a_program_that_fails_says_why(monkeypatch, tmp_path):
    program = tmp_path / "paplay"
    program.write_text("#!/bin/sh\necho no server >&2\nexit 1\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(OSError, match="paplay: no server"):
        found_player().play(tmp_path / "x.wav")


def test_with_no_player_at_all_a_beep_has_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("gui.alerts.sounds._by_qt", lambda: None)
    assert not found_player().waits


# the page of the settings


class FakeKeyring:
    def __init__(self):
        self.kept = {}

    def get_password(self, service, name):
        return self.kept.get(name)

    def set_password(self, service, name, value):
        self.kept[name] = value

    def delete_password(self, service, name):
        del self.kept[name]


@pytest.fixture
def box(qtbot, window):
    keyring = FakeKeyring()
    made = AlertsBox("ko", Secrets({}, keyring), lambda: window.settings)
    made.keyring = keyring
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.states[TELEGRAM_TOKEN.name].text() == "없음")
    return made


def test_a_secret_goes_into_the_keyring_and_is_never_shown_again(box, qtbot):
    field = box.findChild(QLineEdit, "secret.telegram_token")
    assert field.echoMode() == QLineEdit.Password
    field.setText(" 123456:planted-token ")
    with qtbot.waitSignal(box.secrets_changed):
        box.findChild(QPushButton, "save.telegram_token").click()
    assert box.keyring.kept == {"telegram_token": "123456:planted-token"}
    qtbot.waitUntil(lambda: box.states["telegram_token"].text() == "키링에 있음")
    assert field.text() == ""
    texts = [label.text() for label in box.findChildren(QLabel)]
    assert not any("planted" in text for text in texts)
    with qtbot.waitSignal(box.secrets_changed):
        box.findChild(QPushButton, "remove.telegram_token").click()
    assert box.keyring.kept == {}


def test_nothing_entered_saves_nothing(box):
    box.save(TELEGRAM_TOKEN)
    assert box.keyring.kept == {}


def test_where_there_is_no_keyring_the_variables_are_named(qtbot, window):
    box = AlertsBox("en", Secrets({}, None), lambda: window.settings)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(box.no_keyring.isVisible)
    assert "TERMINAL_SECRET__TELEGRAM_TOKEN, TERMINAL_SECRET__WEBHOOK_URL" in box.no_keyring.text()
    assert not box.inputs["webhook_url"].isVisible()


def test_what_a_channel_still_needs_is_said_on_the_page(window, qtbot):
    window.apply_settings(window.settings.changed({"alerts.telegram": "all"}))
    window.open_settings()
    window.settings_dialog.show_option("alerts.telegram")
    box = window.settings_dialog.findChild(AlertsBox)
    qtbot.waitUntil(box.missing.isVisible)
    assert "TERMINAL_SECRET__TELEGRAM_TOKEN, alerts.telegram_chat" in box.missing.text()


def test_the_button_sends_a_test_alert(window, qtbot, told, shown):
    window.open_settings()
    window.settings_dialog.show_option("alerts.sound")
    box = window.settings_dialog.findChild(AlertsBox)
    box.findChild(QPushButton, "testAlert").click()
    shown("알림 시험")
    assert told == [Importance.GRAVE, AlertKind.TEST]
