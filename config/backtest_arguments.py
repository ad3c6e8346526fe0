"""The options of the command `backtest`, and their help."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

from config.lookahead_arguments import add_look_ahead
from config.text import Text

_SYMBOL = re.compile(r"[A-Z0-9.]+")


def add_backtest(parser: argparse.ArgumentParser, language: str) -> None:
    """Add the data, the engine and where the results go."""

    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.description = say(
        "과거 1분봉으로 전략을 검증합니다. 파라미터는 설정 그대로이며 --set으로 바꿉니다. "
        "매매일지와 실계좌에는 손대지 않으므로 매매 중에도 실행할 수 있습니다.",
        "Tries the strategy on past one-minute bars, with the settings as they are or as --set "
        "changes them. It touches neither journal nor account, so it may run while you trade.",
    )
    add_market_data(parser, language)
    parser.add_argument(
        "--engine",
        choices=("fast", "exact"),
        default="fast",
        help=say(
            "fast(기본): 신호마다 건너뛰며 계산 · exact: 실시간 엔진으로 봉마다. 결과는 같습니다",
            "fast (default): jumps from signal to signal · exact: bar by bar with the live "
            "engine; the results are the same",
        ),
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=say(
            "체결·자산 CSV, summary.json, report.html을 쓸 폴더(없으면 쓰지 않음)",
            "folder for trades, equity, summary.json and report.html (else nothing is written)",
        ),
    )
    parser.add_argument(
        "--export-bars",
        action="store_true",
        help=say(
            "봉마다 지표·점수·판단도 --out 폴더의 bars에 씁니다",
            "also write each bar with indicators, scores and decision to bars in --out",
        ),
    )
    add_look_ahead(parser, language)


def add_market_data(parser: argparse.ArgumentParser, language: str) -> None:
    """Add which bars are traded on; `sweep` takes the same."""

    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help=say(
            "종목코드_1min.csv.gz, .csv 또는 .parquet 파일이 있는 폴더",
            "folder with SYMBOL_1min.csv.gz, .csv or .parquet",
        ),
    )
    parser.add_argument(
        "--symbols",
        type=_symbols,
        metavar="A,B",
        help=say(
            "종목코드(쉼표로 구분). 기본은 설정 market.symbols 중 파일이 있는 종목",
            "symbols with commas between (default: those of market.symbols that have a file)",
        ),
    )
    for name, ko, en in (("from", "첫날", "first day"), ("to", "마지막 날", "last day")):
        parser.add_argument(
            f"--{name}",
            dest=f"{name}_",
            type=_day,
            metavar="YYYY-MM-DD",
            help=say(f"{ko}(거래소 날짜, 포함)", f"{en}, included (the exchange's date)"),
        )
    parser.add_argument(
        "--calendar",
        choices=("XKRX", "XNYS", "data"),
        help=say(
            "거래 달력(기본: 설정 market.calendar). data는 파일에 있는 날과 시간 그대로",
            "trading calendar (default: market.calendar); data takes days and hours as the "
            "files have them",
        ),
    )
    parser.add_argument(
        "--skip-bad-rows",
        action="store_true",
        help=say(
            "잘못된 행에서 멈추지 않고, 건너뛰고 셉니다",
            "skip and count bad rows instead of stopping",
        ),
    )


def _symbols(text: str) -> list[str]:
    symbols = [symbol.strip() for symbol in text.split(",")]
    for index, symbol in enumerate(symbols):
        if not _SYMBOL.fullmatch(symbol):
            raise argparse.ArgumentTypeError(f"'{symbol}' is no symbol such as 005930 or BRK.B")
        if symbol in symbols[:index]:
            raise argparse.ArgumentTypeError(f"{symbol} stands there twice")
    return symbols


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day such as 2026-11-23") from None
