import re
import subprocess
import sys

import pytest

from installer import display
from installer.console import WRONG_USAGE, SetUpError
from installer.layout import HERE


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["gui"],
        ["--mode", "replay"],
        ["--mode=replay", "--theme", "dark"],
        ["--lang", "ko", "gui"],
        ["replay", "a.csv", "--gui"],
        ["--config", "backtest"],
    ],
)
def test_these_open_a_window(arguments: list[str]) -> None:
    assert display.wants_window(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["headless"],
        ["--json", "doctor"],
        ["--set", "risk.stop_loss_pct=2", "backtest", "--data", "gui"],
        ["replay", "a.csv"],
        ["--help"],
        ["gui", "-h"],
    ],
)
def test_these_open_none(arguments: list[str]) -> None:
    assert not display.wants_window(arguments)


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_any_display_will_do(name: str) -> None:
    display.check([], {name: "x"}, "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_always_have_one(platform: str) -> None:
    display.check([], {}, platform)


def test_without_one_the_headless_command_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["installer/run.py"])
    with pytest.raises(SetUpError) as caught:
        display.check(["--seed", "5"], {"DISPLAY": ""}, "linux")
    offered = "python3 installer/run.py headless --seed 5 --mode demo --until-close"
    assert offered in str(caught.value)
    assert caught.value.exit_code == WRONG_USAGE


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        ([], ["headless", "--mode", "demo", "--until-close"]),
        (["gui", "--theme", "dark"], ["headless", "--mode", "demo", "--until-close"]),
        (["--theme=dark", "--mode=paper"], ["headless", "--mode=paper", "--until-close"]),
        (["replay", "a.csv", "--gui"], ["replay", "a.csv"]),
    ],
)
def test_the_offer_keeps_what_was_asked_for(arguments: list[str], offered: list[str]) -> None:
    assert display.without_window(arguments) == offered


@pytest.mark.parametrize("command", [[], ["gui"]])
def test_the_options_with_a_value_are_those_of_the_program(command: list[str]) -> None:
    text = subprocess.check_output(
        [sys.executable, str(HERE.root / "app.py"), *command, "--help"], text=True
    )
    with_value = set(re.findall(r"^ +(--[\w-]+)[ =][A-Z{]", text, re.MULTILINE))
    assert with_value
    assert with_value <= display.TAKES_VALUE


@pytest.mark.parametrize("words", ["gui --mode live", "--mode=paper"])
def test_nothing_is_offered_where_only_a_window_will_do(words: str) -> None:
    with pytest.raises(SetUpError) as caught:
        display.check(words.split(), {}, "linux")
    assert "headless" not in str(caught.value)
