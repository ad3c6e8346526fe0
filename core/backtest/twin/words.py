"""What a day's twin tells the person when it was made by itself, or could not be."""

from __future__ import annotations

from config.text import Text
from core.backtest.twin.kept import Kept
from core.backtest.twin.plain import summary_of, title_of

_MADE = Text.of("{} — {} ({})")
_FAILED = Text(
    "{}의 쌍둥이 비교를 하지 못했습니다: {}. 매매와 기록은 그대로입니다. 원인을 없앤 뒤 쌍둥이 "
    "비교 창의 '지금 비교'를 누르거나 journal twin을 실행하세요",
    "the daily twin of {} was not made: {}. Trading and records are as they were; once that is "
    "mended press Compare now in the panel Daily twin, or run journal twin",
)


def failed(day: object, error: Exception) -> Text:
    """Say that a day's twin was not made, and what to do."""
    return _FAILED.format(day, getattr(error, "text", error))


def made(kept: Kept) -> Text:
    """Say what came of a twin."""
    return _MADE.format(title_of(kept.twin), summary_of(kept.twin), kept.page.name)
