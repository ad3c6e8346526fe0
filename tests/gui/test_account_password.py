"""The menu item that opens the broker's own window for account passwords."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtWidgets import QAction

from broker.kiwoom import errors
from gui.broker_tools import PASSWORD
from gui.main_window import MainWindow
from gui.menus import TRADE


def items(window: MainWindow) -> dict[str, QAction]:
    """The trade menu's, by their texts."""
    (menu,) = (each for each in window.menuBar().actions() if each.text() == TRADE.ko)
    return {action.text(): action for action in menu.menu().actions()}


def test_it_opens_the_brokers_window(make_window: Callable[..., MainWindow]) -> None:
    opened: list[str] = []
    window = make_window(register_password=lambda: opened.append("window"))
    items(window)[PASSWORD.ko].trigger()
    assert opened == ["window"]


def test_a_broker_without_passwords_has_no_such_item(
    make_window: Callable[..., MainWindow],
) -> None:
    assert PASSWORD.ko not in items(make_window())


def test_who_lacks_the_password_is_sent_to_this_item() -> None:
    told = errors.of(errors.NO_PASSWORD).text
    for menu, item, text in zip(
        (TRADE.ko.split("(")[0], TRADE.en.replace("&", "")),
        (PASSWORD.ko, PASSWORD.en),
        (told.ko, told.en),
        strict=True,
    ):
        assert f"{menu} > {item.rstrip('…')}" in text
