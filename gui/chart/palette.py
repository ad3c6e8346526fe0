"""Colours of the chart, by meaning; the chart is given one and never asks the theme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartPalette:
    """One look of the chart, each colour "#rrggbb"."""

    background: str
    text: str
    muted: str  # axis labels, names of values
    border: str  # between panes and round the plot
    grid: str
    separator: str  # first bar of a day
    crosshair: str
    focus: str  # frame of the chart that has the keyboard
    tag: str  # behind values on the axes
    tag_text: str
    up: str  # candles and volume: close above open (red in Korea)
    down: str
    flat: str
    up_text: str  # numbers, readable on `background`
    down_text: str
    lines: tuple[tuple[str, str], ...]  # (role of an indicator's plot, colour)
    others: tuple[str, ...]  # for roles not in `lines`
    entry: str  # average price of the position
    stop: str
    target: str

    def line(self, role: str) -> str:
        """Return the colour of an indicator's role, for an unknown one always the same other."""
        known = dict(self.lines)
        return known.get(role) or self.others[sum(role.encode()) % len(self.others)]


DARK = ChartPalette(
    background="#14171c",
    text="#e4e8ee",
    muted="#a3adbb",
    border="#343c48",
    grid="#20252e",
    separator="#3d4757",
    crosshair="#8b95a5",
    focus="#5b8def",
    tag="#3a4454",
    tag_text="#ffffff",
    up="#f0464b",
    down="#3b82f6",
    flat="#b4bcc8",
    up_text="#ff7b76",
    down_text="#74abff",
    lines=(
        ("ema_short", "#f2c14e"),
        ("ema_long", "#4ecdc4"),
        ("bollinger", "#9a8cf0"),
        ("vwap", "#e58fd0"),
        ("rsi", "#c9a2ff"),
    ),
    others=("#8bc34a", "#ff9f5a", "#66c7f4", "#d0c08a"),
    entry="#d5dbe5",
    stop="#74abff",
    target="#ff7b76",
)

LIGHT = ChartPalette(
    background="#ffffff",
    text="#1a2029",
    muted="#525c6b",
    border="#c8cfd9",
    grid="#eef0f4",
    separator="#c3cad5",
    crosshair="#6b7482",
    focus="#2f6fde",
    tag="#525c6b",
    tag_text="#ffffff",
    up="#d7191f",
    down="#1a5fd0",
    flat="#6b7482",
    up_text="#c1121f",
    down_text="#1450b8",
    lines=(
        ("ema_short", "#b07800"),
        ("ema_long", "#0b7f77"),
        ("bollinger", "#6a55d6"),
        ("vwap", "#b03a94"),
        ("rsi", "#7a45c4"),
    ),
    others=("#4b7a10", "#b85600", "#0f6f9e", "#7a6a20"),
    entry="#3a4454",
    stop="#1450b8",
    target="#c1121f",
)
