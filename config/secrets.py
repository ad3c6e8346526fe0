"""Passwords and keys: from the environment or the operating system's keyring, never from a file.

A module that needs one declares it beside its code, `TOKEN = declare_secret("ai_token", Text(..))`,
and reads it with `Secrets.get(TOKEN)`. Values are never logged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from config import masking
from config.errors import ConfigError
from config.text import Text

PREFIX = "TERMINAL_SECRET__"
_SERVICE = "kiwoom-terminal"
STARS = "********"
_NO_KEYRING = Text(
    "이 컴퓨터에는 키링이 없어 '{}'을(를) 저장하지 않습니다. 환경 변수 {}로 지정하세요",
    "this computer has no keyring, so '{}' is not stored; set the environment variable {} instead",
)
_TROUBLE = Text(
    "키링에서 '{}'을(를) 읽거나 쓸 수 없습니다({}). 키링의 잠금을 풀거나 환경 변수 {}로 지정하세요",
    "the keyring can't be used for '{}' ({}); unlock it, or set the environment variable {}",
)
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^/\s@:]*):([^/\s]*)@")
_KEY_IN_QUERY = re.compile(
    r"(?<=[?&])([\w-]*(?:key|token|secret|pass|auth|sig|cred)[\w-]*=)([^&#\s]+)", re.I
)
_QUERY_OF_URL = re.compile(r"(?<=://)([^?\s]*)\?\S+")


@dataclass(frozen=True, slots=True)
class Secret:
    """One declared secret."""

    name: str  # lower case, e.g. "ai_token"
    title: Text

    @property
    def variable(self) -> str:
        """The environment variable that holds it."""
        return PREFIX + self.name.upper()


class Keyring(Protocol):
    """The part of the package `keyring` that is used."""

    def get_password(self, service: str, name: str) -> str | None: ...

    def set_password(self, service: str, name: str, value: str) -> None: ...

    def delete_password(self, service: str, name: str) -> None: ...


_declared: dict[str, Secret] = {}


def declare_secret(name: str, title: Text) -> Secret:
    """Make a secret known, so that `config show` lists it and mistyped names are found."""
    return _declared.setdefault(name, Secret(name, title))


def declared_secrets() -> Iterator[Secret]:
    """Yield every secret known so far."""
    yield from _declared.values()


def system_keyring() -> Keyring | None:
    """Return the system's keyring, None where it has none (the environment remains)."""
    import keyring  # here, as it takes 0.1 s and most starts need no secret
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend


class Secrets:
    """Looks secrets up; the environment wins over the keyring.

    The keyring may be slow and may ask the person for its own password.
    """

    def __init__(self, environment: Mapping[str, str], keyring: Keyring | None) -> None:
        self._environment = environment
        self._find: Callable[[], Keyring | None] = lambda: keyring

    @classmethod
    def of_system(cls) -> Secrets:
        """Return those of this computer; its keyring is not looked for until one is needed."""
        made = cls(os.environ, None)
        made._find = system_keyring
        return made

    @property
    def has_keyring(self) -> bool:
        return self._keyring is not None

    def get(self, secret: Secret) -> str | None:
        """Return the secret, None where it is not set; an empty variable counts as not set.

        Raises:
            ConfigError: The keyring does not answer.
        """
        found = self._environment.get(secret.variable) or self._kept(secret)
        if found:
            masking.hide(found)
        return found or None

    def set(self, secret: Secret, value: str) -> None:
        """Keep `value` in the keyring; an empty one removes what is kept.

        Raises:
            ConfigError: The system has no keyring, or it refuses; nothing is written anywhere.
        """
        if self._keyring is None:
            raise ConfigError(_NO_KEYRING.format(secret.title, secret.variable))
        masking.hide(value)
        with _telling_troubles(secret):
            if value:
                self._keyring.set_password(_SERVICE, secret.name, value)
            elif self._keyring.get_password(_SERVICE, secret.name) is not None:
                self._keyring.delete_password(_SERVICE, secret.name)

    def shown(self, secret: Secret) -> tuple[str, str]:
        """Return stars (or "") and where the secret comes from, fit to be printed."""
        if self._environment.get(secret.variable):
            return STARS, secret.variable
        return (STARS, "keyring") if self.get(secret) else ("", "not set")

    @cached_property
    def _keyring(self) -> Keyring | None:
        return self._find()

    def _kept(self, secret: Secret) -> str | None:
        if self._keyring is None:
            return None
        with _telling_troubles(secret):
            return self._keyring.get_password(_SERVICE, secret.name)


@contextmanager
def _telling_troubles(secret: Secret) -> Iterator[None]:
    """Turn what a keyring raises into an error that says what to do; no backend names its own."""
    try:
        yield
    except Exception as error:
        name = type(error).__name__  # its text might repeat the value
        raise ConfigError(_TROUBLE.format(secret.title, name, secret.variable)) from None


def hide_known(environment: Mapping[str, str], settings: Iterable[object]) -> None:
    """Keep out of all logs what variables hold as secrets, and keys in URLs of setting values."""
    for name, secret in environment.items():
        if name.startswith(PREFIX):
            masking.hide(secret)
    for value in settings:
        if isinstance(value, str):
            masking.hide_parts(value)


def masked_url(text: str) -> str:
    """Star password and keys of a URL: http://me:pw@host/?key=1 becomes http://me:***@host/?key=***.

    All else stays, so that it can be edited; see `unmasked_url`.
    """
    text = _PASSWORD_IN_URL.sub(rf"\1:{STARS}@", text)
    return _KEY_IN_QUERY.sub(rf"\1{STARS}", text) if "://" in text else text


def unmasked_url(text: str, before: str) -> str:
    """Return `text`, edited from `masked_url(before)`, with what the stars stand for."""
    secrets = [(":", found[2]) for found in _PASSWORD_IN_URL.finditer(before)]
    if "://" in before:
        secrets += [(found[1], found[2]) for found in _KEY_IN_QUERY.finditer(before)]
    for lead, secret in secrets:
        text = text.replace(f"{lead}{STARS}", f"{lead}{secret}", 1)
    return text


def printable(text: str) -> str:
    """Star passwords and queries of URLs, as keys are often sent there; for what is printed."""
    return _QUERY_OF_URL.sub(rf"\1?{STARS}", masked_url(text))
