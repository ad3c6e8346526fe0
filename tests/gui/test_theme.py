"""The look: readable in both themes, changed at run time, without a Qt warning."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import fields

import pytest
from PyQt5.QtCore import QEvent
from PyQt5.QtGui import QColor, QFontMetrics
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui import theme

BACKGROUNDS = (
    "window",
    "background",
    "alternate",
    "header",
    "hover",
    "selection",
    "ask_tint",
    "bid_tint",
)
TEXTS = ("text", "muted", "up", "down", "flat", "warning", "error", "ok", "accent")
FILLS = (
    "mode_demo",
    "mode_replay",
    "mode_paper",
    "mode_live",
    "start",
    "danger",
    "primary",
)
CHART_LINES = (
    "ema_short",
    "ema_long",
    "bollinger",
    "vwap",
    "rsi",
    "crosshair",
    "target",
    "stop",
)


@pytest.fixture(autouse=True)
def unthemed(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setStyleSheet("")
    qapp.setProperty("themeState", None)
    qapp.setProperty("theme", None)


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in QColor(color).getRgbF()[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_formula_knows_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_text_is_readable_on_every_background(name: str, text: str, background: str) -> None:
    colors = theme.colors(name)
    assert contrast(getattr(colors, text), getattr(colors, background)) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("fill", FILLS)
def test_white_text_is_readable_on_every_filled_shape(name: str, fill: str) -> None:
    colors = theme.colors(name)
    assert contrast(colors.primary_text, getattr(colors, fill)) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("part", ["gauge", "gauge_warning", "gauge_full", "background"])
def test_text_is_readable_on_both_parts_of_a_gauge(name: str, part: str) -> None:
    colors = theme.colors(name)
    assert contrast(colors.text, getattr(colors, part)) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("line", CHART_LINES)
def test_chart_lines_stand_out_from_the_background(name: str, line: str) -> None:
    colors = theme.colors(name)
    assert contrast(getattr(colors, line), colors.background) >= 3


@pytest.mark.parametrize("name", theme.NAMES)
def test_up_is_red_and_down_is_blue(name: str) -> None:
    up, down = QColor(theme.colors(name).up), QColor(theme.colors(name).down)
    assert up.red() > max(up.green(), up.blue())
    assert down.blue() > max(down.red(), down.green())


@pytest.mark.parametrize("name", theme.NAMES)
def test_every_colour_is_a_colour(name: str) -> None:
    colors = theme.colors(name)
    for field in fields(colors):
        if field.name != "is_dark":
            value = getattr(colors, field.name)
            assert len(value) == 7, field.name
            assert QColor(value).isValid(), field.name


def test_an_unknown_theme_is_refused(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        theme.apply(qapp, "sepia")


def test_theme_changes_at_run_time(qapp: QApplication, qtbot) -> None:
    label = QLabel("시세")
    qtbot.addWidget(label)
    label.ensurePolished()
    for name in (*theme.NAMES, *theme.NAMES):
        theme.apply(qapp, name)
        assert theme.current() is theme.colors(name)
        assert label.palette().windowText().color().name() == theme.colors(name).text


def test_a_role_colours_a_label(qapp: QApplication, qtbot) -> None:
    theme.apply(qapp, "dark")
    label = QLabel("+1.23%")
    qtbot.addWidget(label)
    label.ensurePolished()
    for role in ("up", "down", "error"):
        label.setProperty("role", role)
        theme.restyle(label)
        shown = label.palette().windowText().color().name()
        assert shown == getattr(theme.colors("dark"), role)


@pytest.mark.parametrize("name", theme.NAMES)
def test_the_emergency_button_is_red(qapp: QApplication, qtbot, name: str) -> None:
    theme.apply(qapp, name)
    button = QPushButton(" ")
    button.setObjectName("flattenButton")
    qtbot.addWidget(button)
    button.resize(120, 30)
    shot = button.grab().toImage()
    assert shot.pixelColor(60, 15).name() == theme.colors(name).danger


def test_digits_have_one_width(qapp: QApplication) -> None:
    for pixels in (11, 12, 13, 16):
        metrics = QFontMetrics(theme.font(pixels))
        assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_the_font_knows_korean(qapp: QApplication) -> None:
    assert QFontMetrics(theme.font()).inFont("긴")


def test_every_image_of_the_style_sheet_exists() -> None:
    sheet = (theme.RESOURCES / "themes" / "terminal.qss").read_text(encoding="utf-8")
    named = [part.split(")")[0] for part in sheet.split("url(icons:")[1:]]
    assert named
    for name in named:
        assert (theme.RESOURCES / "icons" / name).is_file(), name


def test_no_widget_is_deleted_while_all_are_told_of_a_new_look(
    qapp: QApplication, qtbot: QtBot
) -> None:
    """A forgotten one that Python collected just then took the whole program with it."""
    seen: list[bool] = []

    class Told(QLabel):
        def changeEvent(self, event: QEvent) -> None:
            seen.append(gc.isenabled())
            super().changeEvent(event)

    theme.apply(qapp, "dark")
    told = Told("x")
    qtbot.addWidget(told)
    told.show()
    seen.clear()
    theme.apply(qapp, "light")
    assert seen
    assert not any(seen)
    assert gc.isenabled()
