"""Says early, in plain words, that a window needs a screen."""

from __future__ import annotations

import shlex
import sys
from typing import Mapping, Sequence

from installer.console import WRONG_USAGE, SetUpError

# What follows one of these is its value and no command.
TAKES_VALUE = frozenset(
    (
        *("--config", "--home", "--set", "--lang", "--log-level", "--trust"),
        *("--mode", "--broker", "--theme", "--seed", "--speed", "--exchange-state"),
    )
)
NO_PROGRAM_RUN = frozenset(("-h", "--help", "--version"))


def check(arguments: Sequence[str], environment: Mapping[str, str], platform: str) -> None:
    """Refuse to open a window where there is no display.

    Args:
        arguments: Those of app.py.
        platform: As in `sys.platform`.

    Raises:
        SetUpError: With the command that does the same without a window.
    """
    if not platform.startswith("linux") or not wants_window(arguments):
        return
    if any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return
    command = " ".join(map(shlex.quote, ["python3", sys.argv[0], *without_window(arguments)]))
    advice = f"\nWithout a window:\n  {command}" if can_do_without(arguments) else ""
    raise SetUpError(
        "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can "
        f"open.{advice}",
        WRONG_USAGE,
    )


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether app.py would open a window."""
    if NO_PROGRAM_RUN.intersection(arguments):
        return False
    return "--gui" in arguments or command_of(arguments) in (None, "gui")


def command_of(arguments: Sequence[str]) -> str | None:
    """Return the command among the arguments; None if there is none (which means gui)."""
    before = ""
    for argument in arguments:
        if not argument.startswith("-") and before not in TAKES_VALUE:
            return argument
        before = argument
    return None


def can_do_without(arguments: Sequence[str]) -> bool:
    """Whether the same can be done without a window; Kiwoom's control lives in one."""
    words = " ".join(arguments).replace("=", " ")
    return not any(f"--mode {mode}" in words for mode in ("live", "paper"))


def without_window(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that do the same without a window."""
    if command_of(arguments) not in (None, "gui"):
        return [argument for argument in arguments if argument != "--gui"]
    options = _without_theme([argument for argument in arguments if argument != "gui"])
    if not _has(options, "--mode"):
        options += ["--mode", "demo"]
    if not _has(options, "--minutes") and not _has(options, "--until-close"):
        options.append("--until-close")
    return ["headless", *options]


def _without_theme(options: list[str]) -> list[str]:
    pairs = zip(["", *options], options)
    return [now for before, now in pairs if before != "--theme" and not now.startswith("--theme")]


def _has(options: Sequence[str], name: str) -> bool:
    return any(option.partition("=")[0] == name for option in options)
