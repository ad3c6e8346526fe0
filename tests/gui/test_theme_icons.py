"""Icons: all drawable, and in the colour of the theme of the moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt5.QtCore import QSize
from PyQt5.QtGui import QIcon, QImage
from PyQt5.QtWidgets import QApplication

from gui import icons, theme

NAMES = sorted(path.stem for path in (theme.RESOURCES / "icons").glob("*.svg"))


@pytest.fixture(autouse=True)
def dark(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "dark")
    yield
    qapp.setStyleSheet("")
    qapp.setProperty("themeState", None)
    qapp.setProperty("theme", None)


def image(icon: QIcon, mode: QIcon.Mode = QIcon.Normal) -> QImage:
    return icon.pixmap(QSize(32, 32), mode).toImage()


def solid_colors(shot: QImage) -> set[str]:
    """Colours of the pixels that are wholly painted, so not blended at an edge."""
    pixels = (shot.pixelColor(x, y) for x in range(shot.width()) for y in range(shot.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_can_be_drawn(name: str) -> None:
    assert solid_colors(image(icons.icon(name))), name


def test_an_icon_follows_the_theme(qapp: QApplication) -> None:
    shown = icons.icon("start")
    assert solid_colors(image(shown)) == {theme.colors("dark").text}
    theme.apply(qapp, "light")
    assert solid_colors(image(shown)) == {theme.colors("light").text}


def test_an_icon_takes_the_colour_it_is_asked_for() -> None:
    assert solid_colors(image(icons.icon("stop", "up"))) == {theme.colors("dark").up}


def test_a_disabled_icon_is_greyed_out() -> None:
    shot = image(icons.icon("start"), QIcon.Disabled)
    assert solid_colors(shot) == {theme.colors("dark").disabled}


def test_a_copy_outlives_the_original() -> None:
    original = icons.icon("start")
    copy = QIcon(original)
    del original
    assert solid_colors(image(copy)) == {theme.colors("dark").text}


def test_an_unknown_icon_or_colour_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("unicorn")
    with pytest.raises(AttributeError):
        icons.icon("start", "pink")
