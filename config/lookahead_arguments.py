"""The option by which a backtest looks for a look into the future instead of trading."""

from __future__ import annotations

import argparse

from config.text import Text


def add_look_ahead(parser: argparse.ArgumentParser, language: str) -> None:
    """Add `--look-ahead`."""
    parser.add_argument(
        "--look-ahead",
        action="store_true",
        help=Text(
            "매매하지 않고, 지표와 조건이 미래의 봉을 보는지 검사합니다(내 코드 포함). 하나라도 "
            "보면 종료 코드 1",
            "trade nothing: check whether an indicator or rule, also of your own, uses bars that "
            "come later; exit code 1 if one does",
        ).in_(language),
    )
