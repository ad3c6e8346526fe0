"""The options of the commands that trade, `gui` and `headless`, and their help."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from config.text import Text


def speed(text: str) -> float:
    """Read "60" or "max" (infinite)."""
    if text == "max":
        return math.inf
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 100_000:
        raise argparse.ArgumentTypeError(f"'{text}' is neither a number above 0 nor 'max'")
    return value


def _seed(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 0 up")
    return value


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 24 * 60:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of minutes above 0")
    return value


def _market(
    parser: argparse.ArgumentParser, language: str, default_speed: str, default_broker: str
) -> None:
    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.add_argument(
        "--broker",
        choices=("simulated", "kiwoom"),
        default=default_broker,
        help=say(
            f"증권사(기본 {default_broker}). 데모의 kiwoom은 실전용 어댑터를 가상 키움에 붙입니다",
            f"broker (default {default_broker}); in the demo, kiwoom is the adapter of production "
            "on an emulated control",
        ),
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        default=1,
        help=say("가상 시장의 씨앗값. 같으면 같은 하루(기본 1)", "same seed, same day (default 1)"),
    )
    parser.add_argument(
        "--speed",
        type=speed,
        default=default_speed,
        metavar="X|max",
        help=say(
            f"시장 시간의 배속(기본 {default_speed})",
            f"market seconds in a real second (default {default_speed})",
        ),
    )
    parser.add_argument(
        "--exchange-state",
        type=Path,
        metavar="FILE",
        help=say(
            "가상 거래소의 장부 파일. 프로그램이 죽어도 남습니다",
            "file of the simulated exchange's own books; survives the program",
        ),
    )


def add_theme(parser: argparse.ArgumentParser, language: str) -> None:
    """Add the colours of a window."""
    parser.add_argument(
        "--theme",
        choices=("dark", "light"),
        help=Text("화면 색(어두운/밝은)", "dark or light window").in_(language),
    )


def add_gui(parser: argparse.ArgumentParser, language: str) -> None:
    """Add what the window trades on."""
    parser.add_argument(
        "--mode",
        choices=("demo", "paper", "live"),
        default="demo",
        help=Text(
            "demo: 가상 시장 · paper: 키움 실시간 시세에 모의 주문 · live: 키움 계좌로 주문 "
            "(paper와 live는 32비트 윈도우)",
            "demo: a simulated market · paper: Kiwoom's live feed, simulated orders · live: orders "
            "to your Kiwoom account (paper and live need 32-bit Windows)",
        ).in_(language),
    )
    _market(parser, language, "1", "kiwoom")
    add_theme(parser, language)


def add_headless(parser: argparse.ArgumentParser, language: str) -> None:
    """Add the market and the end of a run without a window."""
    parser.add_argument(
        "--mode",
        choices=("demo",),
        default="demo",
        help=Text("시장(데모)", "market: demo").in_(language),
    )
    _market(parser, language, "max", "simulated")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument(
        "--minutes",
        type=_minutes,
        metavar="M",
        help=Text("시장 시간으로 M분 뒤 끝냅니다", "end after M market minutes").in_(language),
    )
    ends.add_argument(
        "--until-close",
        action="store_true",
        help=Text(
            "장 마감까지 돌립니다. 보유가 남으면 종료 코드 3(기본은 남아도 0)",
            "run until the session closes; exit code 3 if positions are left",
        ).in_(language),
    )
