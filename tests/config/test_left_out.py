"""Settings of code that is not loaded stay where they are, and count nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config import store
from config.errors import ConfigError
from core.scoring import ScoreOptions

MINE = ("strategy.weight_mine", "own_section.speed")
FILE = {
    "strategy": {"weight_mine": 2.0, "buy_threshold": 2.5},
    "own_section": {"speed": "fast"},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(FILE), "utf-8")
    return path


def test_they_are_no_error_and_are_told(path: Path) -> None:
    loaded = store.load(path, {}, left_out=MINE)
    assert loaded.settings.value("strategy.buy_threshold") == 2.5
    (note,) = loaded.left_out_notes
    for text in (note.ko, note.en):
        assert "strategy.weight_mine, own_section.speed" in text


def test_others_are_as_wrong_as_ever(path: Path) -> None:
    with pytest.raises(ConfigError, match="own_section"):
        store.load(path, {}, left_out=MINE[:1])
    with pytest.raises(ConfigError, match="weight_mine"):
        store.load(path, {}, left_out=MINE[1:])


def test_they_may_come_from_anywhere(path: Path) -> None:
    path.write_text("{}", "utf-8")
    path.with_name(".env").write_text("TERMINAL_OWN_SECTION__SPEED=slow\n", "utf-8")
    environment = {"TERMINAL_STRATEGY__WEIGHT_MINE": "3"}
    loaded = store.load(path, environment, ["strategy.weight_mine=4"], MINE)
    (note,) = loaded.left_out_notes
    assert "own_section.speed" in note.en
    assert note.en.count("weight_mine") == 1
    assert "strategy.weight_mine" not in loaded.origins


def test_saving_keeps_them_in_the_file(path: Path) -> None:
    loaded = store.load(path, {}, left_out=MINE)
    store.save(loaded, loaded.settings.changed({"strategy.buy_threshold": 3.0}))
    kept = json.loads(path.read_text("utf-8"))
    assert kept == {
        "strategy": {"buy_threshold": 3.0, "weight_mine": 2.0},
        "own_section": {"speed": "fast"},
    }


def test_without_any_nothing_is_said(path: Path) -> None:
    path.write_text('{"strategy": {"buy_threshold": 2.5}, "risk": {}}', "utf-8")
    assert store.load(path, {}, left_out=MINE).left_out_notes == ()


def test_an_option_that_is_declared_is_not_left_out(path: Path) -> None:
    path.write_text('{"strategy": {"buy_threshold": 2.5}}', "utf-8")
    loaded = store.load(path, {}, left_out=["strategy.buy_threshold"])
    assert loaded.settings.value("strategy.buy_threshold") == 2.5


def test_the_option_these_tests_name_is_declared() -> None:
    assert "buy_threshold" in ScoreOptions.model_fields
