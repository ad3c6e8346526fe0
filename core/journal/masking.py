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


def masked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with secret values starred: by the key's name, and inside of URLs."""
    return {key: _value(key, value) for key, value in settings.items()}


def _value(key: str, value: Any) -> Any:
    if value and _SECRET.search(key.rpartition(".")[2]):
        return STARS
    return _url(value) if isinstance(value, str) and "://" in value else value


def _url(text: str) -> str:
    """Star the user, password and query of a URL."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return STARS
    place = parts.netloc.rpartition("@")
    netloc = f"{STARS}@{place[2]}" if place[1] else parts.netloc
    return urlunsplit((parts.scheme, netloc, parts.path, STARS if parts.query else "", ""))
