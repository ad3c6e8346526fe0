"""The options of the command `sweep`, and their help."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.backtest_arguments import add_market_data
from config.text import Text

RANKS = (
    "sharpe",
    "sortino",
    "net_pnl",
    "return_pct",
    "profit_factor",
    "expectancy",
    "payoff",
    "win_rate_pct",
    "max_drawdown_pct",
    "max_drawdown",
    "longest_losing_streak",
    "longest_under_water_days",
    "under_water_pct",
    "costs_share_pct",
)
"""Metrics that sets can be ranked by; `core.backtest.sweep.ranking` has their directions."""


def add_sweep(parser: argparse.ArgumentParser, language: str) -> None:
    """Add the data, the search, the ranking, who works and where results go."""

    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.description = say(
        "설정값 조합마다 백테스트를 돌려 순위를 매기고, 1위를 얼마나 믿을 수 있는지 알려 줍니다. "
        "결과는 매매일지에 남아 중단해도 이어서 할 수 있습니다.",
        "Backtests every combination of some settings, ranks them, and says how far the best can "
        "be believed. Results are kept in the journal, so that one broken off can be resumed.",
    )
    add_market_data(parser, language)
    _add_search(parser, language)
    _add_ranking(parser, language)
    parser.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help=say(
            "동시에 쓸 프로세스 수의 상한(기본: 프로세서 수). 짧은 일은 하나로 합니다",
            "most processes at a time (default: one a processor); short work is done in one",
        ),
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help=say(
            "이미 켜 둔 dask.distributed 스케줄러에서 계산합니다. 예: tcp://192.168.0.5:8786",
            "work on a dask.distributed cluster that runs already: tcp://192.168.0.5:8786",
        ),
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help=say(
            "같은 명령으로 하다 중단된 스윕을 이어서 합니다",
            "go on with the same sweep where it was broken off",
        ),
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=say(
            "sweep.csv, summary.json, report.html을 쓸 폴더(없으면 쓰지 않음)",
            "folder for sweep.csv, summary.json and report.html (else nothing is written)",
        ),
    )


def _add_search(parser: argparse.ArgumentParser, language: str) -> None:
    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.add_argument(
        "--grid",
        action="append",
        required=True,
        metavar="KEY=VALUES",
        help=say(
            "바꿔 볼 설정과 값(반복 가능): strategy.ema_short=5,9,13 또는 처음:끝:간격 "
            "risk.stop_loss_pct=0.5:2:0.5",
            "a setting and the values to try (repeatable): strategy.ema_short=5,9,13 or "
            "first:last:step as in risk.stop_loss_pct=0.5:2:0.5",
        ),
    )
    parser.add_argument(
        "--random",
        type=_count,
        metavar="N",
        help=say(
            "모든 조합 대신 그중 N개를 무작위로 뽑습니다",
            "instead of every combination, try N of them drawn at random",
        ),
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help=say(
            "무작위의 씨앗(기본 1). 같으면 결과도 같습니다",
            "seed of all chance (default 1): the same seed, the same result",
        ),
    )
    parser.add_argument(
        "--walk-forward",
        type=_days,
        metavar="TRAIN:TEST",
        help=say(
            "TRAIN 거래일로 고르고 다음 TEST 거래일로 검증하기를 끝까지 되풀이합니다. 예: 20:5",
            "also choose on TRAIN trading days and test on the next TEST, again and again: 20:5",
        ),
    )


def _add_ranking(parser: argparse.ArgumentParser, language: str) -> None:
    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language)

    parser.add_argument(
        "--rank",
        choices=RANKS,
        default=RANKS[0],
        metavar="METRIC",
        help=say("순위 기준(기본 sharpe): ", "rank by (default sharpe): ") + ", ".join(RANKS),
    )
    parser.add_argument(
        "--min-trades",
        type=_count,
        default=10,
        metavar="N",
        help=say(
            "거래가 N건(기본 10) 미만인 조합은 뒤로 미루고 표시합니다",
            "sets with fewer than N trades (default 10) are ranked last and marked",
        ),
    )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number of 1 or more")
    return int(text)


def _days(text: str) -> tuple[int, int]:
    train, colon, test = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"'{text}' is not TRAIN:TEST such as 20:5")
    return _count(train), _count(test)
