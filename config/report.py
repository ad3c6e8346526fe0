"""The settings as text and JSON, for `config show` and `config schema`; secrets are starred."""

from __future__ import annotations

import json
from typing import Any

from config.schema import Declared, declared
from config.secrets import Secrets, declared_secrets, printable
from config.store import Loaded


def shown_settings(loaded: Loaded, secrets: Secrets) -> dict[str, Any]:
    """Return every effective value with where it came from, fit for JSON."""
    return {
        "config": str(loaded.path),
        "settings": {
            key: {"value": _masked(value), "origin": str(loaded.origins[key])}
            for key, value in loaded.settings.as_json().items()
        },
        "secrets": {
            secret.name: dict(zip(("value", "origin"), secrets.shown(secret), strict=True))
            for secret in declared_secrets()
        },
    }


def settings_table(loaded: Loaded, secrets: Secrets) -> str:
    """Return the same as lines of text: key, value, origin."""
    data = shown_settings(loaded, secrets)
    rows = [
        (key, _plain(entry["value"]), entry["origin"])
        for part in ("settings", "secrets")
        for key, entry in data[part].items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{key:<{widths[0]}}  {value:<{widths[1]}}  {origin}" for key, value, origin in rows]
    return "\n".join([f"# {data['config']}", *lines])


def json_schema() -> dict[str, Any]:
    """Return a JSON schema (2020-12) of the settings file, its texts in both languages."""
    sections: dict[str, dict[str, Any]] = {}
    types = {cls: cls.model_json_schema() for cls in {item.owner for item in declared()}}
    definitions: dict[str, Any] = {}
    for item in declared():
        own = types[item.owner]
        definitions |= own.get("$defs", {})
        part = item.key.partition(".")[0]
        sections.setdefault(part, {})[item.name] = _described(item, own["properties"][item.name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kiwoom-terminal",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"type": "object", "additionalProperties": False, "properties": options}
            for name, options in sections.items()
        },
        **({"$defs": definitions} if definitions else {}),
    }


def _described(item: Declared, types: dict[str, Any]) -> dict[str, Any]:
    meta = item.meta
    limits = {name: value for name, value in types.items() if name not in ("meta", "title")}
    return {
        **limits,
        "title": meta.title.en,
        "description": meta.help.en,
        "x-title-ko": meta.title.ko,
        "x-description-ko": meta.help.ko,
        "x-unit": meta.unit.en,
        "x-applies": meta.applies.value,
    }


def _masked(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    return value if isinstance(value, str) else json.dumps(value, default=str)
