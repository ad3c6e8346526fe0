"""The places settings come from, each read into values by key; `store` lays them over another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Problem
from config.explain import nearest, unknown
from config.files import parse_json, read_text
from config.secrets import PREFIX as SECRET_PREFIX
from config.secrets import declared_secrets
from config.text import Text

PREFIX = "TERMINAL_"
# Names of other programs that begin like ours: JetBrains terminals set this one.
_FOREIGN = frozenset({"TERMINAL_EMULATOR"})


class Layer(Enum):
    """From the weakest to the strongest."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"


@dataclass(slots=True)
class Found:
    """What one place says: known settings, and everything about it a person should hear."""

    layer: Layer
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)  # key -> file or variable name
    problems: list[Problem] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def put(self, key: str, value: Any, origin: str) -> None:
        self.values[key] = value
        self.origins[key] = origin


def variable(key: str) -> str:
    """Return the environment variable of a setting: TERMINAL_RISK__STOP_LOSS_PCT."""
    return PREFIX + key.replace(".", "__").upper()


def read_environment(variables: Mapping[str, str | None], known: Iterable[str], file: str) -> Found:
    """Take the settings among `variables`; `file` names the .env they stand in, "" if in none.

    Secrets are left alone (`config.secrets` reads them), but a mistyped name is a problem.
    """
    found = Found(Layer.ENVIRONMENT)
    keys = {variable(key): key for key in known}
    secrets = {secret.variable for secret in declared_secrets()}
    for name, value in variables.items():
        upper = name.upper()  # Windows has no lower case here
        if not upper.startswith(PREFIX) or upper in secrets | _FOREIGN:
            continue
        origin = f"{file}: {name}" if file else name
        if upper not in keys:
            names = secrets if upper.startswith(SECRET_PREFIX) else keys
            found.problems.append(_unknown_variable(origin, _nearest_variable(upper, names)))
        elif value is None:
            found.problems.append(_without_value(origin))
        else:
            found.put(keys[upper], value, origin)
    return found


def read_dotenv(path: Path, known: Iterable[str]) -> Found:
    """Take the settings in a .env file, which need not exist; its other names are ignored."""
    if not path.is_file():
        return Found(Layer.ENVIRONMENT)
    from dotenv import dotenv_values  # here, as few have such a file

    variables = dotenv_values(stream=StringIO(read_text(path)), interpolate=False)
    return read_environment(variables, known, str(path))


def read_overrides(overrides: Iterable[str], known: Iterable[str]) -> Found:
    """Take `section.key=value` texts of the command line."""
    found, known = Found(Layer.COMMAND_LINE), set(known)
    for text in overrides:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals:
            found.problems.append(_without_value(f"--set {text}"))
        elif key not in known:
            found.problems.append(_placed(unknown(key, known), "--set"))
        else:
            found.put(key, value.strip(), "--set")
    return found


def read_json(path: Path) -> Mapping[str, Any]:
    """Return the object a settings file holds, {} where there is no file.

    Raises:
        ConfigError: It can't be read, is broken JSON, or is no object.
    """
    if not path.exists():
        return {}
    text = read_text(path)
    data = parse_json(text, str(path)) if text.strip() else {}
    if not isinstance(data, dict):
        raise ConfigError(
            Text(
                f'{path}: 전체를 중괄호로 감싸야 합니다. 예: {{"risk": {{"stop_loss_pct": 1.0}}}}',
                f'{path}: must be an object in braces: {{"risk": {{"stop_loss_pct": 1.0}}}}',
            )
        )
    return data


def _nearest_variable(name: str, names: Iterable[str]) -> str | None:
    # Without what all of them begin with, or all of them would look alike.
    guess = nearest(name.removeprefix(PREFIX), [known.removeprefix(PREFIX) for known in names])
    return None if guess is None else PREFIX + guess


def _unknown_variable(origin: str, guess: str | None) -> Problem:
    if guess is None:
        return Problem(
            "",
            Text(
                f"{origin}: 그런 설정은 없습니다. 형식은 {PREFIX}SECTION__KEY입니다",
                f"{origin}: no such setting; the form is {PREFIX}SECTION__KEY",
            ),
        )
    return Problem(
        "",
        Text(
            f"{origin}: 그런 설정은 없습니다. {guess}인가요?",
            f"{origin}: no such setting; did you mean {guess}?",
        ),
    )


def _without_value(origin: str) -> Problem:
    return Problem(
        "",
        Text(f"{origin}: 뒤에 =값이 있어야 합니다", f"{origin}: needs =VALUE after the name"),
    )


def _placed(problem: Problem, origin: str) -> Problem:
    return Problem(problem.key, problem.message, origin)
