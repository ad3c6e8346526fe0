"""The closing certificate in the window: asked for, made beside it, shown, journaled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QUrl
from PyQt5.QtWidgets import QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from core.certificate.issue import Issued, issue
from core.domain.messages import AskForDay, CertificateIssued, DayReported
from gui.main_window import MainWindow
from tests.builders import OPEN
from tests.core.certificate.ledgers import LATER, CertifiedDay
from tests.gui.window_desk import Desk, a_progress

Make = Callable[..., MainWindow]
REPORTED = DayReported(OPEN, OPEN.date(), is_answered=True, is_asked=True)


@pytest.fixture
def day(tmp_path: Path) -> CertifiedDay:
    made = CertifiedDay(tmp_path / "journal.sqlite")
    made.round_trip()
    return made


@pytest.fixture
def certified(qtbot: QtBot, make_window: Make, day: CertifiedDay, tmp_path: Path) -> Any:
    """Return a function that opens a window and tells it that the broker has listed its day."""

    def certify(language: str, is_answered: bool) -> Issued:
        return issue(day.path, tmp_path, language, LATER, is_answered=is_answered)

    def open_(**word: Any) -> MainWindow:
        day.word(**word)
        day.journal.close()
        window = make_window(certify=certify)
        window.on_batch([REPORTED])
        qtbot.waitUntil(lambda: window.is_up_to_date)
        qtbot.waitUntil(lambda: not window.checkups.certificates._errands.is_busy)
        return window

    return open_


def headline(window: MainWindow) -> str:
    found = window.findChild(QLabel, "certificateHeadline")
    assert isinstance(found, QLabel)
    return found.text()


def test_one_that_agrees_is_journaled_without_a_dialog(desk: Desk, certified: Any) -> None:
    window = certified()
    (fact,) = desk.sent(CertificateIssued)
    assert (fact.verdict, fact.file) == ("AGREES", "2026-09-11.json")
    assert not window.checkups.certificates.dialog.isVisible()
    assert headline(window) == "✔ 2026-09-11  일치"


def test_one_that_differs_comes_up_by_itself_and_not_modal(desk: Desk, certified: Any) -> None:
    window = certified(cash=1)
    dialog = window.checkups.certificates.dialog
    assert dialog.isVisible() and not dialog.isModal()
    assert headline(window) == "✖ 2026-09-11  불일치"
    assert desk.sent(CertificateIssued)[0].differing == 1


def test_its_tables_have_both_sides(qtbot: QtBot, certified: Any) -> None:
    window = certified()
    qtbot.waitUntil(lambda: window.findChild(QTableView, "certificate.working") is not None)
    model = window.findChild(QTableView, "certificate.orders").model()
    shown = [model.index(0, column).data() for column in range(model.columnCount())]
    assert shown[1:9] == ["b1", "005930", "매수", "10", "10", "700,000", "15", "0"]
    assert model.rowCount() == 2


def test_by_hand_the_broker_is_asked_first(desk: Desk, window: MainWindow) -> None:
    window.checkups.certificates.open()
    assert desk.sent(AskForDay) == [AskForDay()]
    assert window.checkups.certificates.dialog.isVisible()
    assert headline(window).startswith("증권사에")


def test_without_an_engine_it_is_made_from_what_is_there(
    qtbot: QtBot, desk: Desk, certified: Any
) -> None:
    window = certified()
    desk.is_alive = False
    window.watchdog.tick()
    window.checkups.certificates.ask()
    # The broker does not answer now.
    qtbot.waitUntil(lambda: headline(window) == "– 2026-09-11  비교 안 함")
    assert not desk.sent(AskForDay)


def test_the_file_is_opened_by_a_button(certified: Any, tmp_path: Path) -> None:
    window = certified()
    dialog = window.checkups.certificates.dialog
    opened: list[QUrl] = []
    dialog._open_file = opened.append
    button = dialog.findChild(QPushButton, "openCertificate")
    button.click()
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "certificates" / "2026-09-11.html"))]


def test_the_language_changes_with_the_window(certified: Any) -> None:
    window = certified(cash=1)
    window.apply_settings(window.settings.changed({"ui.language": "en"}))
    assert headline(window) == "✖ 2026-09-11  differs"


def test_a_flatten_has_the_screen(qtbot: QtBot, certified: Any) -> None:
    window = certified(cash=1)
    window.on_batch([a_progress()])
    qtbot.waitUntil(lambda: not window.checkups.certificates.dialog.isVisible())


def test_a_failure_is_said_in_the_dialog_and_in_the_log(
    qtbot: QtBot, make_window: Make, caplog: Any
) -> None:
    def refuse(language: str, is_answered: bool) -> Issued:
        raise OSError("disk full")

    window = make_window(certify=refuse)
    window.on_batch([REPORTED])
    qtbot.waitUntil(lambda: window.is_up_to_date)
    qtbot.waitUntil(lambda: not window.checkups.certificates._errands.is_busy)
    assert "disk full" in headline(window)
    caplog.clear()
