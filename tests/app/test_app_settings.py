"""`config` and `doctor`, with sound settings and with broken ones."""

from __future__ import annotations

import json

import pytest

from tests.app.terminal import A_MONDAY, FEW, Terminal

BROKEN = '{"risk": {"stop_loss_pct": 1.0,}}'
OLD = """{"symbols": ["005930", "000660"], "max_position_pct": 5, "stop_loss_pct": 0.8,
"ai_endpoint": "http://127.0.0.1:9/predict", "ema_short": 5}"""


def findings(terminal: Terminal, *words: object) -> tuple[int, dict[str, dict]]:
    ended = terminal.run("doctor", "--json", *words)
    return ended.code, {found["check"]: found for found in ended.json["findings"]}


# config


def test_values_are_shown_with_where_each_came_from(terminal: Terminal, monkeypatch):
    terminal.config.write_text('{"risk": {"max_positions": 3}}', "utf-8")
    (terminal.folder / ".env").write_text("TERMINAL_RISK__STOP_LOSS_PCT=0.7\nOTHER=1\n", "utf-8")
    monkeypatch.setenv("TERMINAL_RISK__TAKE_PROFIT_PCT", "4")
    ended = terminal.run("config", "show", "--json", "--set", "costs.tax_bps=15")
    shown = ended.json["settings"]
    assert shown["risk.max_positions"] == {"value": 3, "origin": str(terminal.config)}
    assert shown["risk.stop_loss_pct"]["value"] == 0.7
    assert ".env" in shown["risk.stop_loss_pct"]["origin"]
    assert shown["risk.take_profit_pct"]["origin"] == "TERMINAL_RISK__TAKE_PROFIT_PCT"
    assert shown["costs.tax_bps"] == {"value": 15.0, "origin": "--set"}
    assert shown["costs.commission_bps"] == {"value": 1.5, "origin": "default"}


def test_every_setting_of_the_schema_is_shown(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    for name in A_MONDAY:
        monkeypatch.delenv(name)
    shown = terminal.run("config", "show", "--json").json["settings"]
    schema = terminal.run("config", "schema", "--json").json["properties"]
    keys = {f"{part}.{name}" for part in schema for name in schema[part]["properties"]}
    assert keys == set(shown)
    for key, entry in shown.items():
        part, _, name = key.partition(".")
        assert schema[part]["properties"][name]["default"] == entry["value"]


def test_sound_settings_are_called_valid(terminal: Terminal):
    terminal.config.write_text('{"risk": {"max_positions": 3}}', "utf-8")
    ended = terminal.run("config", "validate", "--json")
    assert (ended.code, ended.json) == (0, {"config": str(terminal.config), "valid": True})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BROKEN, "broken JSON at line 1, column 32"),
        ("[1, 2]", "must be an object in braces"),
        ('{"risk": {"stop_loss_pct": "much"}}', "risk.stop_loss_pct"),
        ('{"rsk": {"stop_loss_pct": 1}}', "did you mean risk?"),
        ('{"risk": {"stop_loss": 1}}', "did you mean risk.stop_loss_pct?"),
        ('{"risk": {"stop_loss_pct": 0.01}}', "for 1 % write 1"),
        ('{"market": {"symbols": []}}', "1 to 200 entries"),
        ('{"risk": {"max_positions": NaN}}', "NaN is no number"),
        ('{"risk": {"max_positions": 2, "max_positions": 3}}', "stands there twice"),
        ("\ufeff{", "broken JSON"),
    ],
)
@pytest.mark.parametrize("words", [("config", "validate"), ("headless", "--minutes", "1")])
def test_broken_settings_are_refused_by_file_and_place(terminal: Terminal, words, text, said):
    terminal.config.write_text(text, "utf-8")
    ended = terminal.run(*words)
    assert ended.code == 2
    assert str(terminal.config) in ended.said
    assert said in ended.said
    assert terminal.config.read_text("utf-8") == text


def test_a_mistyped_variable_names_the_nearest(terminal: Terminal, monkeypatch):
    monkeypatch.setenv("TERMINAL_RISK__STOPLOSS_PCT", "1")
    ended = terminal.run("config", "validate")
    assert ended.code == 2
    assert "TERMINAL_RISK__STOP_LOSS_PCT" in ended.said


def test_the_old_flat_layout_is_read_with_a_note_of_what_maps_where(terminal: Terminal):
    terminal.config.write_text(OLD, "utf-8")
    ended = terminal.run("config", "show", "--json")
    shown = ended.json["settings"]
    assert shown["market.symbols"]["value"] == ["005930", "000660"]
    assert shown["risk.max_position_pct"]["value"] == 5
    assert shown["ai.endpoint"]["value"] == "http://127.0.0.1:9/predict"
    for old, new in (("stop_loss_pct", "risk.stop_loss_pct"), ("ema_short", "strategy.ema_short")):
        assert f"the old setting '{old}' is read as {new}" in ended.err
    assert "has the old layout" in ended.err
    assert terminal.config.read_text("utf-8") == OLD


def test_a_run_follows_the_old_layout(terminal: Terminal):
    terminal.config.write_text(OLD, "utf-8")
    ended = terminal.run("headless", "--minutes", "1", "--json")
    assert ended.code == 0
    assert ended.json["symbols"] == ["005930", "000660"]


def test_the_schema_can_be_had_while_the_settings_are_broken(terminal: Terminal):
    terminal.config.write_text(BROKEN, "utf-8")
    ended = terminal.run("config", "schema")
    assert ended.code == 0
    assert "risk" in json.loads(ended.out)["properties"]


# doctor


def test_the_doctor_looks_at_everything_and_changes_nothing(terminal: Terminal):
    code, found = findings(terminal)
    assert code == 0, found
    expected = {"python", "packages", "configuration", "calendar", "clock", "disk", "home"}
    assert expected | {"journal", "instance", "keyring", "display", "kiwoom_control"} <= set(found)
    assert found["configuration"]["level"] == "ok"
    assert list(terminal.folder.iterdir()) == [terminal.config]


def test_the_doctor_names_broken_settings_and_checks_the_rest(terminal: Terminal):
    terminal.config.write_text(BROKEN, "utf-8")
    code, found = findings(terminal)
    assert code == 1
    failed = [name for name, finding in found.items() if finding["level"] == "fail"]
    assert failed == ["configuration"]
    assert "line 1, column 32" in found["configuration"]["what"]["en"]
    assert "config validate" in found["configuration"]["advice"]["en"]


def test_each_line_of_the_doctor_says_what_to_do(terminal: Terminal):
    terminal.config.write_text(BROKEN, "utf-8")
    lines = terminal.run("doctor").out.splitlines()
    (failed,) = [line for line in lines if line.startswith("[fail]")]
    assert "→ mend it" in failed
    assert all(line.startswith(("[ok  ]", "[warn]", "[fail]")) for line in lines)


def test_the_doctor_sees_a_home_that_cannot_be_one(terminal: Terminal):
    terminal.home.write_text("a file", "utf-8")
    code, found = findings(terminal)
    assert code == 1
    assert found["home"]["level"] == "fail"


def test_the_doctor_sees_what_a_run_left(terminal: Terminal):
    assert terminal.run("headless", "--minutes", "1", *FEW).code == 0
    code, found = findings(terminal)
    assert code == 0
    assert "1 runs recorded" in found["journal"]["what"]["en"]
    assert found["instance"]["level"] == "ok"


def test_a_named_settings_file_that_is_missing_is_said(terminal):
    terminal.config.unlink()
    ended = terminal.run("config", "validate")
    assert ended.code == 0
    assert "there is no settings file" in ended.err


@pytest.mark.parametrize("command", [("headless",), ("gui",), ("replay", "005930_ticks.csv")])
def test_nothing_is_traded_on_defaults_in_place_of_a_named_file(terminal, command):
    terminal.config.unlink()
    ended = terminal.run(*command, "--lang", "ko")
    assert ended.code == 2
    assert "설정 파일이 없습니다" in ended.said and str(terminal.config) in ended.said


def test_getting_out_needs_no_settings_file(terminal):
    terminal.config.unlink()
    ended = terminal.run("flatten", "--lang", "en")
    assert "there is no settings file" in ended.err.splitlines()[0]
    assert ended.code != 2


def test_a_watchlist_without_one_known_symbol_is_refused(terminal):
    ended = terminal.run("headless", "--set", "market.symbols=AAPL,MSFT")
    assert ended.code == 2
    assert "AAPL, MSFT" in ended.err
