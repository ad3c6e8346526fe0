"""No secret and no whole account number is written anywhere, or can be read in the window.

Secrets are planted wherever the program takes them, a day is traded with everything it writes, and
then every file and every widget is searched for them.
"""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt5.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PyQt5.QtWidgets import QAbstractItemView, QApplication, QWidget

from broker.kiwoom.emulator.accounts import ACCOUNT
from config import logs, secrets
from config.secrets import declare_secret
from config.text import Text
from core.blackbox.blocks import BlockReader
from core.engine.analyst import Analyst
from tests.app.terminal import EAGER, FEW, Terminal

ENVIRONMENT = {
    "TERMINAL_SECRET__TELEGRAM_TOKEN": "987654321:AAplanted-telegram-token-0123456789",
    "TERMINAL_SECRET__ACCOUNT_PASSWORD": "planted-account-password",
    "TERMINAL_SECRET__CERTIFICATE_PASSWORD": "planted-certificate-password",
    "TERMINAL_AI__ENDPOINT": "http://planted-user:planted-url-pw@127.0.0.1:9/p?key=planted-ai-key",
}
KEPT = {"webhook_url": "http://127.0.0.1:9/services/planted-webhook-path"}
PLANTED = (
    "AAplanted-telegram-token",
    "planted-account-password",
    "planted-certificate-password",
    "planted-url-pw",
    "planted-ai-key",
    "planted-webhook-path",
    ACCOUNT,
)
SETTINGS = (
    "ai.enabled=true",
    "ai.timeout_ms=50",
    "alerts.telegram=all",
    "alerts.telegram_chat=123456789",
    "alerts.webhook=all",
    "journal.record_messages=always",
)
RUN = (
    "--log-level",
    "debug",
    "--debug",
    *FEW,
    *EAGER,
    *(w for s in SETTINGS for w in ("--set", s)),
)


class Keyring:
    def get_password(self, service: str, name: str) -> str | None:
        return KEPT.get(name)

    def set_password(self, service: str, name: str, value: str) -> None:
        KEPT[name] = value

    def delete_password(self, service: str, name: str) -> None:
        del KEPT[name]


@pytest.fixture(autouse=True)
def _planted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # Kiwoom's own window takes these; somebody may put them beside the others all the same.
    monkeypatch.setattr(secrets, "_declared", dict(secrets._declared))
    for name in ("account_password", "certificate_password"):
        declare_secret(name, Text.of(name))
    monkeypatch.setattr("config.secrets.system_keyring", Keyring)
    # Of the real Telegram nothing may hear of it.
    monkeypatch.setattr(
        "core.alerts.channels.Telegram.__init__.__defaults__", ("http://127.0.0.1:9",)
    )


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what a file says, packed ones unpacked too."""
    found = path.read_bytes()
    yield path.name, found
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            for name in bundle.namelist():
                yield f"{path.name}/{name}", bundle.read(name)
    elif path.suffix == ".box":
        for block in BlockReader(path):
            yield f"{path.name} unpacked", json.dumps(block, ensure_ascii=False).encode()


def leaks(folder: Path) -> set[str]:
    """Return "file: secret" of everything planted that some file has."""
    return {
        f"{name}: {secret}"
        for path in folder.rglob("*")
        if path.is_file()
        for name, text in contents(path)
        for secret in PLANTED
        if secret.encode() in text or secret.encode("utf-16-le") in text
    }


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def trade_a_day(terminal: Terminal) -> None:
    ended = terminal.run("headless", "--broker", "kiwoom", "--seed", "1", "--until-close", *RUN)
    assert ended.code == 0, ended.err
    (terminal.folder / "said.txt").write_text(ended.out + ended.err, "utf-8")
    export = terminal.folder / "export"
    commands = (
        ("journal", "export", "--out", export),
        ("journal", "verify"),
        ("journal", "replay"),
        ("journal", "certificate"),
        ("config", "show", "--json"),
        ("doctor",),
    )
    for number, words in enumerate(commands):
        told = terminal.run(*words)
        assert told.code == 0, told.err
        (terminal.folder / f"told-{number}.txt").write_text(told.out + told.err, "utf-8")


def test_a_days_files_have_no_secret(terminal: Terminal) -> None:
    trade_a_day(terminal)
    written = names(terminal.folder)
    assert any(name.startswith("terminal-") for name in written)
    assert "journal.sqlite" in written and any(name.endswith(".box") for name in written)
    assert "DEBUG" in _log(terminal) or "INFO" in _log(terminal)
    assert leaks(terminal.folder) == set()


def test_what_a_fault_leaves_has_no_secret(terminal: Terminal, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        token = ENVIRONMENT["TERMINAL_SECRET__TELEGRAM_TOKEN"]
        raise ValueError(
            f"{ACCOUNT} {token} {KEPT['webhook_url']} password=planted-account-password"
        )

    monkeypatch.setattr(Analyst, "on_prediction", fail)
    ended = terminal.run("headless", "--broker", "kiwoom", "--seed", "1", "--minutes", "10", *RUN)
    assert ended.code == 1
    (terminal.folder / "said.txt").write_text(ended.out + ended.err, "utf-8")
    assert "Traceback" in _log(terminal)
    assert any(name.endswith("-fault.zip") for name in names(terminal.folder))
    assert leaks(terminal.folder) == set()


def test_without_masking_the_search_finds_them(terminal: Terminal, monkeypatch: Any) -> None:
    """The search above proves something only if it can fail."""
    monkeypatch.setattr(logs.masking, "masked_text", lambda text: text)
    terminal.run("headless", "--broker", "kiwoom", "--seed", "1", "--minutes", "3", *RUN)
    logs.set_up(terminal.home, "debug", 30, 0.0)
    logging.getLogger("broker.kiwoom").info("account %s at %s", ACCOUNT, KEPT["webhook_url"])
    logs.set_up(None, "info")
    found = {leak.partition(": ")[2] for leak in leaks(terminal.folder)}
    assert {ACCOUNT, "planted-webhook-path"} <= found


def _log(terminal: Terminal) -> str:
    return "".join(p.read_text("utf-8") for p in (terminal.home / "logs").iterdir())


# the window


def readable(widget: QWidget) -> Iterator[str]:
    """Yield every text that a widget shows or would show when pointed at."""
    for name in ("text", "toolTip", "windowTitle", "placeholderText", "title", "statusTip"):
        if callable(ask := getattr(widget, name, None)):
            try:
                yield str(ask())
            except TypeError:  # it wants to know of which item
                continue
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _cells(widget.model(), QModelIndex())


def _cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(model.rowCount(parent)):
        is_list = isinstance(model, QAbstractListModel)
        for column in range(1 if is_list else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in (Qt.DisplayRole, Qt.ToolTipRole):
                yield str(model.data(index, role) or "")


def seen() -> set[str]:
    """Return everything planted that can be read in any window."""
    texts = [text for widget in QApplication.allWidgets() for text in readable(widget)]
    return {secret for secret in PLANTED for text in texts if secret in text}


def test_no_text_of_the_window_has_a_secret(
    terminal: Terminal, in_window: Callable[..., Any], qtbot: Any
) -> None:
    found: set[str] = set()

    def look(window: Any) -> None:
        window.strip.start_button.click()
        bars: list[Any] = []
        window._space.bridge.bars_closed.connect(bars.extend)
        qtbot.waitUntil(lambda: len(bars) > 3, timeout=60_000)
        window.open_settings()
        for page in window.settings_dialog._keys:
            window.settings_dialog.index.show_page(page)
        qtbot.wait(300)
        found.update(seen())

    in_window(look, "gui", "--speed", "60", *RUN)
    assert found == set()
    assert leaks(terminal.folder) == set()
