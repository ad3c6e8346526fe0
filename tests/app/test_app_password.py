"""The account password at the emulated Kiwoom: missing, registered from the menu, forgotten."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QAction
from pytestqt.qtbot import QtBot

from core.domain.messages import AccountReported, Message
from gui.broker_tools import PASSWORD
from gui.context import WindowContext
from gui.main_window import MainWindow
from tests.app.kiwoom_house import is_online, log
from tests.app.terminal import FEW, Outcome

PATIENCE_MS = 60_000
MISSING = "emulator.is_password_missing"
DEMO = ("gui", "--mode", "demo", "--speed", "20", "--lang", "ko", *FEW)
BOX = "가상 키움 컨트롤: 계좌비밀번호가 등록되지 않았습니다"
REGISTERED = "가상 계좌의 비밀번호를 등록했습니다."


def register(window: MainWindow) -> None:
    """Use the menu item."""
    (item,) = (each for each in window.findChildren(QAction) if each.text() == PASSWORD.ko)
    item.trigger()


def boxes(window: MainWindow) -> int:
    return sum(text.startswith(BOX) for text in log(window))


def test_a_missing_password_is_shown_and_can_be_registered(
    in_window: Callable[..., Outcome], qtbot: QtBot
) -> None:
    def script(window: MainWindow) -> None:
        qtbot.waitUntil(lambda: boxes(window) > 0, timeout=PATIENCE_MS)
        assert not is_online(window)
        register(window)
        qtbot.waitUntil(lambda: REGISTERED in log(window), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: is_online(window), timeout=PATIENCE_MS)

    assert in_window(script, *DEMO, "--set", f"{MISSING}=true").code == 0


def test_the_fault_has_the_control_forget_it_until_it_is_off(
    in_window: Callable[..., Outcome], qtbot: QtBot
) -> None:
    heard: list[str] = []

    def hear(message: Message) -> None:
        if isinstance(message, AccountReported):
            heard.append(message.request_id)

    def script(window: MainWindow) -> None:
        context: WindowContext = window.strip._space.context
        assert context.faults is not None
        qtbot.waitUntil(lambda: is_online(window), timeout=PATIENCE_MS)
        context.add_report_listener(hear)
        context.faults.use(window.settings.changed({MISSING: True}))
        context.broker.request_account("forgotten")
        qtbot.waitUntil(lambda: boxes(window) > 0, timeout=PATIENCE_MS)
        assert "forgotten" not in heard
        context.faults.use(window.settings)
        qtbot.waitUntil(lambda: "forgotten" in heard, timeout=PATIENCE_MS)

    assert in_window(script, *DEMO).code == 0
