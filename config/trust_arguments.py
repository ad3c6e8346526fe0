"""The common option by which code of the user's own is trusted without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.text import Text


def add_trust(group: argparse._ArgumentGroup, language: str) -> None:
    """Add `--trust FILE`."""
    group.add_argument(
        "--trust",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=Text(
            "내 코드 폴더(홈 폴더의 user_code)의 이 파일을 지금 내용 그대로 신뢰하고 씁니다. "
            "파일은 프로그램의 모든 권한으로 돌아갑니다(반복 가능)",
            "trust this file of the folder for your own code (user_code in the home folder) as it "
            "is now, and use it; it runs with all rights of the program (repeatable)",
        ).in_(language),
    )
