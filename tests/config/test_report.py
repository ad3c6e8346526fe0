from __future__ import annotations

import json

import pytest

from config.report import json_schema, settings_table, shown_settings
from config.secrets import Secrets, declare_secret
from config.store import load
from config.text import Text


@pytest.fixture
def path(tmp_path, options):
    return tmp_path / "config.json"


def test_every_value_is_shown_with_where_it_came_from(path):
    loaded = load(path, {"TERMINAL_UI__THEME": "light"}, ["market.symbols=000660,005930"])
    shown = shown_settings(loaded, Secrets({}, None))
    assert shown["settings"]["ui.theme"] == {"value": "light", "origin": "TERMINAL_UI__THEME"}
    assert shown["settings"]["risk.stop_loss_pct"] == {"value": 1.0, "origin": "default"}
    lines = settings_table(loaded, Secrets({}, None)).splitlines()
    assert lines[0] == f"# {path}"
    assert lines[1].split() == ["market.symbols", "000660,005930", "--set"]


def test_secrets_are_starred(path):
    declare_secret("ai_token", Text.of("AI token"))
    environment = {"TERMINAL_SECRET__AI_TOKEN": "hunter2"}
    loaded = load(path, environment, ["ai.endpoint=http://me:hunter2@host/?key=hunter2"])
    shown = json.dumps(shown_settings(loaded, Secrets(environment, None)))
    assert "hunter2" not in shown
    assert "hunter2" not in settings_table(loaded, Secrets(environment, None))
    assert '"ai_token": {"value": "********", "origin": "TERMINAL_SECRET__AI_TOKEN"}' in shown


def test_a_mistyped_secret_is_a_problem_but_a_declared_one_is_not(path):
    declare_secret("ai_token", Text.of("AI token"))
    load(path, {"TERMINAL_SECRET__AI_TOKEN": "x"})
    with pytest.raises(ValueError, match="did you mean TERMINAL_SECRET__AI_TOKEN"):
        load(path, {"TERMINAL_SECRET__AI_TOKN": "x"})


def test_the_schema_states_types_limits_and_texts(options):
    schema = json.loads(json.dumps(json_schema()))
    stop = schema["properties"]["risk"]["properties"]["stop_loss_pct"]
    assert (stop["type"], stop["minimum"], stop["maximum"]) == ("number", 0.1, 30)
    assert (stop["default"], stop["x-unit"], stop["title"]) == (1.0, "%", "Stop")
    assert stop["x-title-ko"] == "Stop 제목"
    assert schema["properties"]["ui"]["properties"]["theme"]["enum"] == ["dark", "light"]
    assert schema["properties"]["ui"]["additionalProperties"] is False
