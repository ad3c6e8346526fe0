"""The options of the command `drill`, and their help."""

from __future__ import annotations

import argparse
import json

from config.text import Text

_MOST_KILLS = 10_000


def add_drill(parser: argparse.ArgumentParser, language: str) -> None:
    """Add which drills to do and how."""

    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.description = say(
        "비상훈련: 일어날 수 있는 사고를 가상 키움에서 일부러 일으키고, 터미널이 안전한 상태로 "
        "돌아오는지, 몇 초가 걸리는지 봅니다. 임시 폴더와 가상 거래소만 쓰므로 실계좌, 설정, "
        "매매일지에 손대지 않으며 매매 중에도 실행할 수 있습니다. 하나라도 실패하면 종료 코드 1. "
        "결과는 홈 폴더의 drills.json에 남습니다.",
        "Emergency drills: does on purpose, at an emulated Kiwoom, what can go wrong, and looks "
        "whether the terminal comes to a safe state and in how many seconds. It uses folders and "
        "an exchange of its own: no account, setting or journal is touched, and it may run while "
        "you trade. Exit code 1 if any drill fails. The result stays in drills.json of the home "
        "folder.",
    )
    parser.add_argument(
        "--kills",
        type=_kills,
        default=20,
        metavar="N",
        help=say("하루 동안 강제 종료하는 횟수(기본 20)", "kills over one day (default 20)"),
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help=say("같은 씨앗값은 같은 사고(기본 1)", "same seed, same accidents (default 1)"),
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="CODE",
        help=say("이 훈련만 합니다(반복 가능)", "do this drill only (repeatable)"),
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help=say("훈련 목록만 보입니다", "show the drills and do none"),
    )
    parser.add_argument(
        "--markdown",
        action="store_true",
        help=say("표를 마크다운으로 냅니다", "print the table as Markdown"),
    )
    # For the drills' own children: a terminal that kills itself.
    parser.add_argument("--victim", type=json.loads, help=argparse.SUPPRESS)


def _kills(text: str) -> int:
    value = int(text) if text.isdigit() else 0
    if not 1 <= value <= _MOST_KILLS:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of kills from 1 up")
    return value
