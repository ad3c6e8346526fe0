from __future__ import annotations

import errno
import json
import os
import sys

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.errors import ConfigError
from config.schema import declared
from config.store import Layer, load, problems, save

KEY, VARIABLE = "risk.stop_loss_pct", "TERMINAL_RISK__STOP_LOSS_PCT"
SHARED_FOLDER = hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def path(tmp_path, options):
    return tmp_path / "config.json"


def write(path, data):
    path.write_text(json.dumps(data), "utf-8")


def refusal(path, environment=(), overrides=()) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, dict(environment), overrides)
    return str(caught.value)


def test_without_a_file_the_defaults_hold_and_nothing_is_made(path):
    loaded = load(path, {})
    assert loaded.settings.flat() == {item.key: item.default for item in declared()}
    assert {origin.layer for origin in loaded.origins.values()} == {Layer.DEFAULT}
    assert list(path.parent.iterdir()) == []


@SHARED_FOLDER
@given(
    values=st.fixed_dictionaries(
        {},
        optional={layer: st.integers(2, 30) for layer in ("file", "dotenv", "variable", "command")},
    )
)
def test_the_strongest_layer_that_speaks_decides(path, values):
    write(path, {"risk": {"stop_loss_pct": values["file"]}} if "file" in values else {})
    dotenv = f"{VARIABLE}={values['dotenv']}" if "dotenv" in values else ""
    (path.parent / ".env").write_text(dotenv, "utf-8")
    environment = {VARIABLE: str(values["variable"])} if "variable" in values else {}
    overrides = [f"{KEY}={values['command']}"] if "command" in values else []

    loaded = load(path, environment, overrides)

    place = {
        "file": str(path),
        "dotenv": f"{path.parent / '.env'}: {VARIABLE}",
        "variable": VARIABLE,
        "command": "--set",
    }
    strongest = next((layer for layer in reversed(place) if layer in values), None)
    assert loaded.settings.value(KEY) == (values[strongest] if strongest else 1.0)
    assert str(loaded.origins[KEY]) == (place[strongest] if strongest else "default")


def test_each_setting_keeps_its_own_origin(path):
    write(path, {"risk": {"stop_loss_pct": 2}})
    loaded = load(path, {"TERMINAL_UI__THEME": "light"}, ["market.symbols=000660,005930"])
    layers = {key: origin.layer for key, origin in loaded.origins.items()}
    assert layers[KEY] is Layer.FILE
    assert layers["ui.theme"] is Layer.ENVIRONMENT
    assert layers["market.symbols"] is Layer.COMMAND_LINE
    assert layers["ai.enabled"] is Layer.DEFAULT


def test_other_names_of_a_dotenv_file_are_ignored(path):
    (path.parent / ".env").write_text("﻿export FOO=${BAR\nUI_THEME=light\n", "utf-8")
    assert load(path, {}).settings.value("ui.theme") == "dark"


def test_a_variable_of_another_program_is_left_alone(path):
    assert load(path, {"TERMINAL_EMULATOR": "JetBrains-JediTerm"}).settings.value(KEY) == 1.0


@pytest.mark.parametrize(
    "name",
    ["TERMINAL_RISK__STOPLOSS_PCT", "TERMINAL_RISK_STOP_LOSS_PCT", "TERMINAL_RSK__STOP_LOSS_PCT"],
)
def test_a_mistyped_variable_names_the_nearest(path, name):
    assert refusal(path, {name: "2"}) == f"{name}: no such setting; did you mean {VARIABLE}?"


def test_a_mistyped_name_in_a_dotenv_file_names_file_and_nearest(path):
    (path.parent / ".env").write_text("TERMINAL_UI__THEM=light\n", "utf-8")
    said = refusal(path)
    assert str(path.parent / ".env") in said
    assert said.endswith("did you mean TERMINAL_UI__THEME?")


def test_a_dotenv_name_without_a_value_is_a_problem(path):
    (path.parent / ".env").write_text(f"{VARIABLE}\n", "utf-8")
    assert "needs =VALUE" in refusal(path)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("ui.them=light", "ui.them (--set): no such setting; did you mean ui.theme?"),
        ("ui.theme", "--set ui.theme: needs =VALUE after the name"),
        ("ui.theme=pink", "ui.theme (--set): 'pink' can't be used; it takes one of dark, light"),
    ],
)
def test_a_wrong_override_is_named(path, override, said):
    assert refusal(path, overrides=[override]) == said


def test_a_value_may_hold_an_equals_sign(path):
    loaded = load(path, {}, ["ai.endpoint=http://host/?a=b"])
    assert loaded.settings.value("ai.endpoint") == "http://host/?a=b"


def test_a_refused_value_names_where_it_stands(path):
    write(path, {"risk": {"stop_loss_pct": 50}})
    assert refusal(path).startswith(f"{KEY} ({path}): 50 can't be used")
    assert refusal(path, {VARIABLE: "60"}).startswith(f"{KEY} ({VARIABLE}): '60' can't be used")


def test_a_contradiction_names_all_places_that_have_a_say(path):
    write(path, {"strategy": {"ema_short": 50}})
    said = refusal(path, {"TERMINAL_STRATEGY__EMA_LONG": "40"})
    assert f"strategy ({path}, TERMINAL_STRATEGY__EMA_LONG): short must be below long" == said


def test_everything_wrong_is_said_at_once(path):
    write(path, {"risk": {"stop_los_pct": 1}, "rsk": {}, "ui": 3})
    (path.parent / ".env").write_text("TERMINAL_AI__ENABLD=1\n", "utf-8")
    found = problems(path, {VARIABLE: "50"}, ["x"])
    lines = "\n".join(problem.line() for problem in found)
    for part in ("stop_los_pct", "rsk", "ui (", "TERMINAL_AI__ENABLD", "'50'", "--set x"):
        assert part in lines
    assert len(found) == 6


def test_a_sound_configuration_has_no_problems(path):
    assert problems(path, {VARIABLE: "5"}) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n  "risk": {"stop_loss_pct": 1,}\n}', "broken JSON at line 2, column 31"),
        ('{"risk": ', "broken JSON at line 1, column 10"),
        ("[1, 2]", "must be an object in braces"),
        ('{"ui": {"theme": "dark", "theme": "light"}}', "'theme' stands there twice"),
        ('{"risk": {"stop_loss_pct": NaN}}', "NaN is no number"),
    ],
)
def test_a_broken_file_is_named_with_the_place_and_left_alone(path, text, said):
    path.write_text(text, "utf-8")
    assert refusal(path).startswith(f"{path}: {said}")
    assert path.read_text("utf-8") == text


def test_a_file_that_is_no_utf8_is_named(path):
    path.write_bytes('{"ui": "한"}'.encode("euc-kr"))
    assert "is not UTF-8" in refusal(path)


def test_a_folder_in_place_of_the_file_is_named(path):
    path.mkdir()
    assert "can't be read" in refusal(path)


def test_an_empty_file_and_one_of_a_windows_editor_are_read(path):
    path.write_text("", "utf-8")
    assert load(path, {}).settings.value(KEY) == 1.0
    path.write_text('{"risk": {"stop_loss_pct": 3}}', "utf-8-sig")
    assert load(path, {}).settings.value(KEY) == 3


# --- saving


def saved(path, changes, environment=(), overrides=()):
    loaded = load(path, dict(environment), overrides)
    return save(loaded, loaded.settings.changed(changes))


def test_only_values_that_differ_from_the_default_are_saved(path):
    saved(path, {KEY: 2.5, "ui.theme": "dark"})
    assert json.loads(path.read_text("utf-8")) == {"risk": {"stop_loss_pct": 2.5}}


def test_going_back_to_the_default_takes_the_value_out(path):
    write(path, {"risk": {"stop_loss_pct": 2}, "ui": {"theme": "light"}})
    state = saved(path, {KEY: 1.0})
    assert json.loads(path.read_text("utf-8")) == {"ui": {"theme": "light"}}
    assert state.origins[KEY].layer is Layer.DEFAULT


def test_the_former_file_is_kept_beside_it(path):
    write(path, {"risk": {"stop_loss_pct": 2}})
    former = path.read_text("utf-8")
    saved(path, {KEY: 3})
    assert path.with_name("config.json.bak").read_text("utf-8") == former


def test_what_environment_and_command_line_say_stays_out_of_the_file(path):
    write(path, {"risk": {"stop_loss_pct": 2}})
    saved(path, {"ui.theme": "light"}, {VARIABLE: "9"}, ["ai.enabled=true"])
    assert json.loads(path.read_text("utf-8")) == {
        "risk": {"stop_loss_pct": 2.0},
        "ui": {"theme": "light"},
    }


def test_saving_what_the_environment_overrides_says_so(path):
    state = saved(path, {KEY: 5}, {VARIABLE: "9"})
    assert state.settings.value(KEY) == 5
    assert [note.en for note in state.notes] == [
        f"{KEY}: saved, but {VARIABLE} wins again at the next start"
    ]


def test_what_another_program_wrote_meanwhile_is_kept(path):
    loaded = load(path, {})
    write(path, {"ui": {"theme": "light"}})
    save(loaded, loaded.settings.changed({KEY: 2}))
    assert json.loads(path.read_text("utf-8")) == {
        "risk": {"stop_loss_pct": 2.0},
        "ui": {"theme": "light"},
    }


def test_a_file_broken_meanwhile_is_not_overwritten(path):
    loaded = load(path, {})
    path.write_text("{broken", "utf-8")
    with pytest.raises(ConfigError, match="broken JSON"):
        save(loaded, loaded.settings.changed({KEY: 2}))
    assert path.read_text("utf-8") == "{broken"


def test_a_full_disk_leaves_the_old_file_whole(path, monkeypatch):
    write(path, {"risk": {"stop_loss_pct": 2}})
    former = path.read_text("utf-8")

    def no_space(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(ConfigError, match="can't be saved"):
        saved(path, {KEY: 3})
    assert path.read_text("utf-8") == former
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_named(tmp_path, options):
    (tmp_path / "file").write_text("", "utf-8")
    loaded = load(tmp_path / "file" / "config.json", {})
    with pytest.raises(ConfigError, match="can't be saved"):
        save(loaded, loaded.settings.changed({KEY: 3}))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights or links")
def test_a_new_file_is_for_the_user_alone_and_a_link_stays_a_link(path, tmp_path):
    saved(path, {KEY: 3})
    assert path.stat().st_mode & 0o777 == 0o600
    link = tmp_path / "link.json"
    link.symlink_to(path)
    saved(link, {KEY: 4})
    assert link.is_symlink()
    assert load(path, {}).settings.value(KEY) == 4


@SHARED_FOLDER
@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            KEY: st.floats(0.1, 30),
            "risk.start_capital": st.integers(1, 10**15),
            "strategy.ema_short": st.integers(2, 20),
            "market.symbols": st.lists(
                st.text("0123456789A", min_size=6, max_size=6), min_size=1, max_size=3
            ),
            "ai.enabled": st.booleans(),
            "ai.endpoint": st.text(max_size=20).filter(lambda text: text.isprintable()),
            "ui.theme": st.sampled_from(["dark", "light"]),
        },
    )
)
def test_what_was_saved_is_read_again(path, changes):
    state = saved(path, changes)
    again = load(path, {})
    assert again.settings == state.settings
    assert again.origins == state.origins
