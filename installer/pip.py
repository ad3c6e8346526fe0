"""Installs the locked packages."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from installer import process
from installer.console import SetUpError
from installer.process import CommandError

# Everything comes as a wheel but ta, which is published as source only (pure Python).
SOURCE_ONLY = "ta"
# A setting of the user that sends packages elsewhere would leave the venv empty.
_INTO_THE_VENV = {"PIP_USER": "0", "PIP_TARGET": "", "PIP_PREFIX": "", "PIP_ROOT": ""}
_REASONS = (
    (
        ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ReadTimeout",
         "ProxyError", "ConnectionReset", "(from versions: none)"),
        "The package index cannot be reached. Check the network connection (or the proxy) and "
        "start again.",
    ),
    (("No space left on device", "not enough space"), "The disk is full. Make room, start again."),
    (
        ("WinError 5]", "WinError 32]"),
        "A file is in use. Close the program if it is running and start again.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        "A downloaded package is not the one that was locked, so it was refused. Start again; "
        "if it happens again, something between you and the package index changes files.",
    ),
)  # fmt: skip


def install(python: Path, requirements: Sequence[Path]) -> None:
    """Install exactly what the files list, checked against their hashes.

    Raises:
        SetUpError: If pip fails, with the likely reason.
    """
    # -I: a package on PYTHONPATH or in the user's site would count as installed.
    command = [str(python), "-I", "-m", "pip", "install"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command += ["--require-hashes", "--no-deps", "--no-build-isolation"]
    command += ["--only-binary", ":all:", "--no-binary", SOURCE_ONLY]
    for path in requirements:
        command += ["--requirement", str(path)]
    try:
        process.run(command, _INTO_THE_VENV)
    except CommandError as error:
        raise SetUpError(f"Installing the packages failed. {reason(error.tail)}") from error


def reason(tail: str) -> str:
    """Return what the last lines of a failed pip mean and what to do."""
    for signs, text in _REASONS:
        if any(sign in tail for sign in signs):
            return text
    return "The lines above say why; the next start tries again from nothing."
