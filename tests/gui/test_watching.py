"""What the window shows of the engine's own health, and the beat by which it shows its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from config.text import Text
from core.domain.messages import (
    Health,
    InvariantsChecked,
    Lamp,
    SymbolState,
    SymbolStateChanged,
    Vital,
    VitalsUpdated,
    WindowBeat,
)
from gui.bundles import open_bundles
from gui.lamps import LampBoard
from gui.main_window import MainWindow
from gui.vitals import VitalsField, VitalsPopup
from gui.watchdog import TICK_MS
from tests.builders import OPEN, at
from tests.gui.window_desk import Desk, a_history

Feed = Callable[..., None]

FINE = Text("마지막 체결이 온 뒤 지난 시간", "since the last trade came")


def vitals(health: Health = Health.OK, age_s: float = 0.4) -> VitalsUpdated:
    engine = Vital("engine", Text("엔진", "Engine"), 0.0, Health.OK, FINE)
    broker = Vital(
        "broker", Text("증권사", "Broker"), age_s, health, Text("답이 없습니다", "silent")
    )
    ai = Vital("ai", Text.of("AI"), None, Health.OK, FINE)
    return VitalsUpdated(OPEN, (engine, broker, ai))


def lamps(*broken: str, hour: int = 10) -> InvariantsChecked:
    titles = {"cash": Text("예수금", "Cash"), "stops": Text("모든 보유에 손절", "Stops")}
    why = Text("005930: 손절가가 없습니다", "005930: no stop")
    return InvariantsChecked(
        at(hour),
        tuple(
            Lamp(name, title, name not in broken, why if name in broken else Text.of(""))
            for name, title in titles.items()
        ),
    )


def lines(board: LampBoard) -> list[str]:
    return [label.text() for label in board.findChildren(QLabel)]


def test_lamps_say_in_words_what_holds_and_what_does_not(window: MainWindow, feed: Feed) -> None:
    board = window.findChild(LampBoard)
    assert lines(board) == ["지켜야 할 것 · 첫 주문이나 체결 때 검사합니다"]
    feed(lamps("stops"))
    shown = lines(board)
    assert shown[0] == "지켜야 할 것 · 마지막 검사 10:00:00"
    assert shown[1:] == ["● 정상", "예수금", "■ 깨짐", "모든 보유에 손절"]
    state = board.findChildren(QLabel)[3]
    assert state.property("role") == "error" and state.toolTip() == "005930: 손절가가 없습니다"
    window.choices["en"].trigger()
    assert lines(board)[1:3] == ["● OK", "Cash"]
    feed(lamps(hour=11))
    assert lines(board)[0].endswith("Last check 11:00:00")
    assert "■ BROKEN" not in lines(board)


def field(window: MainWindow) -> VitalsField:
    window.strip.refresh()
    found: VitalsField = window.findChild(VitalsField)
    return found


def test_the_worst_sign_of_life_is_in_the_strip(window: MainWindow, feed: Feed) -> None:
    assert not field(window).isVisibleTo(window.strip)
    feed(vitals())
    shown = field(window)
    assert (shown.text(), shown.property("role")) == ("● 감시", "ok")
    feed(vitals(Health.ERROR, 31))
    shown = field(window)
    assert shown.isVisibleTo(window.strip)
    assert (shown.text(), shown.property("role")) == ("■ 증권사 31초", "error")
    assert "답이 없습니다" in shown.toolTip()
    feed(vitals(Health.OFF))
    assert field(window).text() == "● 감시"


def test_a_silent_engine_is_not_believed_to_be_alive(window: MainWindow, feed: Feed) -> None:
    feed(vitals())
    for _ in range(3000 // TICK_MS):
        window.watchdog.tick()
    shown = field(window)
    assert shown.text().startswith("■ 엔진 3") and shown.property("role") == "error"


def test_a_click_shows_every_age_and_what_it_means(
    window: MainWindow, feed: Feed, qtbot: QtBot
) -> None:
    feed(vitals(Health.ERROR, 31))
    qtbot.mouseClick(field(window), Qt.LeftButton)
    popup = window.findChild(VitalsPopup)
    assert popup.isVisible()
    texts = [label.text() for label in popup.findChildren(QLabel)]
    assert texts[4:8] == ["■", "증권사", "31초", "답이 없습니다"]
    assert texts[10] == "-", "the AI has never answered"
    feed(vitals())
    window.strip.refresh()
    assert [label.text() for label in popup.findChildren(QLabel)][4] == "●"
    popup.close()


def test_the_window_beats_once_a_second(window: MainWindow, desk: Desk) -> None:
    window.watchdog.stop()
    before = len(desk.sent(WindowBeat))
    for _ in range(3000 // TICK_MS):
        window.watchdog.tick()
    assert len(desk.sent(WindowBeat)) == before + 3


def data(state: SymbolState, symbol: str = "005930") -> SymbolStateChanged:
    told = state in (SymbolState.DEAD, SymbolState.SUSPECT)
    text = Text("95초 동안 체결이 없습니다", "no trade for 95 s") if told else Text.of("")
    return SymbolStateChanged(symbol, OPEN, state, text)


@pytest.mark.parametrize(
    ("state", "word", "tone"),
    [
        (SymbolState.LIVE, "감시중", "text"),
        (SymbolState.QUIET, "한산", "muted"),
        (SymbolState.DEAD, "시세끊김", "error"),
        (SymbolState.SUSPECT, "시세이상", "error"),
    ],
)
def test_the_watchlist_says_what_data_are_worth(
    window: MainWindow, feed: Feed, state: SymbolState, word: str, tone: str
) -> None:
    feed(a_history(), data(state))
    panel = next(one.panel for one in window.docks.all if one.kind.name == "watchlist")
    row = panel.table.get("005930")
    assert (row.status.text.ko, row.status.tone) == (word, tone)
    assert ("95초" in row.tip.ko) == (tone == "error")


def test_the_chart_is_greyed_out_over_data_that_are_not_to_be_believed(
    window: MainWindow, feed: Feed
) -> None:
    canvas = window.chart.canvas
    feed(a_history(), a_history("000660"))
    window._space.select("005930")
    clear = canvas.grab().toImage()
    feed(data(SymbolState.DEAD))
    assert canvas._veil == "시세 끊김: 95초 동안 체결이 없습니다. 새로 사지 않습니다"
    assert canvas.grab().toImage() != clear
    window._space.select("000660")
    assert canvas._veil == ""
    window._space.select("005930")
    window.choices["en"].trigger()
    assert canvas._veil == "No data: no trade for 95 s. Nothing is bought"
    feed(data(SymbolState.LIVE))
    assert canvas._veil == ""


def test_the_bundles_folder_is_made_and_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    open_bundles(tmp_path)
    assert (tmp_path / "bundles").is_dir()
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path / "bundles"]
