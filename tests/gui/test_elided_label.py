"""A line of text that may be longer than its room."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.widgets.elided_label import ElidedLabel


def test_a_text_too_long_for_its_room_ends_in_dots_and_stays_whole(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("the account could not be read; the next try is in 15 s")
    label.resize(100, 20)
    assert label.shown.endswith("…")
    assert label.text().endswith("15 s")
    label.resize(2_000, 20)
    assert label.shown == label.text()
