"""Presets: saved, loaded, exported, imported; broken files change nothing and say why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtWidgets import QPushButton

from config.errors import ConfigError
from config.schema import Settings
from gui.dialogs import settings_presets
from gui.dialogs.settings_draft import Draft
from gui.dialogs.settings_presets import MACHINE_SECTIONS, Presets
from gui.dialogs.settings_presets_page import PresetsPage
from tests.gui.every_option import every_option

every_option()

OTHER = {
    "risk.stop_loss_pct": 2.5,
    "market.symbols": ["005930"],
    "costs.round_costs": False,
    "risk.daily_basis": "realized",
}


@pytest.fixture
def presets(tmp_path: Path) -> Presets:
    return Presets(tmp_path)


def test_a_preset_comes_back_as_it_was(presets: Presets) -> None:
    presets.save("단타 공격형", Settings(OTHER))
    assert presets.names() == ["단타 공격형"]
    loaded = presets.load("단타 공격형")
    for key, value in OTHER.items():
        assert loaded[key] == value


def test_a_preset_leaves_this_machine_alone(presets: Presets) -> None:
    presets.save("a", Settings({"ui.theme": "light"}))
    sections = {key.partition(".")[0] for key in presets.load("a")}
    assert sections.isdisjoint(MACHINE_SECTIONS)
    everything = {key.partition(".")[0] for key in Settings().flat()}
    assert sections == everything - MACHINE_SECTIONS


def test_no_password_reaches_a_preset(presets: Presets, tmp_path: Path) -> None:
    presets.save("a", Settings({"journal.url": "postgresql://me:secret@host/db"}))
    assert "secret" not in (tmp_path / "presets" / "a.json").read_text(encoding="utf-8")


def test_a_preset_is_deleted(presets: Presets) -> None:
    presets.save("a", Settings())
    presets.delete("a")
    assert presets.names() == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a", "a/b", "a\\b", "CON", "com1", "x" * 61, "a.", " a", "a\n", "a:b"],
)
def test_a_bad_name_is_refused(presets: Presets, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        presets.save(name, Settings())
    assert list(tmp_path.rglob("*.json")) == []


BROKEN = {
    "cut.json": '{"risk": {"stop_loss_pct": 1.0',
    "list.json": "[1, 2]",
    "flat.json": '{"stop_loss_pct": 1.0}',
    "unknown.json": '{"risk": {"stop_los_pct": 1.0}}',
    "range.json": '{"risk": {"stop_loss_pct": 99}}',
    "text.json": '{"risk": {"stop_loss_pct": "abc"}}',
    "empty.json": "",
    "twice.json": '{"risk": {"stop_loss_pct": 1.0, "stop_loss_pct": 2.0}}',
    "contradiction.json": '{"strategy": {"ema_short": 50, "ema_long": 20}}',
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_reason(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(BROKEN[name], encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        settings_presets.read(path)
    assert caught.value.text.ko
    assert caught.value.text.en


def test_a_mistyped_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(BROKEN["unknown.json"], encoding="utf-8")
    with pytest.raises(ConfigError, match="stop_loss_pct"):
        settings_presets.read(path)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        settings_presets.read(tmp_path / "none.json")
    (tmp_path / "bin.json").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ConfigError):
        settings_presets.read(tmp_path / "bin.json")


@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: object
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        assert settings_presets.read(path) == {}
    except ConfigError as error:
        assert error.text.ko


@pytest.fixture
def draft() -> Draft:
    return Draft(Settings())


@pytest.fixture
def page(qtbot, presets: Presets, draft: Draft) -> PresetsPage:
    made = PresetsPage(presets, draft, "ko")
    qtbot.addWidget(made)
    made.show()
    return made


def press(page: PresetsPage, name: str) -> None:
    button = page.findChild(QPushButton, name)
    assert button is not None
    button.click()


def test_the_page_saves_what_is_edited_and_loads_it(qtbot, page: PresetsPage, draft: Draft) -> None:
    draft.put("risk.stop_loss_pct", 2.5)
    qtbot.keyClicks(page.name, "mine")
    press(page, "savePreset")
    draft.rebase(Settings())
    page.names.setCurrentRow(0)
    with qtbot.waitSignal(page.loaded):
        press(page, "loadPreset")
    assert draft.changed_keys() == ["risk.stop_loss_pct"]
    assert "mine" in page.message.text()


def test_an_existing_preset_is_replaced_only_when_asked_twice(
    qtbot, page: PresetsPage, draft: Draft, presets: Presets
) -> None:
    presets.save("mine", Settings())
    draft.put("risk.stop_loss_pct", 2.5)
    qtbot.keyClicks(page.name, "mine")
    press(page, "savePreset")
    assert presets.load("mine")["risk.stop_loss_pct"] == 1.0
    press(page, "savePreset")
    assert presets.load("mine")["risk.stop_loss_pct"] == 2.5


def test_wrong_values_are_not_saved(
    qtbot, page: PresetsPage, draft: Draft, presets: Presets
) -> None:
    draft.put("risk.stop_loss_pct", 99)
    qtbot.keyClicks(page.name, "mine")
    press(page, "savePreset")
    assert presets.names() == []
    assert page.message.property("role") == "error"


def test_a_file_goes_out_and_comes_in(
    qtbot, page: PresetsPage, draft: Draft, tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    draft.put("risk.stop_loss_pct", 2.5)
    page.export_to(str(path))
    draft.rebase(Settings())
    page.import_from(str(path))
    assert draft.settings().value("risk.stop_loss_pct") == 2.5


def test_a_broken_import_changes_nothing_and_says_why(
    page: PresetsPage, draft: Draft, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"risk": {"max_positions": 3, "stop_loss_pct": 99}}', encoding="utf-8")
    page.import_from(str(path))
    assert draft.changed_keys() == []
    assert "stop_loss_pct" in page.message.text()
    assert page.message.property("role") == "error"


def test_a_disk_error_is_shown(page: PresetsPage, tmp_path: Path) -> None:
    page.export_to(str(tmp_path))  # a folder can't be replaced by a file
    assert page.message.property("role") == "error"
    assert page.message.text()


def test_delete_and_load_need_a_choice(page: PresetsPage, presets: Presets) -> None:
    for name in ("loadPreset", "deletePreset"):
        button = page.findChild(QPushButton, name)
        assert button is not None
        assert not button.isEnabled()
    page.delete()
    page.load()
    assert page.message.text() == ""
