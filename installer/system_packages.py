"""The libraries that Qt takes from a Linux system, and the packages of Debian that bring them."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Sequence

from installer import process
from installer.console import SetUpError, say
from installer.process import CommandError

ROOT = Path("/")
# Package -> files, one of which shows that it is there. Looking for the file, not for the package,
# also holds where another package brings it: another release, or a font the user prefers.
FILES_OF: dict[str, tuple[str, ...]] = {
    "libgl1": ("{lib}/libGL.so.1",),
    "libegl1": ("{lib}/libEGL.so.1",),
    "libglib2.0-0": ("{lib}/libgthread-2.0.so.0",),
    "libdbus-1-3": ("{lib}/libdbus-1.so.3",),
    "libfontconfig1": ("{lib}/libfontconfig.so.1",),
    "libxkbcommon-x11-0": ("{lib}/libxkbcommon-x11.so.0",),
    "libxcb-icccm4": ("{lib}/libxcb-icccm.so.4",),
    "libxcb-image0": ("{lib}/libxcb-image.so.0",),
    "libxcb-keysyms1": ("{lib}/libxcb-keysyms.so.1",),
    "libxcb-randr0": ("{lib}/libxcb-randr.so.0",),
    "libxcb-render-util0": ("{lib}/libxcb-render-util.so.0",),
    "libxcb-shape0": ("{lib}/libxcb-shape.so.0",),
    "libxcb-xinerama0": ("{lib}/libxcb-xinerama.so.0",),
    "libxcb-xfixes0": ("{lib}/libxcb-xfixes.so.0",),
    # Without a Korean font all Korean is boxes.
    "fonts-nanum": (
        "usr/share/fonts/truetype/nanum/NanumGothic.ttf",
        "usr/share/fonts/**/NotoSansCJK*",
        "usr/share/fonts/**/NotoSansKR*",
    ),
}
LIBRARY_FOLDERS = (
    f"usr/lib/{platform.machine()}-linux-gnu",
    "usr/lib64",
    "usr/lib",
    "usr/local/lib",
)
PACKAGE_LISTS = "var/lib/apt/lists/*Packages*"


def ensure() -> None:
    """Install the packages that are missing; on systems without apt-get only name them.

    Raises:
        SetUpError: If we may not install them, with the command to type, or if that fails.
    """
    packages = missing()
    if not packages:
        return
    if shutil.which("apt-get"):
        _install(packages)
    else:
        files = ", ".join(Path(FILES_OF[name][0]).name for name in packages)
        say(f"Qt may not start: this system lacks {files}. Install them with its package manager.")


def missing(root: Path = ROOT, platform_name: str = sys.platform) -> list[str]:
    """Return the packages of which no file is there, below `root`; only Linux needs any."""
    if not platform_name.startswith("linux"):
        return []
    return [
        name
        for name, patterns in FILES_OF.items()
        if not any(_is_there(root, pattern) for pattern in patterns)
    ]


def ensure_venv_module(version: tuple[int, int]) -> None:
    """Install what Debian leaves out of that Python: ensurepip, without which a venv has no pip.

    Raises:
        SetUpError: If it cannot be installed, with the command to type.
    """
    package = f"python{version[0]}.{version[1]}-venv"
    if not shutil.which("apt-get"):
        raise SetUpError(
            f"Python {version[0]}.{version[1]} here lacks ensurepip, so it cannot make virtual "
            "environments. Install that part of it, or another Python 3.11, and start again."
        )
    _install([package])


def install_command(packages: Sequence[str]) -> list[str]:
    """Return the command, to be run as root, that installs `packages`."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def _is_there(root: Path, pattern: str) -> bool:
    folders = LIBRARY_FOLDERS if "{lib}" in pattern else ("",)
    return any(any(root.glob(pattern.format(lib=folder))) for folder in folders)


def _install(packages: Sequence[str]) -> None:
    as_root = _way_to_root()
    by_hand = f"sudo apt-get update && sudo {' '.join(install_command(packages))}"
    if as_root is None:
        raise SetUpError(
            "Some packages of the system are missing and may only be installed by its "
            f"administrator.\nRun this, then start again:\n  {by_hand}"
        )
    say(f"Installing what is missing on this system: {' '.join(packages)}")
    quiet = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    try:
        _update_and_install(quiet, packages)
    except CommandError as error:
        raise SetUpError(
            f"apt-get failed: see the lines above (is there a network connection?).\n"
            f"Start again, or run it yourself:\n  {by_hand}"
        ) from error


def _update_and_install(quiet: list[str], packages: Sequence[str]) -> None:
    update = [*quiet, "apt-get", "update"]
    install = [*quiet, *install_command(packages)]
    if not any(ROOT.glob(PACKAGE_LISTS)):
        process.run(update)
        process.run(install)
        return
    try:
        process.run(install)
    except CommandError:
        say("The package lists may be too old; getting new ones ...")
        process.run(update)
        process.run(install)


def _way_to_root() -> list[str] | None:
    """Return what to put before a command to run it as root; None if we may not."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if process.output(["sudo", "-n", "true"]) is not None:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None
