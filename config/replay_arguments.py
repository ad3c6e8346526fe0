"""The options of the command `replay`, and their help."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.run_arguments import add_theme, speed
from config.text import Text


def add_replay(parser: argparse.ArgumentParser, language: str) -> None:
    """Add what is replayed, and how it is shown."""

    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE|RECORDING",
        help=say(
            "체결 파일(종목코드_ticks.csv, .csv.gz 또는 .parquet) 여럿, 또는 녹화 하나: 세션 번호, "
            "날짜(2026-11-23), last(마지막 녹화), .box 파일",
            "files of ticks (SYMBOL_ticks.csv, .csv.gz or .parquet), or one recording: the number "
            "of its session, its day (2026-11-23), last, or its .box file",
        ),
    )
    parser.add_argument(
        "--speed",
        type=speed,
        metavar="X|max",
        help=say("배속(창에서는 기본 1, 아니면 max)", "speed (default 1 with --gui, else max)"),
    )
    parser.add_argument(
        "--gui",
        action="store_true",
        help=say(
            "창에서 봅니다: 재생·일시정지·배속·한 걸음·이동·다음 신호까지",
            "watch it in the window: play, pause, speed, step, seek, until the next signal",
        ),
    )
    parser.add_argument(
        "--present-settings",
        action="store_true",
        help=say(
            "녹화를 그때 설정이 아니라 지금 설정으로 매매합니다",
            "trade a recording by the present settings instead of those of then",
        ),
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help=say(
            "녹화를 재생하지 않고 이 폴더에 자료 파일로 씁니다: 종목코드_ticks.csv.gz와 "
            "종목코드_1min.csv.gz(그때의 과거 분봉 포함). 백테스트에 쓸 수 있습니다",
            "instead of replaying a recording, write it into this folder as data files: "
            "SYMBOL_ticks.csv.gz and SYMBOL_1min.csv.gz (with the history it began with), for "
            "backtests",
        ),
    )
    add_theme(parser, language)
