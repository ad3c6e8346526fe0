"""The flatten dialog shows six steps and says done only when it is proven."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PyQt5.QtWidgets import QDialog, QLabel, QTableView
from pytestqt.modeltest import ModelTester

from core.domain.messages import FlattenStep
from gui.main_window import MainWindow
from gui.models.flatten_steps import FlattenSteps, StepState
from tests.builders import OPEN, at
from tests.gui.window_desk import a_progress, a_row

Feed = Callable[..., None]


@pytest.fixture
def dialog(window: MainWindow) -> Any:
    window.trading.flatten("button")
    return window.findChild(QDialog, "flattenDialog")


def cells(dialog: QDialog, table: str) -> list[list[str]]:
    model = dialog.findChild(QTableView, table).model()
    columns = range(model.columnCount())
    return [[model.index(row, c).data() for c in columns] for row in range(model.rowCount())]


def headline(dialog: QDialog) -> str:
    return dialog.findChild(QLabel, "flattenHeadline").text()


def test_it_comes_up_at_once_and_never_locks_the_window(dialog: Any) -> None:
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert headline(dialog) == "전량청산을 요청했습니다. 엔진의 응답을 기다립니다"
    assert [row[:2] for row in cells(dialog, "flattenSteps")] == [
        ["진입차단", "대기"],
        ["주문취소", "대기"],
        ["취소확인", "대기"],
        ["매도", "대기"],
        ["체결확인", "대기"],
        ["잔고대조", "대기"],
    ]


def test_steps_carry_state_time_and_count(dialog: Any, feed: Feed) -> None:
    feed(
        a_progress(FlattenStep.CANCEL, a_row(10, canceling=2), second=1),
        a_progress(FlattenStep.CONFIRM_CANCELS, a_row(10, canceling=1), second=2),
        a_progress(FlattenStep.CONFIRM_FILLS, a_row(4, working=4), second=3),
    )
    assert cells(dialog, "flattenSteps") == [
        ["진입차단", "완료", "09:00:01", ""],
        ["주문취소", "완료", "09:00:01", "2건"],
        ["취소확인", "완료", "09:00:02", "2 / 2건"],
        ["매도", "완료", "09:00:03", "10 / 10주"],
        ["체결확인", "진행중", "09:00:03", "6 / 10주"],
        ["잔고대조", "대기", "", ""],
    ]
    assert cells(dialog, "flattenRows") == [["005930", "삼성전자", "4", "4", "0", "매도합니다"]]


def test_what_is_left_and_what_comes_next_is_said(dialog: Any, feed: Feed) -> None:
    feed(a_progress(FlattenStep.SELL, a_row()))
    assert headline(dialog).startswith("청산 중입니다")
    assert dialog.findChild(QLabel, "flattenNote").text() == "1종목 10주가 남았습니다"


def test_it_is_done_only_when_the_broker_says_so(dialog: Any, feed: Feed) -> None:
    feed(a_progress(FlattenStep.RECONCILE, second=5))
    assert "완료" not in headline(dialog)
    feed(a_progress(FlattenStep.RECONCILE, is_done=True, second=6))
    assert headline(dialog) == "09:00:06 청산 완료: 증권사 잔고 0, 미체결 0"
    assert {row[1] for row in cells(dialog, "flattenSteps")} == {"완료"}


def test_closed_and_opened_again_it_knows_where_it_stands(
    window: MainWindow, dialog: Any, feed: Feed
) -> None:
    dialog.close()
    feed(a_progress(FlattenStep.SELL, a_row()))
    assert not dialog.isVisible()
    dialog.show()
    assert cells(dialog, "flattenRows")[0][0] == "005930"


def test_a_second_flatten_starts_from_the_beginning(
    window: MainWindow, dialog: Any, feed: Feed
) -> None:
    feed(a_progress(FlattenStep.RECONCILE, is_done=True))
    window.trading.flatten("button")
    assert {row[1] for row in cells(dialog, "flattenSteps")} == {"대기"}


def test_it_speaks_english_too(window: MainWindow, dialog: Any, feed: Feed) -> None:
    feed(a_progress(FlattenStep.SELL, a_row()))
    window.apply_settings(window.settings.changed({"ui.language": "en"}))
    assert cells(dialog, "flattenSteps")[3][:2] == ["Sell", "working"]
    assert dialog.windowTitle() == "Emergency flatten"


def test_its_models_keep_qts_rules(dialog: Any, feed: Feed, qtmodeltester: ModelTester) -> None:
    for name in ("flattenSteps", "flattenRows"):
        qtmodeltester.check(dialog.findChild(QTableView, name).model())
    feed(
        a_progress(FlattenStep.SELL, a_row(), a_row(symbol="000660")), a_progress(FlattenStep.SELL)
    )


def test_a_symbol_that_is_finished_stays_in_sight(dialog: Any, feed: Feed) -> None:
    feed(
        a_progress(FlattenStep.SELL, a_row(), a_row(symbol="000660")),
        a_progress(FlattenStep.CONFIRM_FILLS, a_row(3)),
    )
    rows = {row[0]: row[2:] for row in cells(dialog, "flattenRows")}
    assert rows["005930"][0] == "3"
    assert rows["000660"] == ["0", "0", "0", "보유 0, 미체결 0"]


def test_a_step_back_keeps_the_first_time() -> None:
    steps = FlattenSteps()
    steps.take(a_progress(FlattenStep.SELL, a_row(), second=1))
    steps.take(a_progress(FlattenStep.CANCEL, a_row(canceling=1), second=2))
    rows = {row.step: row for row in steps.rows}
    assert rows[FlattenStep.CANCEL].state is StepState.ACTIVE
    assert rows[FlattenStep.SELL].state is StepState.WAITING
    assert rows[FlattenStep.SELL].time == at(9, 0, 1)


def test_another_start_is_another_flatten() -> None:
    steps = FlattenSteps()
    steps.take(a_progress(FlattenStep.SELL, a_row(100)))
    steps.take(a_progress(FlattenStep.BLOCK_ENTRIES, a_row(5), started=OPEN + timedelta(hours=1)))
    assert steps.rows[3].time is None
