"""The demo through Kiwoom's adapter and the emulated control, as a person starts it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.app.terminal import EAGER, FEW, Terminal, comparable

A_DAY = ("headless", "--mode", "demo", "--speed", "max", "--json")


def exported(terminal: Terminal, name: str) -> list[dict[str, str]]:
    """Return one table of the journal, without where in the journal each row stands."""
    folder: Path = terminal.home / "export"
    assert terminal.run("journal", "export", "--out", folder).code == 0
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        del row["seq"], row["session"]
    return rows


@pytest.mark.parametrize(
    "words",
    [
        ("--seed", "3", "--until-close", *FEW, *EAGER),
        ("--seed", "11", "--minutes", "90", *EAGER),
    ],
)
def test_kiwoom_gives_the_trades_of_the_simulated_broker(tmp_path, words):
    plain, kiwoom = Terminal(tmp_path / "plain"), Terminal(tmp_path / "kiwoom")

    there = plain.run(*A_DAY, *words, "--broker", "simulated").json
    here = kiwoom.run(*A_DAY, *words, "--broker", "kiwoom").json

    assert there["trades"] > 5
    assert comparable(here) == comparable(there)
    assert exported(kiwoom, "trades") == exported(plain, "trades")
