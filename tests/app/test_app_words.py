"""What a command line may say, and how a wrong one is answered."""

from __future__ import annotations

import json

import pytest

from config import arguments
from tests.app.terminal import FEW, Terminal, in_process


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["headles"], "no command 'headles' (did you mean headless?); the commands are gui, "),
        (["xyz"], "no command 'xyz'; the commands are gui, headless, replay"),
        (["headless", "--minuts", "5"], "no '--minuts' (did you mean --minutes?)"),
        (["headless", "--jsn"], "no '--jsn' (did you mean --json?)"),
        (["--minutes", "5"], "gui takes no '--minutes'"),
        (["headless", "now"], "headless takes no 'now'"),
        (["headless", "--seed", "-1"], "--seed: '-1' is no whole number"),
        (["headless", "--seed", "x"], "--seed: 'x' is no whole number"),
        (["headless", "--speed", "0"], "--speed: '0' is neither a number above 0 nor 'max'"),
        (["headless", "--speed", "nan"], "--speed: 'nan' is neither"),
        (["headless", "--minutes", "0"], "--minutes: '0'"),
        (["headless", "--minutes", "5", "--until-close"], "not allowed with argument --minutes"),
        (["headless", "--mode", "live"], "--mode: invalid choice: 'live'"),
        (["replay"], "the following arguments are required: FILE"),
        (["journal"], "required: action"),
        (["config", "shw"], "invalid choice: 'shw'"),
        (["doctor", "--lang", "fr"], "--lang: invalid choice: 'fr'"),
        (["headless", "--set", "risk.stop_loss=1"], "did you mean risk.stop_loss_pct?"),
        (["headless", "--set", "risk.stop_loss_pct"], "needs =VALUE"),
        (["headless", "--set", "risk.stop_loss_pct=99"], "'99' can't be used"),
        (["headless", "--set", "market.symbols="], "1 to 200 entries"),
        (["headless", "--set", "market.symbols=005930,5.930x"], "'5.930x' is no code"),
        (["headless", "--set", "strategy.ema_short=30"], "strategy"),
        (["headless", "--set", "market.timezone=Seoul"], "no known time zone"),
    ],
)
def test_a_wrong_command_line_is_refused_in_one_clear_line(terminal: Terminal, words, said):
    ended = terminal.run(*words)
    assert ended.code == 2
    assert ended.said.startswith("error: ")
    assert said in ended.said
    assert not terminal.home.exists()


def test_everything_wrong_is_told_at_once(terminal: Terminal):
    terminal.config.write_text('{"risk": {"max_position": 5}}', "utf-8")
    ended = terminal.run("headless", "--set", "risk.stop_loss_pct=99", "--set", "x.y=1")
    assert ended.code == 2
    for word in ("did you mean risk.max_positions?", "risk.stop_loss_pct", "x.y"):
        assert word in ended.said


def test_a_traceback_comes_with_debug_alone(terminal: Terminal):
    wrong = ("replay", terminal.folder / "005930_ticks.csv")
    assert "Traceback" not in terminal.run(*wrong).err
    ended = terminal.run(*wrong, "--debug")
    assert "Traceback" in ended.err
    assert ended.err.splitlines()[-1].startswith("error: ")
    assert ended.code == 1


def test_a_korean_reads_errors_in_korean(terminal: Terminal, monkeypatch):
    assert terminal.run("headles", "--lang", "ko").said.startswith(
        "오류: 'headles' 명령은 없습니다"
    )
    assert "인가요?" in terminal.run("--lang=ko", "headless", "--set", "risk.stop_loss=1").said
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert terminal.run("headles").said.startswith("오류: ")
    assert terminal.run("headles", "--lang", "en").said.startswith("error: ")


@pytest.mark.parametrize("command", ["", *arguments.COMMANDS])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_command_explains_itself(command, language):
    ended = in_process([*([command] if command else []), "--help", "--lang", language])
    assert (ended.code, ended.err) == (0, "")
    for name in arguments.COMMANDS if not command else ():
        assert arguments.COMMANDS[name].in_(language).partition(" ")[0] in ended.out
    assert ("공통 옵션" if language == "ko" else "ommon options") in ended.out


@pytest.mark.parametrize(
    "place", [lambda own, common: [*common, *own], lambda own, common: [*own, *common]]
)
def test_common_options_count_before_and_after_the_command(terminal: Terminal, place):
    common = ["--home", terminal.home, "--config", terminal.config, "--json", "--lang", "en"]
    common += ["--set", "market.symbols=005930", "--set", "risk.stop_loss_pct=2.5"]
    common += ["--log-level", "debug", "--debug"]
    ended = in_process([str(word) for word in place(["config", "show"], common)])
    assert ended.code == 0
    shown = ended.json
    assert shown["config"] == str(terminal.config)
    assert shown["settings"]["market.symbols"] == {"value": ["005930"], "origin": "--set"}
    assert shown["settings"]["risk.stop_loss_pct"] == {"value": 2.5, "origin": "--set"}


def test_of_a_repeated_setting_the_last_one_counts(terminal: Terminal):
    words = ("--set", "risk.stop_loss_pct=2", "config", "show", "--set", "risk.stop_loss_pct=3")
    shown = terminal.run("--json", *words).json
    assert shown["settings"]["risk.stop_loss_pct"]["value"] == 3.0


def test_without_json_a_person_can_read_the_result(terminal: Terminal):
    ended = terminal.run("headless", "--minutes", "1", *FEW)
    assert ended.code == 0
    lines = dict(line.split(maxsplit=1) for line in ended.out.splitlines() if len(line.split()) > 1)
    assert lines["final_cash"] == "10,000,000"
    assert lines["mode"] == "demo"


@pytest.mark.parametrize(
    "words", [("doctor", "--json"), ("doctor",), ("config", "schema", "--json")]
)
def test_results_can_be_sent_where_no_korean_can_be_written(terminal: Terminal, words):
    """A pipe on a Western Windows takes cp1252."""
    ended = terminal.start(*words, "--lang", "ko", encoding="cp1252").outcome()
    assert ended.code == 0, ended.err
    if "--json" in words:
        assert json.loads(ended.out.splitlines()[-1])
