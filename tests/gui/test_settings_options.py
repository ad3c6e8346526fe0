"""Every option of the real schema has its field, and the field its words and limits."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton, QToolButton

from config.errors import ConfigError
from config.schema import Declared, Options, Settings, option
from config.text import Text
from gui import theme
from gui.dialogs.settings import SettingsDialog
from gui.dialogs.settings_draft import same
from gui.dialogs.settings_kinds import make_input
from gui.dialogs.settings_texts import page_of, page_title
from gui.widgets.inputs import ChoiceInput, SwitchInput, TextInput, TextsInput
from gui.widgets.numbers import NumberInput
from tests.gui.settings_hand import CONTEXT, NUMBERS, OPTIONS, STOP, note, row, samples, type_into

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


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
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
