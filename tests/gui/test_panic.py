"""The way out works while the engine hangs, is dead, or does not listen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PyQt5.QtWidgets import QDialog, QLabel, QTableView
from pytestqt.qtbot import QtBot

from core.domain.errors import BrokerError
from core.domain.messages import Flatten, FlattenProgressed, FlattenStep, Heartbeat, OrderUpdated
from core.domain.order import OrderKind, OrderStatus, Side
from core.domain.risk import TradingState
from core.execution.backoff import FIRST_S
from gui.engine_thread import EngineThread, Publish
from gui.main_window import MainWindow
from gui.panic import ASK_TICKS, RETRY_TICKS
from gui.watchdog import SILENT_MS, TICK_MS
from tests.builders import OPEN, an_intent, an_order
from tests.gui.window_desk import Desk, a_progress, a_quote, a_row, a_state, a_view, an_account

Feed = Callable[..., None]
TICKS = SILENT_MS // TICK_MS
REFUSED_TICKS = round(FIRST_S * 1000) // TICK_MS  # until what was refused is tried again


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    """A window whose watchdog looks only when a test says so."""
    window = make_window()
    window.watchdog.stop()
    return window


@pytest.fixture
def progress(window: MainWindow) -> list[FlattenProgressed]:
    """Everything the window says of its own flatten."""
    said: list[FlattenProgressed] = []
    window.trading.panic.progressed.connect(said.append)
    return said


@pytest.fixture
def wait(qtbot: QtBot, window: MainWindow, desk: Desk) -> Callable[[int], None]:
    """Return a function that lets so many ticks of the watchdog pass, with the broker answering."""

    def pass_by(ticks: int) -> None:
        for _ in range(ticks):
            window.watchdog.tick()
            desk.deliver()

    return pass_by


def hold(desk: Desk, **shares: int) -> None:
    desk.broker.held.update({symbol.removeprefix("s"): held for symbol, held in shares.items()})


def beat() -> Heartbeat:
    return Heartbeat(OPEN, {}, is_connected=True)


def label(window: MainWindow, name: str) -> QLabel:
    return window.findChild(QDialog, "flattenDialog").findChild(QLabel, name)


@pytest.fixture
def hung_engine(qtbot: QtBot, window: MainWindow) -> Iterator[EngineThread]:
    """An engine whose handler never returns."""
    release, is_stuck = threading.Event(), threading.Event()

    def work(publish: Publish) -> None:
        publish([beat(), an_account(a_view())])
        is_stuck.set()
        release.wait()

    thread = EngineThread(work)
    thread.published.connect(window.on_batch)
    thread.start()
    qtbot.waitUntil(lambda: is_stuck.is_set() and window.is_up_to_date)
    yield thread
    release.set()
    assert thread.wait(5000)


def test_a_hung_engine_does_not_keep_anybody_from_getting_out(
    window: MainWindow,
    desk: Desk,
    hung_engine: EngineThread,
    wait: Callable[[int], None],
    progress: list[FlattenProgressed],
) -> None:
    hold(desk, s005930=10, s000660=3)
    desk.broker.fills_at_once()
    window.trading.flatten("button")
    assert desk.sent(Flatten) == [Flatten("button")], "the engine is asked first"
    wait(TICKS + 2 * ASK_TICKS)
    assert hung_engine.isRunning()
    assert desk.broker.held == {"005930": 0, "000660": 0}
    assert {(o.intent.symbol, o.intent.quantity) for o in desk.broker.submitted} == {
        ("005930", 10),
        ("000660", 3),
    }
    assert progress[-1].is_done
    assert label(window, "flattenBanner").isVisibleTo(window.trading.progress_dialog)
    assert label(window, "flattenBanner").text() == "엔진 응답 없음: 창이 직접 청산합니다"
    assert "청산 완료" in label(window, "flattenHeadline").text()


def test_afterwards_the_window_shows_nothing_held_and_may_close(
    window: MainWindow, desk: Desk, feed: Feed, wait: Callable[[int], None]
) -> None:
    feed(an_account(a_view()), OrderUpdated(an_order(status=OrderStatus.ACCEPTED)))
    hold(desk, s005930=10)
    desk.broker.fills_at_once()
    window.trading.flatten("button")
    wait(TICKS + 2 * ASK_TICKS)
    assert window.findChild(QTableView, "positionsTable").model().rowCount() == 0
    assert "다시 시작하세요" in window.findChild(QLabel, "statusText").text()
    assert window.trading.may_close()


def test_it_waits_three_seconds_for_the_engine(
    window: MainWindow, desk: Desk, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)
    window.trading.flatten("button")
    wait(TICKS - 1)
    assert not window.trading.panic.is_acting
    wait(1)
    assert window.trading.panic.is_acting


@pytest.mark.parametrize(
    "answer", [a_state(TradingState.FLATTENING), a_progress(FlattenStep.SELL, a_row())]
)
def test_an_engine_that_answers_is_left_alone(
    window: MainWindow, desk: Desk, feed: Feed, wait: Callable[[int], None], answer: Any
) -> None:
    hold(desk, s005930=10)
    window.trading.flatten("button")
    feed(answer)
    for _ in range(5):
        wait(TICKS - 1)
        feed(beat())
    assert desk.broker.submitted == []
    assert not window.trading.panic.is_acting


def test_an_engine_that_goes_silent_in_the_middle_is_replaced(
    window: MainWindow, desk: Desk, feed: Feed, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)
    window.trading.flatten("button")
    feed(a_state(TradingState.FLATTENING))
    wait(TICKS)
    assert window.trading.panic.is_acting
    assert [order.intent.quantity for order in desk.broker.submitted] == [10]


def test_a_dead_engine_is_replaced_at_once(
    window: MainWindow, desk: Desk, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)
    desk.is_alive = False
    window.trading.flatten("button")
    wait(1)
    assert [order.intent.quantity for order in desk.broker.submitted] == [10]


def test_an_engine_that_beats_but_does_not_listen_is_replaced(
    window: MainWindow, desk: Desk, feed: Feed, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)
    window.trading.flatten("button")
    for _ in range(TICKS):
        feed(beat())
        wait(1)
    assert window.trading.panic.is_acting


def test_without_a_flatten_a_silent_engine_sells_nothing(
    window: MainWindow, desk: Desk, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)
    wait(10 * TICKS)
    assert desk.broker.submitted == []


def test_a_flatten_the_engine_has_finished_is_not_watched_any_more(
    window: MainWindow, desk: Desk, feed: Feed, wait: Callable[[int], None]
) -> None:
    window.trading.flatten("button")
    feed(a_state(TradingState.FLATTENING), a_progress(FlattenStep.RECONCILE, is_done=True))
    hold(desk, s005930=10)
    wait(3 * TICKS)
    assert desk.broker.submitted == []


def test_orders_are_cancelled_first_and_shares_on_their_way_are_not_sold_twice(
    window: MainWindow, desk: Desk, wait: Callable[[int], None], progress: list[FlattenProgressed]
) -> None:
    hold(desk, s005930=10)
    selling = an_order(an_intent(Side.SELL, 4, kind=OrderKind.LIMIT), number=1)
    buying = an_order(an_intent(Side.BUY, 5, symbol="000660"), number=2)
    desk.broker.submit(selling)
    desk.broker.submit(buying)
    window.trading.flatten("button")
    wait(TICKS + ASK_TICKS)
    assert set(desk.broker.cancels) == {selling.id, buying.id}
    assert len(desk.broker.cancels) == 2, "a cancel that is being answered is not sent again"
    assert [o.intent.quantity for o in desk.broker.submitted[2:]] == [6]
    desk.broker.confirm_cancel(selling.id)
    desk.broker.confirm_cancel(buying.id)
    wait(ASK_TICKS)
    assert [o.intent.quantity for o in desk.broker.submitted[2:]] == [6, 4]
    for order in desk.broker.submitted[2:]:
        desk.broker.fill(order)
    wait(ASK_TICKS)
    assert progress[-1].is_done
    assert desk.broker.held["005930"] == 0


def test_it_is_never_done_before_the_broker_says_zero(
    window: MainWindow, desk: Desk, wait: Callable[[int], None], progress: list[FlattenProgressed]
) -> None:
    hold(desk, s005930=10)
    window.trading.flatten("button")
    wait(TICKS + 5 * ASK_TICKS)
    assert not any(it.is_done for it in progress)
    assert "10" in progress[-1].note.en
    assert len(desk.broker.submitted) == 1, "an order that still works is not sent again"
    desk.broker.fill(desk.broker.submitted[0], 7)
    wait(ASK_TICKS)
    assert progress[-1].rows[0].held == 3
    desk.broker.fill(desk.broker.submitted[0], 3)
    wait(ASK_TICKS)
    assert progress[-1].is_done


def test_a_rejected_sale_is_tried_again(
    window: MainWindow, desk: Desk, wait: Callable[[int], None], progress: list[FlattenProgressed]
) -> None:
    hold(desk, s005930=10)
    desk.broker.on_submit = desk.broker.reject
    window.trading.flatten("button")
    wait(TICKS + ASK_TICKS)
    desk.broker.fills_at_once()
    assert len(desk.broker.submitted) == 1, "not hammered"
    wait(REFUSED_TICKS + 2 * ASK_TICKS)
    assert len(desk.broker.submitted) == 2
    assert progress[-1].is_done


def test_an_order_nobody_ever_answered_is_thought_lost_after_a_while(
    window: MainWindow, desk: Desk, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)

    def lose(order: Any) -> None:
        desk.broker.working.pop(order.id)
        desk.broker.inbox.pop()

    desk.broker.on_submit = lose
    window.trading.flatten("button")
    wait(TICKS + RETRY_TICKS // 2)
    assert len(desk.broker.submitted) == 1
    wait(RETRY_TICKS)
    assert len(desk.broker.submitted) == 2


def test_a_broker_that_fails_is_asked_again(
    window: MainWindow,
    desk: Desk,
    wait: Callable[[int], None],
    progress: list[FlattenProgressed],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: Any) -> None:
        raise BrokerError("line is down")

    hold(desk, s005930=10)
    desk.broker.fills_at_once()
    with monkeypatch.context() as broken:
        broken.setattr(desk.broker, "request_account", fail)
        window.trading.flatten("button")
        wait(TICKS + 1)
        assert "line is down" in progress[-1].note.ko
    wait(ASK_TICKS)
    with monkeypatch.context() as broken:
        broken.setattr(desk.broker, "submit", fail)
        wait(ASK_TICKS)
    wait(2 * ASK_TICKS)
    assert progress[-1].is_done


def test_the_broker_may_answer_from_its_own_thread(
    qtbot: QtBot, qapp: Any, window: MainWindow, desk: Desk, progress: list[FlattenProgressed]
) -> None:
    hold(desk, s005930=10)
    desk.broker.fills_at_once()
    desk.is_alive = False
    window.trading.flatten("button")
    for _ in range(3 * ASK_TICKS):
        window.watchdog.tick()
        answering = threading.Thread(target=desk.deliver)
        answering.start()
        answering.join()
        qapp.processEvents()
    qtbot.waitUntil(lambda: bool(progress) and progress[-1].is_done)
    assert desk.broker.held["005930"] == 0


def test_the_dearest_position_goes_first(
    window: MainWindow, desk: Desk, feed: Feed, wait: Callable[[int], None]
) -> None:
    feed(a_quote(70_000), a_quote(180_000, "000660"))
    hold(desk, s005930=1, s000660=10)
    window.trading.flatten("button")
    wait(TICKS)
    assert [order.intent.symbol for order in desk.broker.submitted] == ["000660", "005930"]


def test_a_second_flatten_while_the_window_acts_starts_nothing_new(
    window: MainWindow, desk: Desk, wait: Callable[[int], None]
) -> None:
    hold(desk, s005930=10)
    window.trading.flatten("button")
    wait(TICKS)
    window.trading.flatten("hotkey")
    wait(TICKS)
    assert len(desk.broker.submitted) == 1
