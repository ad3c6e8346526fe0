"""A bundle holds what is needed to find out what went wrong, and no secret."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from config.text import Text
from core.clock import SimClock
from core.domain.messages import BrokerIdentified, Message, Noted, Severity
from core.engine.bundle import FOLDER, Bundler, write
from core.engine.evidence import Evidence
from core.journal.records import note_record
from core.journal.writer import SqlJournal
from tests.builders import OPEN, a_tick, an_order

ACCOUNT, PASSWORD = "8012345611", "hunter2"


def evidence(**changes: Any) -> Evidence:
    given: dict[str, Any] = {
        "code": "oversold",
        "reason": Text("보유보다 많이 팝니다", f"sold too much of account {ACCOUNT}"),
        "time": OPEN,
        "messages": (a_tick(), BrokerIdentified("real", ACCOUNT)),
        "state": {"orders": (an_order(),), "counts": {"ticks": 1}},
        "settings": {"risk.max_positions": 5, "ai.token": PASSWORD},
    }
    return Evidence(**{**given, **changes})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with a journal and a log."""
    journal = SqlJournal(tmp_path / "journal.sqlite")
    for number in range(400):
        text = Text.of(f"note {number} of {ACCOUNT}")
        kind, fields = note_record(Noted(OPEN, Severity.INFO, text))
        journal.record(kind, OPEN, fields)
    journal.close()
    (tmp_path / "logs").mkdir()
    log = f"account 8012-3456-11 password={PASSWORD} 'token': \"{PASSWORD}\"\norder t-0001 sent\n"
    (tmp_path / "logs" / "terminal-2026-11-27.log").write_text(
        "x" * 300_000 + "\n" + log, encoding="utf-8"
    )
    return tmp_path


class Bundle:
    """A bundler of one home folder, and what it posted."""

    def __init__(self, home: Path) -> None:
        self.home, self.posted = home, list[Message]()
        clock = SimClock(OPEN)
        self.bundler = Bundler(home, home / "journal.sqlite", self.posted.append, clock)

    def keep(self, found: Evidence) -> None:
        self.bundler.keep(found)
        self.bundler.close()

    @property
    def said(self) -> list[Noted]:
        return [message for message in self.posted if isinstance(message, Noted)]

    def parts(self) -> dict[str, str]:
        (path,) = (self.home / FOLDER).iterdir()
        with zipfile.ZipFile(path) as bundle:
            return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_a_bundle_has_all_that_led_to_it(home: Path) -> None:
    bundle = Bundle(home)
    bundle.keep(evidence())
    parts = bundle.parts()
    assert list(parts) == [
        "README.txt", "reason.txt", "messages.jsonl", "state.json", "settings.json",
        "journal.jsonl", "log.txt",
    ]  # fmt: skip
    assert OPEN.isoformat() in parts["reason.txt"] and "보유보다 많이 팝니다" in parts["reason.txt"]
    first = json.loads(parts["messages.jsonl"].splitlines()[0])
    assert first["kind"] == "Tick" and first["message"]["price"] == 70_000
    assert json.loads(parts["state.json"])["orders"][0]["id"] == "t-0001"
    assert json.loads(parts["settings.json"])["risk.max_positions"] == 5
    journal = [json.loads(line) for line in parts["journal.jsonl"].splitlines()]
    assert len(journal) == 300 and journal[-1]["seq"] == 400
    assert "order t-0001 sent" in parts["log.txt"] and len(parts["log.txt"]) <= 200_000
    (said,) = bundle.said
    assert said.severity is Severity.WARNING and "20261123-090000-oversold.zip" in said.text.en


def test_secrets_and_account_numbers_stay_at_home(home: Path) -> None:
    bundle = Bundle(home)
    bundle.keep(evidence())
    everything = "".join(bundle.parts().values())
    for secret in (ACCOUNT, "8012-3456-11", PASSWORD):
        assert secret not in everything
    assert "80******11" in everything


def test_a_bundle_never_replaces_another(tmp_path: Path) -> None:
    first, second = (write(tmp_path, evidence(), {}) for _ in range(2))
    assert first != second and first.exists() and second.exists()


def test_what_cant_be_had_is_said_in_its_place(tmp_path: Path) -> None:
    bundle = Bundle(tmp_path)
    bundle.keep(evidence())
    parts = bundle.parts()
    assert parts["journal.jsonl"].startswith("can't be had: journal")
    assert parts["log.txt"].startswith("can't be had:")
    assert "Tick" in parts["messages.jsonl"]


def test_a_bundle_that_cant_be_written_is_said_and_never_raised(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    bundle = Bundle(tmp_path)
    bundle.keep(evidence())
    (said,) = bundle.said
    assert said.severity is Severity.ERROR and "can't be written" in said.text.en


def test_evidence_without_a_message_is_written_too(home: Path) -> None:
    bundle = Bundle(home)
    bundle.keep(evidence(messages=()))
    assert bundle.parts()["messages.jsonl"] == ""
