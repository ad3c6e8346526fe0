"""Alerts of a whole run, as they arrive at a webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.app.terminal import EAGER, FEW, Terminal

WEBHOOK = "TERMINAL_SECRET__WEBHOOK_URL"


class Hook:
    """A server that keeps what is posted to it."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                bodies.append(json.loads(self.rfile.read(length)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook-0123456789"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def alerts(self) -> list[dict[str, str]]:
        return [alert for body in self.bodies for alert in body["alerts"]]


@pytest.fixture
def hook() -> Iterator[Hook]:
    it = Hook()
    yield it
    it.close()


def headless(terminal: Terminal, *words: str) -> None:
    run = ("headless", "--seed", "1", "--minutes", "90", *FEW, *EAGER, "--json", *words)
    ended = terminal.run(*run)
    assert ended.code == 0, ended.err


def test_a_run_without_a_window_tells_a_webhook_of_its_exits(terminal, hook, monkeypatch):
    monkeypatch.setenv(WEBHOOK, hook.url)
    headless(terminal, "--set", "alerts.webhook=all")
    told = {(alert["kind"], alert["symbol"]) for alert in hook.alerts}
    reasons = {"SL": "STOP_HIT", "TP": "TARGET_HIT"}
    exits = {
        (reasons[record.body["trade"]["exit_reason"]], record.body["trade"]["symbol"])
        for record in terminal.records("trade")
        if record.body["trade"]["exit_reason"] in reasons
    }
    assert exits and exits <= told


def test_what_a_channel_lacks_is_said_at_the_terminal(terminal, monkeypatch):
    monkeypatch.setattr("config.secrets.system_keyring", lambda: None)
    ended = terminal.run(
        "headless", "--seed", "1", "--minutes", "5", *FEW, "--lang", "en",
        "--set", "alerts.telegram=all",
    )  # fmt: skip
    assert ended.code == 0
    assert "TERMINAL_SECRET__TELEGRAM_TOKEN, alerts.telegram_chat" in ended.err


def test_with_no_channel_on_no_keyring_is_looked_for(terminal, monkeypatch):
    monkeypatch.setattr("config.secrets.system_keyring", lambda: pytest.fail("looked for"))
    headless(terminal)
