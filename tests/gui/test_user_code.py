"""Nobody's code runs without being shown first, and all of it is listed with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import QUrl
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QApplication, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from config.schema import Settings, declared
from core.domain.messages import HistoryReady, Noted, Severity
from core.indicators import IndicatorSet
from core.user_code import State, UserCode
from core.user_code.running import forget_all
from core.user_code.trouble import MOST_FAILURES
from gui.dialogs.settings_texts import in_order
from gui.dialogs.trust import TrustAnswer, TrustDialog
from gui.dialogs.user_code import UserCodeDialog
from gui.main_window import MainWindow
from gui.translator import Translator
from tests.builders import SAMSUNG
from tests.core.backtest.test_lookahead import random_bars
from tests.core.user_code.samples import INDICATOR, RULE, indicator_with
from tests.gui.window_desk import Desk

CHEAT = indicator_with(batch='return {"twice": np.append(columns.close[1:], np.nan)}')


@pytest.fixture
def code(tmp_path: Path) -> Iterator[UserCode]:
    code = UserCode(tmp_path)
    code.folder.mkdir()
    yield code
    forget_all()


def write(code: UserCode, name: str, text: str) -> None:
    (code.folder / name).write_text(text, "utf-8")
    code.look()


def load(code: UserCode, name: str, text: str) -> None:
    write(code, name, text)
    code.trust([Path(name)])
    code.load_only()


@pytest.fixture
def opened(desk: Desk, code: UserCode, qtbot: QtBot) -> Callable[..., UserCodeDialog]:
    """Return a function that opens the list; what it opens outside is kept in `urls`."""
    workspace = desk.workspace(user_code=code)

    def make(open_url: Callable[[QUrl], object] = lambda url: None) -> UserCodeDialog:
        dialog = UserCodeDialog(code, workspace, None, open_url)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    make.workspace = workspace  # type: ignore[attr-defined]
    return make


def press(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button.isEnabled(), name
    button.click()


def said(dialog: QDialog) -> str:
    return dialog.findChild(QLabel, "userCodeSaid").text()


def trust_dialog(code: UserCode, qtbot: QtBot, language: str = "ko") -> TrustDialog:
    dialog = TrustDialog(code.files[0], Translator(language))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


# The question


@pytest.mark.parametrize(
    ("language", "warning"), [("ko", "모든 권한"), ("en", "all rights of the program")]
)
def test_it_shows_what_the_file_is_and_warns_in_plain_words(
    code: UserCode, qtbot: QtBot, language: str, warning: str
) -> None:
    write(code, "rise.py", RULE)
    dialog = trust_dialog(code, qtbot, language)
    shown = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    file = code.files[0].described
    for part in ("rise.py", str(file.path), file.sha256[:16], f"{len(file.content):,}"):
        assert part in shown
    assert "core.rules" in shown
    assert warning in shown


def test_the_files_own_words_are_no_markup(code: UserCode, qtbot: QtBot) -> None:
    write(code, "rise.py", '"""<b>Safe!</b> <img src=x>"""\n' + RULE.replace('"""', "'''"))
    dialog = trust_dialog(code, qtbot)
    assert any(label.text() == "<b>Safe!</b> <img src=x>" for label in dialog.findChildren(QLabel))


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("trustCode", TrustAnswer.TRUST),
        ("notNowCode", TrustAnswer.NOT_NOW),
        ("ignoreCode", TrustAnswer.IGNORE),
    ],
)
def test_each_button_is_its_answer(
    code: UserCode, qtbot: QtBot, button: str, answer: TrustAnswer
) -> None:
    write(code, "rise.py", RULE)
    dialog = trust_dialog(code, qtbot)
    with qtbot.waitSignal(dialog.answered) as heard:
        press(dialog, button)
    assert heard.args == [answer]


def test_enter_and_escape_mean_no(code: UserCode, qtbot: QtBot) -> None:
    write(code, "rise.py", RULE)
    dialog = trust_dialog(code, qtbot)
    defaults = [b.objectName() for b in dialog.findChildren(QPushButton) if b.isDefault()]
    assert defaults == ["notNowCode"]
    dialog.reject()
    assert dialog.answer is TrustAnswer.NOT_NOW


def test_a_changed_file_is_named_as_changed(code: UserCode, qtbot: QtBot) -> None:
    load(code, "rise.py", RULE)
    write(code, "rise.py", RULE + "\n")
    dialog = trust_dialog(code, qtbot, "en")
    assert "has changed" in dialog.findChildren(QLabel)[0].text()


# The list


def test_the_list_says_of_each_file_where_it_stands(code: UserCode, opened: Callable) -> None:
    load(code, "rise.py", RULE)
    write(code, "broken.py", "def (")
    write(code, "new.py", INDICATOR)
    dialog = opened()
    view = dialog._view
    rows = [[c.shown(f, opened.workspace.translator) for c in view.table.columns]
            for f in view.table.records]  # fmt: skip
    assert [row[:2] for row in rows] == [
        ["broken.py", "실패"], ["new.py", "신뢰 안 함"], ["rise.py", "사용 중"],
    ]  # fmt: skip
    assert rows[2][3] == "조건 내 상승 (rise)"
    assert "문법" in dialog.findChild(QLabel, "userCodeDetails").text()


def test_what_was_switched_off_says_so(code: UserCode, opened: Callable) -> None:
    load(code, "twice.py", indicator_with(update="raise ValueError('no')"))
    indicators = IndicatorSet(Settings())
    for bar in random_bars(MOST_FAILURES):
        indicators.update(bar)
    dialog = opened()
    (file,) = dialog._view.table.records
    cells = [c.shown(file, opened.workspace.translator) for c in dialog._view.table.columns]
    assert cells[1:3] == ["오류로 꺼짐", str(MOST_FAILURES)]


def test_options_of_the_users_own_come_last_on_their_page(code: UserCode) -> None:
    load(code, "rise.py", RULE)
    assert in_order(declared())[-1].key == "strategy.weight_rise"


def test_trusting_in_the_list_counts_from_the_next_start(
    code: UserCode, opened: Callable, qtbot: QtBot
) -> None:
    write(code, "rise.py", RULE)
    dialog = opened()
    press(dialog, "trustFile")
    asked = dialog.findChild(TrustDialog)
    press(asked, "trustCode")
    assert code.files[0].state is State.TRUSTED
    assert "다음 시작부터" in said(dialog)
    fresh = UserCode(code.folder.parent)
    fresh.look()
    fresh.load_only()
    assert fresh.files[0].state is State.LOADED


def test_saying_no_in_the_list_changes_nothing(code: UserCode, opened: Callable) -> None:
    write(code, "rise.py", RULE)
    dialog = opened()
    press(dialog, "trustFile")
    press(dialog.findChild(TrustDialog), "notNowCode")
    assert code.files[0].state is State.NEW


def test_trust_is_taken_back_in_the_list(code: UserCode, opened: Callable) -> None:
    load(code, "rise.py", RULE)
    press(opened(), "distrustFile")
    fresh = UserCode(code.folder.parent)
    fresh.look()
    assert fresh.files[0].state is State.NEW


def test_a_new_file_is_made_from_a_template_and_never_over_another(
    code: UserCode, opened: Callable
) -> None:
    dialog = opened()
    dialog.findChild(QLineEdit, "newCodeName").setText("mine")
    press(dialog, "createCode")
    assert (code.folder / "mine.py").exists()
    assert [file.name for file in code.files] == ["mine.py"]
    dialog.findChild(QLineEdit, "newCodeName").setText("mine")
    press(dialog, "createCode")
    assert "덮어쓰지" in said(dialog)


def test_the_folder_opens_and_is_made_where_there_was_none(
    code: UserCode, opened: Callable
) -> None:
    code.folder.rmdir()
    urls: list[QUrl] = []
    press(opened(urls.append), "openCodeFolder")
    assert [Path(url.toLocalFile()) for url in urls] == [code.folder]
    assert code.folder.is_dir()


def test_the_look_ahead_check_runs_on_the_charts_bars(
    code: UserCode, opened: Callable, qtbot: QtBot
) -> None:
    load(code, "cheat.py", CHEAT)
    dialog = opened()
    press(dialog, "checkFile")
    assert "봉이 없어" in said(dialog)
    history = HistoryReady(SAMSUNG, tuple(random_bars()), "")
    opened.workspace.bridge.histories_loaded.emit([history])
    opened.workspace.select("005930")
    press(dialog, "checkFile")
    qtbot.waitUntil(lambda: "shift(-1)" in said(dialog))


def test_a_clean_file_is_called_clean(code: UserCode, opened: Callable, qtbot: QtBot) -> None:
    load(code, "twice.py", INDICATOR)
    dialog = opened()
    history = HistoryReady(SAMSUNG, tuple(random_bars(300)), "")
    opened.workspace.bridge.histories_loaded.emit([history])
    opened.workspace.select("005930")
    press(dialog, "checkFile")
    qtbot.waitUntil(lambda: "미래를 보지 않습니다" in said(dialog))


# The window


def test_the_window_lists_it_under_file(make_window: Callable[..., MainWindow], code: UserCode):
    window = make_window(user_code=code)
    (action,) = [a for a in window.findChildren(QAction) if a.text() == "내 코드…"]
    action.trigger()
    assert window.findChild(UserCodeDialog).isVisible()
    assert action.shortcut() == QKeySequence()


def test_what_is_left_out_is_told_when_the_window_opens(
    make_window: Callable[..., MainWindow], code: UserCode, qtbot: QtBot
) -> None:
    write(code, "rise.py", RULE)
    notes: list[Noted] = []
    window = make_window(user_code=code)
    window._space.bridge.noted.connect(notes.extend)
    qtbot.waitUntil(lambda: bool(notes))
    assert "rise.py" in notes[0].text.ko
    assert notes[0].severity is Severity.WARNING


def test_code_that_is_switched_off_is_an_alert(
    make_window: Callable[..., MainWindow], code: UserCode, qtbot: QtBot
) -> None:
    load(code, "twice.py", indicator_with(update="raise ValueError('no')"))
    window = make_window(user_code=code)
    notes: list[Noted] = []
    window._space.bridge.noted.connect(notes.extend)
    indicators = IndicatorSet(Settings())
    for bar in random_bars(MOST_FAILURES + 2):
        indicators.update(bar)
    qtbot.waitUntil(lambda: len(notes) >= 2)
    assert [note.severity for note in notes[:2]] == [Severity.WARNING, Severity.ERROR]
    assert "껐습니다" in notes[1].text.ko
    assert QApplication.activeModalWidget() is None
