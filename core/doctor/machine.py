"""The computer: Python, packages, Kiwoom's control, display and fonts."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from config.text import Text
from core.doctor.check import DoctorContext, Judged, Level, check

_PYTHON = (3, 11)
_PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?")
_CONTROL = "KHOPENAPI.KHOpenAPICtrl.1"
_FONT_LIST_TIMEOUT_S = 10.0


@check("python")
def _python(context: DoctorContext) -> Judged:
    machine = context.machine
    shown = f"Python {machine.python[0]}.{machine.python[1]}, {machine.bits} bit, {machine.name}"
    what = Text.of(shown)
    if machine.python != _PYTHON:
        return (
            Level.FAIL,
            what,
            Text(
                "installer/run.py로 실행하면 Python 3.11을 준비합니다",
                "start with installer/run.py, which provides Python 3.11",
            ),
        )
    if machine.system == "win32" and machine.bits != 32:
        return (
            Level.WARN,
            what,
            Text(
                "키움 OpenAPI+는 32비트 Python에서만 됩니다. 데모와 재생은 지금도 됩니다",
                "Kiwoom OpenAPI+ needs a 32-bit Python; demo and replay work as it is",
            ),
        )
    return Level.OK, what


@check("packages")
def _packages(context: DoctorContext) -> Judged:
    if not context.requirements.is_file():
        return Level.WARN, Text(
            f"{context.requirements} 파일이 없어 비교하지 못했습니다",
            f"not compared, as there is no {context.requirements}",
        )
    differing = list(_differing(context.requirements))
    if not differing:
        return Level.OK, Text("모두 정해진 버전입니다", "all as locked")
    names = ", ".join(differing)
    return (
        Level.WARN,
        Text(f"정해진 버전과 다릅니다: {names}", f"differ from the lock: {names}"),
        Text(
            ".venv 폴더를 지우고 installer/run.py를 다시 실행하세요",
            "remove the folder .venv and start installer/run.py again",
        ),
    )


def _differing(requirements: Path) -> Iterator[str]:
    for line in requirements.read_text("utf-8").splitlines():
        pinned = _PINNED.match(line)
        if pinned is None:
            continue
        try:
            found = version(pinned["name"])
        except PackageNotFoundError:
            if pinned["marker"] is None:  # else it may be meant for another system
                yield f"{pinned['name']} is missing ({pinned['version']})"
            continue
        if found != pinned["version"]:
            yield f"{pinned['name']} {found} ({pinned['version']})"


@check("kiwoom_control")
def _control(context: DoctorContext) -> Judged:
    if context.machine.system != "win32":
        return Level.OK, Text(
            "이 운영체제에는 없습니다. 데모와 재생은 됩니다",
            "not on this system; demo and replay work",
        )
    if _is_registered(_CONTROL):
        return Level.OK, Text("키움 OpenAPI+가 설치되어 있습니다", "Kiwoom OpenAPI+ is installed")
    return (
        Level.WARN,
        Text("키움 OpenAPI+가 없습니다", "Kiwoom OpenAPI+ is not installed"),
        Text(
            "키움증권 홈페이지에서 OpenAPI+ 모듈을 설치하세요. 데모는 없어도 됩니다",
            "install the OpenAPI+ module from Kiwoom's home page; the demo works without",
        ),
    )


def _is_registered(prog_id: str) -> bool:
    try:
        import winreg  # there on Windows alone
    except ImportError:
        return False
    registry: Any = winreg  # its types are known on Windows alone
    access = registry.KEY_READ | registry.KEY_WOW64_32KEY  # the control is a 32-bit one
    try:
        with registry.OpenKey(registry.HKEY_CLASSES_ROOT, rf"{prog_id}\CLSID", 0, access):
            return True
    except OSError:
        return False


@check("display")
def _display(context: DoctorContext) -> Judged:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    found = next((name for name in names if context.environment.get(name)), None)
    if not context.machine.system.startswith("linux"):
        return Level.OK, Text("있습니다", "there is one")
    if found:
        return Level.OK, Text.of(f"{found}={context.environment[found]}")
    return (
        Level.WARN,
        Text("화면이 없어 창을 열 수 없습니다", "there is none, so no window can open"),
        Text("headless 명령을 쓰세요", "use the command headless"),
    )


@check("fonts")
def _fonts(context: DoctorContext) -> Judged:
    if not context.machine.system.startswith("linux"):
        return Level.OK, Text("운영체제의 한글 글꼴을 씁니다", "Korean fonts come with the system")
    fonts = _korean_fonts()
    if fonts:
        return Level.OK, Text(f"한글 글꼴 {len(fonts)}개", f"{len(fonts)} fonts with Korean")
    return (
        Level.WARN,
        Text("한글 글꼴을 찾지 못했습니다", "no font with Korean was found"),
        Text(
            "fonts-nanum을 설치하세요: sudo apt-get install fonts-nanum",
            "install fonts-nanum: sudo apt-get install fonts-nanum",
        ),
    )


def _korean_fonts() -> list[str]:
    """Return the font files fontconfig lists for Korean, none where it is not installed."""
    program = shutil.which("fc-list")
    if program is None:
        return []
    answer = subprocess.run(
        [program, ":lang=ko", "file"],
        capture_output=True,
        text=True,
        timeout=_FONT_LIST_TIMEOUT_S,
        check=False,
    )
    return answer.stdout.split("\n")[:-1]
