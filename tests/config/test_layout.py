"""Files of the old flat layout, and renamed settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config import layout
from config.errors import ConfigError
from config.old_names import OLD_NAMES
from config.store import load, save

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path, options):
    return tmp_path / "config.json"


def notes_of(path, data) -> tuple[object, list[str]]:
    path.write_text(json.dumps(data), "utf-8")
    loaded = load(path, {})
    return loaded.settings, [note.en for note in loaded.notes]


def test_the_old_flat_layout_is_read_with_a_note_for_each_name(path):
    old = {"symbols": ["000660"], "ai_endpoint": "http://host/", "ema_short": 5, "theme": "light"}
    settings, notes = notes_of(path, old)
    assert settings.value("market.symbols") == ["000660"]
    assert settings.value("ai.endpoint") == "http://host/"
    assert settings.value("strategy.ema_short") == 5
    assert f"{path}: the old setting 'ema_short' is read as strategy.ema_short" in notes
    assert len(notes) == len(old) + 1
    assert notes[-1].startswith(f"{path}: has the old layout")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.5, "as 1.5 %"),
        (0.5, "as 0.5 %; if it was meant as a fraction, 50 %, write 50"),
    ],
)
def test_an_old_percentage_stays_one_and_doubt_is_said(path, value, said):
    settings, notes = notes_of(path, {"max_position_pct": value})
    assert settings.value("risk.max_position_pct") == value
    assert notes[0].endswith(said)


def test_an_old_fraction_below_the_limit_is_refused_with_the_way_out(path):
    path.write_text('{"stop_loss_pct": 0.01}', "utf-8")
    with pytest.raises(ConfigError, match="It is a percentage: for 1 % write 1"):
        load(path, {})


def test_old_and_new_names_may_stand_in_one_file_and_the_new_one_wins(path):
    settings, notes = notes_of(path, {"stop_loss_pct": 3, "risk": {"stop_loss_pct": 2}})
    assert settings.value("risk.stop_loss_pct") == 2
    assert "is not used" in notes[0]


def test_an_unknown_name_in_an_old_file_names_the_nearest(path):
    path.write_text('{"ema_short": 5, "stop_los_pct": 2}', "utf-8")
    with pytest.raises(ConfigError, match=r"stop_los_pct.*did you mean risk\.stop_loss_pct"):
        load(path, {})


def test_saving_an_old_file_writes_the_new_layout_and_keeps_the_old_one(path):
    old = '{"ema_short": 5, "theme": "light"}'
    path.write_text(old, "utf-8")
    loaded = load(path, {})
    save(loaded, loaded.settings.changed({"ui.theme": "dark"}))
    assert json.loads(path.read_text("utf-8")) == {"strategy": {"ema_short": 5}}
    assert path.with_name("config.json.bak").read_text("utf-8") == old
    assert load(path, {}).notes == ()


def test_a_renamed_setting_is_read_by_its_old_name(path, monkeypatch):
    monkeypatch.setattr(layout, "OLD_NAMES", {"display.colours": "ui.theme"})
    settings, notes = notes_of(path, {"display": {"colours": "light"}})
    assert settings.value("ui.theme") == "light"
    assert notes == [f"{path}: the old setting 'display.colours' is read as ui.theme"]


def test_every_old_name_leads_to_a_setting_of_the_program():
    # In a process of its own: importing registers options for good.
    program = """
import importlib, json, pkgutil
import config.sections, core
for module in pkgutil.walk_packages(core.__path__, "core."):
    importlib.import_module(module.name)
from config.schema import declared
print(json.dumps([item.key for item in declared()]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(OLD_NAMES.values()) - set(json.loads(answer.stdout)) == set()
