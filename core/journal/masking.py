"""Keeps secrets out of the journal, should one ever stand in a setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

STARS = "***"

_SECRET = re.compile(
    r"pass(word|wd|phrase)?|secret|token|api_?key|app_?key|credential|account|(^|_)pin$", re.I
)


# Kiwoom's account numbers have eight digits and two of the product, with or without a dash.
_ACCOUNT = re.compile(r"(?<![\d.,:-])\d{4}-?\d{4}-?\d{2}(?![\d.,:])")
_ASSIGNED = re.compile(
    r"((?:pass(?:word|wd|phrase)?|secret|token|api_?key|app_?key|credential|authorization)"
    r"[\"']?\s*[=:]\s*(?:bearer\s+)?[\"']?)[^\s\"',;}]+",
    re.I,
)


def masked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with secret values starred: by the key's name, and inside of URLs."""
    return {key: _value(key, value) for key, value in settings.items()}


def _value(key: str, value: Any) -> Any:
    if value and _SECRET.search(key.rpartition(".")[2]):
        return STARS
    return _url(value) if isinstance(value, str) and "://" in value else value


def cleaned(value: Any, key: str = "") -> Any:
    """Return JSON values without secrets and account numbers, wherever in them they stand."""
    if isinstance(value, Mapping):
        return {name: cleaned(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item, key) for item in value]
    value = _value(key, value)
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """Return a text (a log's line) with account numbers and what looks like a secret starred."""
    text = _ASSIGNED.sub(rf"\1{STARS}", text)
    return _ACCOUNT.sub(lambda found: _stars_but_ends(found.group()), text)


def _stars_but_ends(number: str) -> str:
    """As the window shows an account: 80******11."""
    return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"


def _url(text: str) -> str:
    """Star the user, password and query of a URL."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return STARS
    place = parts.netloc.rpartition("@")
    netloc = f"{STARS}@{place[2]}" if place[1] else parts.netloc
    return urlunsplit((parts.scheme, netloc, parts.path, STARS if parts.query else "", ""))
