from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtGui import QColor, QImage, QPainter, QPen

from gui.chart.strokes import fill_between, fill_rects, stroke_line

RED = QColor("#ff0000")


@pytest.fixture
def paper(qapp):
    image = QImage(60, 40, QImage.Format_RGB32)
    image.fill(QColor("black"))
    return image


def red_pixels(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).red() > 100
    }


def test_rectangles_cover_exactly_their_pixels(paper):
    painter = QPainter(paper)
    fill_rects(painter, RED, np.array([3, 20]), np.array([5, 30]), 2, np.array([3, 1]))
    painter.end()

    first = {(x, y) for x in (3, 4) for y in (5, 6, 7)}
    assert red_pixels(paper) == first | {(20, 30), (21, 30)}


def test_no_rectangles_are_no_trouble(paper):
    painter = QPainter(paper)
    fill_rects(painter, RED, np.empty(0), np.empty(0), 1, np.empty(0))
    painter.end()

    assert not red_pixels(paper)


def test_rectangles_far_outside_do_not_wrap_round(paper):
    painter = QPainter(paper)
    fill_rects(painter, RED, np.array([-1e12, 1e12]), 0, 5, np.array([1e12, 5]))
    painter.end()

    assert not red_pixels(paper)


def test_a_line_is_broken_where_values_are_unknown(paper):
    x, y = np.array([5.0, 15, 25, 35, 45]), np.array([20.0, 20, np.nan, 20, 20])
    painter = QPainter(paper)
    stroke_line(painter, QPen(RED), x, y)
    painter.end()

    columns = {x for x, _ in red_pixels(paper)}
    assert {10, 40} <= columns
    assert not columns & {20, 25, 30}


@pytest.mark.parametrize("y", [[np.nan] * 3, [], [np.nan, 5.0, np.nan]])
def test_a_line_without_two_known_points_draws_nothing_large(paper, y):
    painter = QPainter(paper)
    stroke_line(painter, QPen(RED), np.arange(len(y), dtype=float), np.array(y, dtype=float))
    painter.end()

    assert len(red_pixels(paper)) <= 2


def test_a_band_is_filled_only_where_both_lines_are_known(paper):
    x = np.array([5.0, 15, 25, 35])
    painter = QPainter(paper)
    fill_between(painter, RED, x, np.array([10.0, 10, np.nan, 10]), np.full(4, 30.0))
    painter.end()

    columns = {x for x, _ in red_pixels(paper)}
    assert 10 in columns
    assert not columns & set(range(17, 40))
