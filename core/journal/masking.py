"""Keeps secrets out of the journal, should one ever stand in a setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from config.masking import STARS, masked_address, masked_text

_SECRET = re.compile(
    r"pass(word|wd|phrase)?|secret|token|api_?key|app_?key|credential|account|(^|_)pin$", re.I
)


def masked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with secret values starred: by the key's name, and inside of URLs."""
    return {key: _value(key, value) for key, value in settings.items()}


def cleaned(value: Any, key: str = "") -> Any:
    """Return JSON values without secrets and account numbers, wherever in them they stand."""
    if isinstance(value, Mapping):
        return {name: cleaned(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item, key) for item in value]
    value = _value(key, value)
    return masked_text(value) if isinstance(value, str) else value


def _value(key: str, value: Any) -> Any:
    if value and _SECRET.search(key.rpartition(".")[2]):
        return STARS
    return masked_address(value) if isinstance(value, str) and "://" in value else value
