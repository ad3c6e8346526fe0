"""A bug on the way of a run without a window: it trades no more, gets out, and does not hide it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.engine.analyst import Analyst
from core.engine.desk import Desk
from core.journal import read
from tests.app.terminal import A_MONDAY, EAGER, FEW, Terminal

HOUR = ("headless", "--mode", "demo", "--seed", "1", "--speed", "max", "--minutes", "60", "--json")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name, value in A_MONDAY.items():
        monkeypatch.setenv(name, value)
    return Terminal(tmp_path)


def test_a_bug_ends_a_run_with_code_1_after_a_clean_stop(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide, calls = Analyst._decide, []

    def buggy(self: Analyst, *args: Any) -> Any:
        calls.append(args)
        if len(calls) > 30:
            raise ZeroDivisionError("planted")
        return decide(self, *args)

    monkeypatch.setattr(Analyst, "_decide", buggy)
    ended = terminal.run(*HOUR, *FEW, *EAGER)
    assert ended.code == 1 and ended.out == ""
    last = ended.err.splitlines()[-1]
    assert "ZeroDivisionError('planted')" in last and "core/engine/" in last
    kinds = [record.kind for record in read(terminal.journal)]
    assert kinds[-1] == "end", "it ended in good order"
    assert terminal.run("journal", "verify").code == 0


def test_a_broken_rule_leaves_a_bundle_and_says_so(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug sets no stops."""
    monkeypatch.setattr(Desk, "watch_levels", lambda *_: None)
    ended = terminal.run(*HOUR, *FEW, *EAGER)
    assert "have no stop" in ended.err or "손절가가 없습니다" in ended.err
    (bundle,) = (terminal.home / "bundles").iterdir()
    assert bundle.name.endswith("-stops.zip")
    buys = [r for r in read(terminal.journal, ("order",)) if r.body["intent"]["side"] == "BUY"]
    first_fill = next(read(terminal.journal, ("fill",)))
    assert all(buy.time <= first_fill.time for buy in buys), "nothing is bought after it"
