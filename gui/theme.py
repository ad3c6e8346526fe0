"""Dark and light: colours, font and style sheet, changed at run time by `apply`.

Widgets ask for colours by meaning, never by value. A widget that paints itself asks `current()`
each time it paints, or listens for `QEvent.PaletteChange`, which follows every `apply`. Labels and
buttons take their look from `resources/themes/terminal.qss` by object name or by a property:

    label.setProperty("role", "muted")  # also: title, up, down, flat, warning, error, ok, accent
    badge.setProperty("mode", "demo")  # also: replay, paper, live; on QLabel `modeBadge`
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from string import Template

from PyQt5.QtCore import QDir
from PyQt5.QtGui import QColor, QFont, QPalette
from PyQt5.QtWidgets import QApplication, QWidget

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FONT_PX = 12  # at 96 dpi; the density a Korean day trader is used to


@dataclass(frozen=True, slots=True)
class Colors:
    """One theme's colours by meaning, each "#rrggbb".

    Every text colour has a contrast of at least 4.5 on every background (WCAG 2.1 AA), and
    `primary_text` on every filled shape.
    """

    is_dark: bool
    # backgrounds
    window: str  # behind panels and dialogs
    background: str  # of tables, inputs and charts
    alternate: str  # every second row
    header: str  # of tables and docks
    hover: str
    selection: str
    ask_tint: str  # half of the order book where sellers wait (매도호가)
    bid_tint: str
    # texts
    text: str
    muted: str  # units, hints, names of values
    up: str  # 상승, profit, buying: red in Korea
    down: str  # 하락, loss, selling: blue
    flat: str  # 보합
    warning: str
    error: str
    ok: str
    accent: str  # changed values, links
    disabled: str  # greyed out on purpose, so without the contrast of a text
    # lines
    border: str
    focus: str
    # filled part of a gauge, under `text`
    gauge: str
    gauge_warning: str
    gauge_full: str
    # filled shapes under white text
    mode_demo: str
    mode_replay: str
    mode_paper: str
    mode_live: str
    start: str
    danger: str  # the emergency button and nothing else
    primary: str
    primary_text: str  # on every filled shape
    # chart lines
    grid: str
    crosshair: str
    ema_short: str
    ema_long: str
    bollinger: str
    vwap: str
    rsi: str
    target: str
    stop: str


_MODES = {
    "mode_demo": "#1d7a46",
    "mode_replay": "#7a45c4",
    "mode_paper": "#b85600",
    "mode_live": "#c9151e",
    "start": "#1d7a46",
    "danger": "#c9151e",
    "primary_text": "#ffffff",
}

_DARK = Colors(
    is_dark=True,
    window="#1b1f26",
    background="#14171c",
    alternate="#191d24",
    header="#232932",
    hover="#242c38",
    selection="#2a3850",
    ask_tint="#17243d",
    bid_tint="#33191d",
    text="#e4e8ee",
    muted="#a3adbb",
    up="#ff7b76",
    down="#74abff",
    flat="#b4bcc8",
    warning="#f2b544",
    error="#ff8a80",
    ok="#5fd08a",
    accent="#8ab6ff",
    disabled="#6b7482",
    border="#343c48",
    focus="#5b8def",
    gauge="#2a4a80",
    gauge_warning="#7a4a08",
    gauge_full="#8c1f25",
    primary="#2f62c4",
    grid="#262c36",
    crosshair="#8b95a5",
    ema_short="#f2c14e",
    ema_long="#4ecdc4",
    bollinger="#9a8cf0",
    vwap="#e58fd0",
    rsi="#c9a2ff",
    target="#ff7b76",
    stop="#74abff",
    **_MODES,
)

_LIGHT = Colors(
    is_dark=False,
    window="#f1f3f6",
    background="#ffffff",
    alternate="#f6f8fb",
    header="#e6eaf0",
    hover="#e9eff8",
    selection="#d6e5fb",
    ask_tint="#e9f1fd",
    bid_tint="#fdeced",
    text="#1a2029",
    muted="#525c6b",
    up="#c1121f",
    down="#1450b8",
    flat="#545e6c",
    warning="#7d5200",
    error="#b3121d",
    ok="#13693a",
    accent="#1450b8",
    disabled="#98a1ae",
    border="#c8cfd9",
    focus="#2f6fde",
    gauge="#a9c8f7",
    gauge_warning="#f3c98b",
    gauge_full="#f2a5a5",
    primary="#2f62c4",
    grid="#e6e9ee",
    crosshair="#6b7482",
    ema_short="#b07800",
    ema_long="#0b7f77",
    bollinger="#6a55d6",
    vwap="#b03a94",
    rsi="#7a45c4",
    target="#c1121f",
    stop="#1450b8",
    **_MODES,
)

_THEMES = {"dark": _DARK, "light": _LIGHT}
NAMES = tuple(_THEMES)


def colors(name: str) -> Colors:
    """Return the colours of "dark" or "light"; raises KeyError for any other name."""
    return _THEMES[name]


def current() -> Colors:
    """Return the colours last applied, dark before that."""
    app = QApplication.instance()
    return _THEMES[(app.property("theme") if app else None) or "dark"]


def apply(app: QApplication, name: str, font_px: int = FONT_PX) -> None:
    """Give the whole application the look `name`; cheap when it already has it."""
    state = f"{name} {font_px}"
    if app.property("themeState") == state:
        return
    wanted = colors(name)
    QDir.setSearchPaths("icons", [str(RESOURCES / "icons")])
    if app.property("themeState") is None:
        app.setStyle("Fusion")
    app.setProperty("theme", name)
    app.setProperty("themeState", state)
    with _nothing_collected():
        app.setFont(font(font_px))
        app.setPalette(palette(wanted))
        app.setStyleSheet(_style_sheet(wanted, font_px))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep Python from deleting forgotten widgets meanwhile.

    Qt tells every widget of a new look, from a list that it makes first, and widgets answer in
    Python. Were the collector to start then, Qt would go on to one that is no longer there.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def restyle(widget: QWidget) -> None:
    """Let `widget` take the look of a property that has just changed."""
    style = widget.style()
    assert style is not None
    style.unpolish(widget)
    style.polish(widget)


def font(pixels: int = FONT_PX) -> QFont:
    """Return the window's font; its digits all have one width, so columns of numbers line up."""
    wanted = QFont()
    wanted.setFamilies(
        ["Malgun Gothic", "Segoe UI"]
        if sys.platform == "win32"
        else ["NanumGothic", "Nanum Gothic", "Noto Sans CJK KR", "Noto Sans KR", "sans-serif"]
    )
    wanted.setPixelSize(pixels)
    return wanted


def palette(wanted: Colors) -> QPalette:
    """Return the palette for what the style sheet leaves to Fusion."""
    made = QPalette()
    for role, color in (
        (QPalette.Window, wanted.window),
        (QPalette.WindowText, wanted.text),
        (QPalette.Base, wanted.background),
        (QPalette.AlternateBase, wanted.alternate),
        (QPalette.Text, wanted.text),
        (QPalette.PlaceholderText, wanted.muted),
        (QPalette.Button, wanted.header),
        (QPalette.ButtonText, wanted.text),
        (QPalette.BrightText, wanted.error),
        (QPalette.Highlight, wanted.selection),
        (QPalette.HighlightedText, wanted.text),
        (QPalette.ToolTipBase, wanted.header),
        (QPalette.ToolTipText, wanted.text),
        (QPalette.Link, wanted.accent),
        (QPalette.Light, wanted.hover),
        (QPalette.Mid, wanted.border),
        (QPalette.Dark, wanted.border),
    ):
        made.setColor(role, QColor(color))
    for role in (QPalette.Text, QPalette.WindowText, QPalette.ButtonText):
        made.setColor(QPalette.Disabled, role, QColor(wanted.disabled))
    return made


def _style_sheet(wanted: Colors, font_px: int) -> str:
    values = {**asdict(wanted), "font": font_px, "small": font_px - 1, "big": font_px + 2}
    return _template().substitute(values)


@cache
def _template() -> Template:
    return Template((RESOURCES / "themes" / "terminal.qss").read_text(encoding="utf-8"))
