"""The settings dialog as a trader uses it: pages, search, Apply, at run time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from config.schema import Settings
from gui.dialogs.settings import SettingsDialog
from gui.dialogs.settings_index import PRESETS
from gui.dialogs.settings_kinds import PARTNERS
from gui.dialogs.settings_page import SettingsPage
from gui.dialogs.settings_row import SettingRow
from gui.dialogs.settings_texts import page_of
from gui.widgets.symbols import SymbolsInput
from tests.gui.settings_hand import OPTIONS, STOP, note, press, row, status, type_into

# Apply, OK, Cancel, defaults


def test_apply_publishes_the_new_settings_once(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "2.5")
    seen: list[Settings] = []
    dialog.applied.connect(seen.append)
    press(dialog, "apply")
    assert seen == [Settings({STOP: 2.5})]
    assert dialog.isVisible()
    assert note(row(dialog, STOP)) == "0.1 ~ 30 · 기본 1.0"
    press(dialog, "ok")
    assert len(seen) == 1


def test_apply_says_what_waits_for_the_next_start(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "2.5")
    type_into(qtbot, row(dialog, "risk.start_capital"), "5000000")
    press(dialog, "apply")
    assert "1개를 적용" in status(dialog)
    assert OPTIONS["risk.start_capital"].meta.title.ko in status(dialog)


def test_apply_can_be_pressed_only_with_sound_changes(qtbot, dialog: SettingsDialog) -> None:
    button = dialog.findChild(QPushButton, "apply")
    assert button is not None
    assert not button.isEnabled()
    type_into(qtbot, row(dialog, STOP), "2.5")
    assert button.isEnabled()
    type_into(qtbot, row(dialog, STOP), "99")
    assert not button.isEnabled()


def test_ok_with_a_wrong_value_stays_and_shows_it(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "99")
    dialog.index.show_page("symbols")
    with qtbot.assertNotEmitted(dialog.applied):
        press(dialog, "ok")
    assert dialog.isVisible()
    assert dialog.index.current() == page_of(OPTIONS[STOP])
    assert OPTIONS[STOP].meta.title.ko in status(dialog)


def test_ok_applies_and_closes(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "2.5")
    with qtbot.waitSignal(dialog.applied):
        press(dialog, "ok")
    assert not dialog.isVisible()


def test_cancel_forgets_what_was_not_applied(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "99")
    with qtbot.assertNotEmitted(dialog.applied):
        press(dialog, "cancel")
    assert not dialog.isVisible()
    dialog.show()
    shown = row(dialog, STOP)
    assert shown.input.value() == 1.0
    assert not note(shown).startswith("✕")


def test_a_page_is_reset_without_touching_the_others(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, "strategy.rsi_period"), "20")
    type_into(qtbot, row(dialog, STOP), "2.5")
    page = dialog.findChild(SettingsPage, f"settingsPage.{page_of(OPTIONS[STOP])}")
    assert page is not None
    press(page, "resetPage")
    assert dialog.draft.changed_keys() == ["strategy.rsi_period"]


def test_everything_is_reset(qtbot, tmp_path: Path) -> None:
    made = SettingsDialog(Settings({STOP: 2.5, "ui.theme": "light"}), {}, "en", tmp_path)
    qtbot.addWidget(made)
    press(made, "resetAll")
    assert made.apply()
    assert made.draft.base == Settings()


# The list of pages and the search


def test_a_page_is_made_when_it_is_looked_at(dialog: SettingsDialog) -> None:
    assert len(dialog.findChildren(SettingsPage)) == 1
    dialog.index.show_page("risk")
    assert len(dialog.findChildren(SettingsPage)) == 2


def test_every_option_stands_on_exactly_one_page(dialog: SettingsDialog) -> None:
    for number in range(dialog.index.count()):
        dialog.index.setCurrentRow(number)
    shown = [found.objectName() for found in dialog.findChildren(SettingRow)]
    own = OPTIONS.keys() - set(PARTNERS.values())
    assert sorted(shown) == sorted(f"setting.{key}" for key in own)


def visible_pages(dialog: SettingsDialog) -> list[str]:
    items = (dialog.index.item(number) for number in range(dialog.index.count()))
    return [item.text() for item in items if item is not None and not item.isHidden()]


@pytest.mark.parametrize("query", ["손절", "stop loss", "risk.stop_loss_pct", "STOP LOSS"])
def test_search_finds_an_option_by_any_of_its_words(
    qtbot, dialog: SettingsDialog, query: str
) -> None:
    dialog.search.setText(query)
    assert dialog.index.current() == page_of(OPTIONS[STOP])
    found = dialog.findChild(SettingRow, f"setting.{STOP}")
    other = dialog.findChild(SettingRow, "setting.risk.max_positions")
    assert found is not None
    assert other is not None
    assert found.isVisible()
    assert not other.isVisible()
    assert "(" in visible_pages(dialog)[0]


def test_ending_the_search_shows_everything_again(dialog: SettingsDialog) -> None:
    before = visible_pages(dialog)
    dialog.search.setText("손절")
    dialog.search.clear()
    assert visible_pages(dialog) == before
    assert row(dialog, "risk.max_positions").isVisible()


def test_a_search_without_a_hit_says_so(dialog: SettingsDialog) -> None:
    dialog.search.setText("zzzz")
    assert visible_pages(dialog) == []
    assert status(dialog) == "찾는 설정이 없습니다."
    dialog.search.setText("손절")
    assert dialog.index.current() == page_of(OPTIONS[STOP])


def test_escape_ends_the_search_first_and_then_closes(qtbot, dialog: SettingsDialog) -> None:
    dialog.search.setText("손절")
    qtbot.keyClick(dialog.search, Qt.Key_Escape)
    assert dialog.isVisible()
    assert dialog.search.text() == ""
    qtbot.keyClick(dialog.search, Qt.Key_Escape)
    assert not dialog.isVisible()


def test_pages_with_changes_are_marked(qtbot, dialog: SettingsDialog) -> None:
    dialog.index.show_page("risk")
    item = dialog.index.currentItem()
    assert item is not None
    assert item.icon().isNull()
    type_into(qtbot, row(dialog, STOP), "2.5")
    assert not item.icon().isNull()


# Symbols, presets, language, changes from elsewhere


def test_symbols_are_edited_like_any_option(qtbot, dialog: SettingsDialog) -> None:
    shown = row(dialog, "market.symbols")
    assert isinstance(shown.input, SymbolsInput)
    shown.input.chosen.setCurrentRow(0)
    shown.input.findChild(QToolButton, "down").click()
    before = Settings().value("market.symbols")
    with qtbot.waitSignal(dialog.applied) as applied:
        press(dialog, "apply")
    assert applied.args[0].value("market.symbols")[:2] == [before[1], before[0]]


def test_a_symbol_is_switched_off_and_on(qtbot, dialog: SettingsDialog) -> None:
    shown = row(dialog, "market.symbols")
    first = shown.input.chosen.item(0)
    first.setCheckState(Qt.Unchecked)
    assert note(shown).startswith("●")
    with qtbot.waitSignal(dialog.applied) as applied:
        press(dialog, "apply")
    symbols = Settings().value("market.symbols")
    assert applied.args[0].value("market.symbols_off") == symbols[:1]
    assert applied.args[0].value("market.symbols") == symbols
    button = shown.findChild(QToolButton, "reset")
    assert button.isVisible()
    button.click()
    assert first.checkState() == Qt.Checked
    assert dialog.draft.changed_keys() == ["market.symbols_off"]


def test_symbols_that_are_off_are_shown_without_their_tick(qtbot, tmp_path: Path) -> None:
    made = SettingsDialog(Settings({"market.symbols_off": ["000660"]}), {}, "en", tmp_path)
    qtbot.addWidget(made)
    chosen = row(made, "market.symbols").input
    assert chosen.off() == ("000660",)
    states = {code: chosen.chosen.item(n).checkState() for n, code in enumerate(chosen.value())}
    assert [code for code, state in states.items() if state == Qt.Unchecked] == ["000660"]


def test_an_empty_list_of_symbols_is_refused(qtbot, dialog: SettingsDialog) -> None:
    shown = row(dialog, "market.symbols")
    shown.input.chosen.selectAll()
    shown.input.findChild(QToolButton, "remove").click()
    assert note(shown).startswith("✕")
    assert not dialog.apply()


def test_a_preset_fills_the_fields_but_applies_nothing(
    qtbot, dialog: SettingsDialog, tmp_path: Path
) -> None:
    shown = row(dialog, STOP)
    path = tmp_path / "in.json"
    path.write_text('{"risk": {"stop_loss_pct": 2.5}}', encoding="utf-8")
    dialog.index.show_page(PRESETS)
    page = dialog.findChild(QWidget, "settingsPage.presets")
    assert page is not None
    with qtbot.assertNotEmitted(dialog.applied):
        page.import_from(str(path))
    assert shown.input.value() == 2.5
    assert note(shown).startswith("●")


def test_the_language_changes_and_edits_stay(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "2.5")
    dialog.set_language("en")
    assert dialog.windowTitle() == "Settings"
    assert note(row(dialog, STOP)) == "● changed · applies at once"
    assert row(dialog, STOP).input.value() == 2.5


def test_the_language_may_change_while_it_is_applied(qtbot, dialog: SettingsDialog) -> None:
    dialog.applied.connect(lambda new: dialog.set_language(new.value("ui.language")))
    shown = row(dialog, "ui.language")
    shown.input.setCurrentIndex(2)
    shown.input.activated.emit(2)
    press(dialog, "apply")
    assert dialog.windowTitle() == "Settings"
    assert status(dialog) == "1 applied."


def test_settings_changed_elsewhere_are_shown_and_edits_stay(qtbot, dialog: SettingsDialog) -> None:
    type_into(qtbot, row(dialog, STOP), "2.5")
    other = row(dialog, "risk.max_positions")
    dialog.set_settings(Settings({"risk.max_positions": 9}))
    assert other.input.value() == 9
    assert not note(other).startswith("●")
    assert dialog.draft.changed_keys() == [STOP]


def test_a_password_is_nowhere_in_the_dialog(qtbot, tmp_path: Path) -> None:
    made = SettingsDialog(
        Settings({"journal.url": "postgresql://me:secret@host/db"}), {}, "ko", tmp_path
    )
    qtbot.addWidget(made)
    shown = row(made, "journal.url")
    texts = [label.text() for label in made.findChildren(QLabel)]
    texts += [line.text() for line in made.findChildren(QLineEdit)]
    assert "secret" not in " ".join(texts)
    assert shown.input.value() == "postgresql://me:secret@host/db"


def test_it_is_not_modal_and_has_its_name(dialog: SettingsDialog) -> None:
    assert not dialog.isModal()
    assert dialog.objectName() == "settingsDialog"


def test_tab_reaches_every_field_of_a_page(qtbot, dialog: SettingsDialog) -> None:
    dialog.index.show_page("indicators")
    keys = [key for key, item in OPTIONS.items() if page_of(item) == "indicators"]
    row(dialog, keys[0])
    dialog.activateWindow()
    reached = set()
    for _ in range(3 * len(keys)):
        for key in keys:
            if row_input(dialog, key).hasFocus():
                reached.add(key)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key_Tab)
    assert reached == set(keys)


def row_input(dialog: SettingsDialog, key: str) -> QWidget:
    found = dialog.findChild(SettingRow, f"setting.{key}")
    assert found is not None
    return found.input
