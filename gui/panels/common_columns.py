"""Columns that several tables share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from config.text import Text
from gui import format as fmt
from gui.models.column import Align, Column
from gui.wording import NAME, SYMBOL
from gui.workspace import Workspace

Tone = Callable[[Any], str | None] | None


def symbol_column(symbol_of: Callable[[Any], str], is_hidden: bool = False) -> Column:
    def hides() -> bool:
        return is_hidden

    return Column("symbol", SYMBOL, symbol_of, align=Align.LEFT, sample="000000", is_hidden=hides)


def name_column(workspace: Workspace, symbol_of: Callable[[Any], str]) -> Column:
    def name(record: Any) -> str:
        return workspace.latest.name(symbol_of(record))

    return Column("name", NAME, name, align=Align.LEFT, tip=name, sample="LG에너지솔루션")


def time_column(
    title: Text, time_of: Callable[[Any], datetime | None], help: Text | None = None
) -> Column:
    return Column("time", title, time_of, fmt.clock, Align.CENTER, help=help, sample="00:00:00")


def shares(key: str, title: Text, value: Callable[[Any], Any], tone: Tone = None) -> Column:
    return Column(key, title, value, fmt.number, tone=tone, sample="00,000")


def price(key: str, title: Text, value: Callable[[Any], Any], tone: Tone = None) -> Column:
    return Column(key, title, value, fmt.number, tone=tone, sample="000,000")


def level(key: str, title: Text, value: Callable[[Any], Any], tone: Tone = None) -> Column:
    """Return a column of prices that need not lie on a tick, shown in whole won."""
    return Column(key, title, value, fmt.won, tone=tone, sample="000,000")


def amount(key: str, title: Text, value: Callable[[Any], Any], tone: Tone = None) -> Column:
    return Column(key, title, value, fmt.won, tone=tone)


def choice(
    key: str,
    title: Text,
    value: Callable[[Any], Enum],
    texts: Mapping[Any, Text],
    tone: Tone = None,
    tip: Callable[[Any], str] | None = None,
) -> Column:
    """Return a column of one enum's texts; it sorts by the code, equally in every language."""
    by_code = {code.value: text for code, text in texts.items()}
    return Column(
        key,
        title,
        lambda record: value(record).value,
        by_code.__getitem__,
        Align.CENTER,
        tone,
        tip,
        sample=tuple(texts.values()),
    )
