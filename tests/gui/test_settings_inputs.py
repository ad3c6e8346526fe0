"""Inputs: they show any value, hand on what is typed, and never correct it silently."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QFocusEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication, QWidget

from config.secrets import masked_url, unmasked_url
from gui.widgets.inputs import ChoiceInput, SwitchInput, TextInput, TextsInput
from gui.widgets.numbers import NumberInput, parse, stepped

QT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


def edits_of(made: Any) -> list[Any]:
    seen: list[Any] = []
    made.edited.connect(seen.append)
    return seen


def wheel_over(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.NoButton,
        Qt.NoModifier,
        Qt.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize(
    ("text", "is_whole", "value"),
    [
        ("14", True, 14),
        ("10,000,000", True, 10_000_000),
        (" 1.5 ", False, 1.5),
        ("20", False, 20.0),
        ("1.5", True, 1.5),
        ("-3", True, -3),
        ("", True, ""),
        ("abc", False, "abc"),
        ("1.2.3", False, "1.2.3"),
        ("９", True, 9),
    ],
)
def test_text_becomes_a_number_or_stays_text(text: str, is_whole: bool, value: object) -> None:
    assert parse(text, is_whole) == value


@given(st.integers())
def test_whole_numbers_survive_being_shown(number: int) -> None:
    assert parse(f"{number:,}", is_whole=True) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_being_shown(number: float) -> None:
    assert parse(f"{number:,}", is_whole=False) == number


@pytest.mark.parametrize(
    ("value", "is_whole", "after"),
    [
        (14, True, 15),
        (10_000_000, True, 11_000_000),
        (0, True, 1),
        (1.0, False, 1.1),
        (0.1, False, 0.2),
        (0.2, False, 0.3),
        (0.005, False, 0.006),
        (float("inf"), False, float("inf")),
    ],
)
def test_a_step_moves_the_digit_of_interest(value: float, is_whole: bool, after: float) -> None:
    assert stepped(value, 1, is_whole) == after


@QT
@given(number=st.integers(-(10**12), 10**12))
def test_a_number_input_gives_back_what_it_shows(qtbot, number: int) -> None:
    made = NumberInput(is_whole=True)
    made.show_value(number)
    assert made.value() == number


def test_a_number_input_hands_on_every_key(qtbot) -> None:
    made = NumberInput(is_whole=False)
    qtbot.addWidget(made)
    edits = edits_of(made)
    made.selectAll()
    qtbot.keyClicks(made, "9x")
    assert edits == [9.0, "9x"]
    assert made.value() == "9x"


def test_showing_a_value_is_no_edit(qtbot) -> None:
    for made, value in (
        (NumberInput(is_whole=True), 3),
        (SwitchInput(), True),
        (ChoiceInput({"a": "A", "b": "B"}), "b"),
        (TextInput(), "x"),
        (TextsInput(), ("x", "y")),
    ):
        qtbot.addWidget(made)
        edits = edits_of(made)
        made.show_value(value)
        assert made.value() == value
        assert edits == []


def test_arrow_keys_step_a_number(qtbot) -> None:
    made = NumberInput(is_whole=True)
    qtbot.addWidget(made)
    made.show_value(14)
    qtbot.keyClick(made, Qt.Key_Up)
    qtbot.keyClick(made, Qt.Key_Up)
    qtbot.keyClick(made, Qt.Key_Down)
    assert made.value() == 15
    qtbot.keyClick(made, Qt.Key_PageUp)
    assert made.value() == 25


def test_arrow_keys_leave_a_text_alone(qtbot) -> None:
    made = NumberInput(is_whole=True)
    qtbot.addWidget(made)
    made.show_value("abc")
    qtbot.keyClick(made, Qt.Key_Up)
    assert made.value() == "abc"


def test_leaving_the_field_keeps_what_was_typed(qtbot) -> None:
    made = NumberInput(is_whole=True)
    qtbot.addWidget(made)
    made.selectAll()
    qtbot.keyClicks(made, "99x")
    qtbot.keyClick(made, Qt.Key_Return)
    made.interpretText()
    assert made.value() == "99x"


def test_the_wheel_changes_nothing_in_passing(qtbot) -> None:
    for made, value in (
        (NumberInput(is_whole=True), 14),
        (ChoiceInput({"a": "A", "b": "B"}), "b"),
    ):
        qtbot.addWidget(made)
        made.show_value(value)
        wheel_over(made)
        assert made.value() == value


def test_a_switch_is_clicked(qtbot) -> None:
    made = SwitchInput()
    qtbot.addWidget(made)
    edits = edits_of(made)
    made.click()
    made.click()
    assert edits == [True, False]


def test_a_choice_gives_the_value_not_its_title(qtbot) -> None:
    made = ChoiceInput({"dark": "어두운 테마", "light": "밝은 테마"})
    qtbot.addWidget(made)
    made.show_value("dark")
    edits = edits_of(made)
    qtbot.keyClick(made, Qt.Key_Down)
    assert edits == ["light"]


def test_a_value_that_is_no_choice_chooses_nothing(qtbot) -> None:
    made = ChoiceInput({"dark": "어두운 테마"})
    qtbot.addWidget(made)
    made.show_value("sepia")
    assert made.value() is None


def test_texts_are_divided_by_commas(qtbot) -> None:
    made = TextsInput()
    qtbot.addWidget(made)
    edits = edits_of(made)
    qtbot.keyClicks(made, "a, b,,")
    assert edits[-1] == ("a", "b")


URL = "postgresql://me:secret@host/db"


def test_a_password_in_a_url_is_never_shown(qtbot) -> None:
    made = TextInput()
    qtbot.addWidget(made)
    made.show_value(URL)
    assert "secret" not in made.text()
    assert made.value() == URL


def test_editing_beside_a_hidden_password_keeps_it(qtbot) -> None:
    made = TextInput()
    qtbot.addWidget(made)
    made.show_value(URL)
    made.end(False)
    qtbot.keyClicks(made, "2")
    assert made.value() == URL + "2"
    assert "secret" not in made.text()


def test_a_new_password_replaces_the_hidden_one() -> None:
    typed = "postgresql://me:other@host/db"
    assert unmasked_url(typed, URL) == typed


def test_a_key_in_the_query_is_hidden_too_and_survives_an_edit(qtbot) -> None:
    url = "https://me:pw@host/predict?model=minute&api_key=k-1234"
    made = TextInput()
    qtbot.addWidget(made)
    made.show_value(url)
    assert made.text() == "https://me:********@host/predict?model=minute&api_key=********"
    assert unmasked_url(masked_url(url).replace("minute", "hour"), url) == url.replace(
        "minute", "hour"
    )


def test_a_key_just_typed_is_hidden_when_the_cursor_leaves(qtbot) -> None:
    made = TextInput()
    qtbot.addWidget(made)
    qtbot.keyClicks(made, "http://host/?token=abc")
    made.focusOutEvent(QFocusEvent(QEvent.FocusOut))
    assert made.text() == "http://host/?token=********"
    assert made.value() == "http://host/?token=abc"
