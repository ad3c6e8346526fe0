"""The settings of a run as a table, those that differ from their default first."""

from __future__ import annotations

from typing import Any

from config.schema import Declared, Settings, declared
from config.text import Text
from core.backtest.report.frame import Cell, say, table
from core.backtest.run import parameters

_YES, _NO = Text("예", "yes"), Text("아니요", "no")
_COLUMNS = (
    Text("설정", "Setting"),
    Text("이름", "Name"),
    Text("값", "Value"),
    Text("기본값", "Default"),
)
_CHANGED = Text("기본값과 다른 설정", "Settings that differ from their default")
_SAME = Text("기본값 그대로인 설정", "Settings at their default")
_NONE = Text("모든 설정이 기본값입니다.", "Every setting is at its default.")


def parameter_tables(settings: Settings) -> str:
    """Return HTML of what a backtest looks at; the settings at their defaults folded away."""
    kept = parameters(settings)
    items = [item for item in declared() if item.key in kept]
    changed = [item for item in items if settings.value(item.key) != item.default]
    same = [item for item in items if item not in changed]
    first = _table(changed, settings, _CHANGED) if changed else f"<p>{say(_NONE)}</p>"
    folded = _table(same, settings, _SAME)
    return f"{first}<details><summary>{say(_SAME)} ({len(same)})</summary>{folded}</details>"


def _table(items: list[Declared], settings: Settings, caption: Text) -> str:
    rows = [
        [
            Cell(item.meta.title),
            Cell(Text.of(item.key), tone="muted"),
            Cell(_value(item, settings.value(item.key))),
            Cell(_value(item, item.default), tone="muted"),
        ]
        for item in items
    ]
    return table(_COLUMNS, rows, caption, numbers_from=2)


def _value(item: Declared, value: Any) -> Text:
    if value in (True, False) and isinstance(value, bool):
        return _YES if value else _NO
    if not isinstance(value, list) and value in item.meta.choices:
        return item.meta.choices[value]
    told = f"{value:,.10g}" if isinstance(value, int | float) else str(value)
    unit = item.meta.unit
    return Text(_with(told, unit.ko), _with(told, unit.en))


def _with(value: str, unit: str) -> str:
    return value if not unit else f"{value}{unit}" if unit == "%" else f"{value} {unit}"
