"""The settings dialog as a trader uses it: every option of the real schema, at run time."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from config.errors import ConfigError
from config.schema import Declared, Options, Settings, option
from config.text import Text
from gui import theme
from gui.dialogs.settings import SettingsDialog
from gui.dialogs.settings_draft import same
from gui.dialogs.settings_index import PRESETS
from gui.dialogs.settings_kinds import PARTNERS, InputContext, make_input
from gui.dialogs.settings_page import SettingsPage
from gui.dialogs.settings_row import SettingRow
from gui.dialogs.settings_texts import page_of, page_title
from gui.widgets.inputs import ChoiceInput, SwitchInput, TextInput, TextsInput
from gui.widgets.numbers import NumberInput
from gui.widgets.symbols import SymbolsInput
from tests.gui.every_option import every_option

OPTIONS = {item.key: item for item in every_option()}
NUMBERS = [key for key, item in OPTIONS.items() if item.limits.kind in (int, float)]
CONTEXT = InputContext("ko", {"005930": "삼성전자", "000660": "SK하이닉스"})
STOP = "risk.stop_loss_pct"


@pytest.fixture
def dialog(qtbot, tmp_path: Path) -> Iterator[SettingsDialog]:
    made = SettingsDialog(Settings(), dict(CONTEXT.directory), "ko", tmp_path)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made


def row(dialog: SettingsDialog, key: str) -> SettingRow:
    dialog.show_option(key)
    found = dialog.findChild(SettingRow, f"setting.{key}")
    assert found is not None
    return found


def note(shown: SettingRow) -> str:
    label = shown.findChild(QLabel, "note")
    assert label is not None
    return label.text()


def type_into(qtbot, shown: SettingRow, text: str) -> None:
    shown.input.setFocus()
    shown.input.selectAll()
    qtbot.keyClicks(shown.input, text)


def press(dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    button.click()


def status(dialog: SettingsDialog) -> str:
    return dialog.status.text()


def samples(item: Declared) -> list[Any]:
    """The values a declaration itself names: default, smallest, largest, every choice."""
    limits = item.limits
    if limits.kind is bool:
        return [True, False]
    if limits.choices:
        return list(limits.choices)
    if limits.kind in (int, float):
        return [item.default, *(end for end in (limits.low, limits.high) if end is not None)]
    return [item.default]


# Every option of the program


@pytest.mark.parametrize("key", OPTIONS)
def test_every_option_has_an_input_that_gives_back_its_values(qtbot, key: str) -> None:
    item = OPTIONS[key]
    made = make_input(item, CONTEXT)
    qtbot.addWidget(made)
    for value in samples(item):
        made.show_value(value)
        assert same(made.value(), value)


@pytest.mark.parametrize("key", OPTIONS)
def test_every_option_explains_itself_in_both_languages(key: str) -> None:
    meta = OPTIONS[key].meta
    for text in (meta.title, meta.help, page_title(page_of(OPTIONS[key]))):
        assert text.ko.strip()
        assert text.en.strip()
        assert "Text(" not in text.en


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_outside_its_limits_is_refused_beside_the_field(
    qtbot, dialog: SettingsDialog, key: str
) -> None:
    limits = OPTIONS[key].limits
    bad = [end + step for end, step in ((limits.high, 1), (limits.low, -1)) if end is not None]
    bad += [end for end in (limits.above, limits.below) if end is not None]
    assert bad, f"{key} has no limits"
    shown = row(dialog, key)
    for value in bad:
        type_into(qtbot, shown, str(value))
        assert note(shown).startswith("✕")
        assert shown.input.property("state") == "bad"
        assert not dialog.apply()


@pytest.mark.parametrize("key", NUMBERS)
def test_what_is_no_number_is_refused_beside_the_field(
    qtbot, dialog: SettingsDialog, key: str
) -> None:
    shown = row(dialog, key)
    for text in ("abc", "1.2.3", "inf"):
        type_into(qtbot, shown, text)
        assert note(shown).startswith("✕")
        assert text in note(shown)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_text_is_cut_off(qtbot, tmp_path: Path, qapp: QApplication, language: str) -> None:
    theme.apply(qapp, "dark")
    made = SettingsDialog(Settings(), dict(CONTEXT.directory), language, tmp_path)
    qtbot.addWidget(made)
    made.show()
    for page in {page_of(item) for item in OPTIONS.values()}:
        made.index.show_page(page)
        qapp.processEvents()
        for label in made.findChildren(QLabel):
            if label.isVisible() and label.text():
                needed = label.heightForWidth(label.width()) if label.wordWrap() else 0
                assert label.height() >= needed, label.text()
                if not label.wordWrap():
                    assert label.width() >= label.sizeHint().width(), label.text()
        for button in made.findChildren(QPushButton):
            assert button.width() >= button.minimumSizeHint().width() or not button.isVisible()
    assert made.minimumSizeHint().width() <= 1280
    assert made.minimumSizeHint().height() <= 720
    qapp.setStyleSheet("")
    qapp.setProperty("themeState", None)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.floats(allow_nan=False) | st.integers(-(10**6), 10**6))
def test_a_typed_number_is_applied_exactly_when_the_schema_takes_it(
    qtbot, dialog: SettingsDialog, value: float
) -> None:
    dialog.draft.rebase(Settings())
    shown = row(dialog, STOP)
    type_into(qtbot, shown, str(value))
    try:
        wanted = Settings({STOP: float(value)})
    except ConfigError:
        assert not dialog.apply()
        assert note(shown).startswith("✕")
    else:
        assert dialog.apply()
        assert dialog.draft.base == wanted


# Kinds of options


class Levels(Enum):
    LOW = "low"
    HIGH = "high"


def declared_as(annotation: Any, default: Any, **more: Any) -> Declared:
    """An option of a type, declared as modules do, but not registered."""
    title = Text("제목", "Title")
    body = {
        "__annotations__": {"value": annotation},
        "value": option(default, title=title, help=title, **more),
        "__module__": __name__,
    }
    owner = type("SomeOptions", (Options,), body)
    owner.section = "some"
    return Declared("some.value", owner, "value")


@pytest.mark.parametrize(
    ("annotation", "default", "kind"),
    [
        (bool, True, SwitchInput),
        (int, 1, NumberInput),
        (float, 1.0, NumberInput),
        (str, "", TextInput),
        (str | None, "", TextInput),
        (list[str], [], TextsInput),
        (tuple[str, ...], (), TextsInput),
        (Levels, Levels.LOW, ChoiceInput),
    ],
)
def test_each_kind_has_its_input(qtbot, annotation: Any, default: Any, kind: type) -> None:
    made = make_input(declared_as(annotation, default), CONTEXT)
    qtbot.addWidget(made)
    assert type(made) is kind


def test_a_kind_without_an_input_is_an_error_not_a_gap() -> None:
    with pytest.raises(TypeError, match=r"some\.value"):
        make_input(declared_as(dict[str, int], {}), CONTEXT)


def test_a_choice_is_shown_in_its_words(qtbot) -> None:
    words = {"low": Text("낮음", "Low"), "high": Text("높음", "High")}
    made = make_input(declared_as(Levels, Levels.LOW, choices=words), CONTEXT)
    qtbot.addWidget(made)
    assert [made.itemText(row) for row in range(made.count())] == ["낮음", "높음"]


# One field


def test_a_field_says_default_limits_unit_and_when_it_applies(dialog: SettingsDialog) -> None:
    assert note(row(dialog, STOP)) == "0.1 ~ 30 · 기본 1.0"
    assert "다음 시작 때" in note(row(dialog, "risk.start_capital"))
    texts = [label.text() for label in row(dialog, STOP).findChildren(QLabel)]
    assert "%" in texts
    assert OPTIONS[STOP].meta.help.ko in texts


def test_a_changed_field_is_marked_with_when_it_applies(qtbot, dialog: SettingsDialog) -> None:
    shown = row(dialog, STOP)
    type_into(qtbot, shown, "2.5")
    assert note(shown) == "● 변경됨 · 즉시 적용"
    later = row(dialog, "risk.start_capital")
    type_into(qtbot, later, "5000000")
    assert note(later) == "● 변경됨 · 다음 시작 때 적용"


def test_a_field_is_reset(qtbot, dialog: SettingsDialog) -> None:
    shown = row(dialog, STOP)
    button = shown.findChild(QToolButton, "reset")
    assert button is not None
    assert not button.isVisible()
    type_into(qtbot, shown, "2.5")
    assert button.isVisible()
    button.click()
    assert shown.input.value() == 1.0
    assert dialog.draft.changed_keys() == []
    assert not button.isVisible()


def test_a_rule_about_two_fields_is_shown_beside_both(qtbot, dialog: SettingsDialog) -> None:
    short, long = row(dialog, "strategy.ema_short"), row(dialog, "strategy.ema_long")
    type_into(qtbot, short, "50")
    assert note(short).startswith("✕")
    assert note(long).startswith("✕")
    type_into(qtbot, long, "100")
    assert not note(short).startswith("✕")
    assert not note(long).startswith("✕")


def test_enter_in_a_field_applies_nothing(qtbot, dialog: SettingsDialog) -> None:
    shown = row(dialog, STOP)
    type_into(qtbot, shown, "2.5")
    with qtbot.assertNotEmitted(dialog.applied):
        qtbot.keyClick(shown.input, Qt.Key_Return)
    assert dialog.isVisible()


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
