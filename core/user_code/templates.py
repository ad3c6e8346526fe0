"""New files for the user's own code, from templates that work as they are."""

from __future__ import annotations

import re
from pathlib import Path

from config.errors import ConfigError
from config.text import Text

KINDS = ("indicator", "rule", "predictor")
_TEMPLATES = Path(__file__).resolve().parents[2] / "resources" / "templates"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def create(folder: Path, kind: str, name: str) -> Path:
    """Write a template into `folder` as NAME.py, everything in it called after `name`.

    Raises:
        ConfigError: The name can't be used or is taken, or the file can't be written.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(_BAD_NAME.format(name))
    path = folder / f"{name}.py"
    text = (_TEMPLATES / f"{kind}.py").read_text("utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_renamed(text, kind, name))
    except FileExistsError as error:
        raise ConfigError(_EXISTS.format(path)) from error
    except OSError as error:
        raise ConfigError(_UNWRITTEN.format(path, error.strerror)) from error
    return path


def _renamed(text: str, kind: str, name: str) -> str:
    own = "".join(part.capitalize() for part in name.split("_"))
    return text.replace(f"my_{kind}", name).replace(f"My{kind.capitalize()}", own)


_BAD_NAME = Text(
    "'{}'은(는) 이름으로 쓸 수 없습니다. 영문 소문자로 시작하고 소문자, 숫자, 밑줄만 쓰세요. 예: "
    "my_rule",
    "'{}' can't be a name: begin with a small letter, then small letters, digits and underscores, "
    "such as my_rule",
)
_EXISTS = Text(
    "{}: 이미 있는 파일이라 덮어쓰지 않았습니다. 다른 이름을 쓰세요",
    "{}: there already, and not overwritten; choose another name",
)
_UNWRITTEN = Text(
    "{}: 저장할 수 없습니다({}). 폴더 권한과 디스크를 확인하세요",
    "{}: can't be saved ({}); check folder rights and disk",
)
