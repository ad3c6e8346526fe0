"""The options of the command `journal`, and their help."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from config.text import Text


def add_journal(parser: argparse.ArgumentParser, language: str) -> None:
    """Add what can be done with the journal."""
    parser.add_argument(
        "action",
        choices=("verify", "export", "replay", "certificate", "twin"),
        help=Text(
            "verify: 위변조와 금액 검사 · export: CSV로 내보내기 · replay: 녹화된 세션을 다시 돌려 "
            "주문·판단·기록이 한 글자까지 같은지 확인(다르면 첫 차이를 보이고 종료 코드 1) · "
            "certificate: 하루의 우리 장부를 증권사의 마지막 보고와 1원까지 비교(일치하지 않으면 "
            "종료 코드 1) · twin: 녹화된 날을 백테스트해 실제 체결과 비교(슬리피지, 놓친 체결, "
            "지연, 비용)",
            "verify: look for tampering and check every won · export: write CSV files · replay: "
            "run a recorded session again and see that orders, decisions and records are the same "
            "to the letter (else the first difference is shown, exit code 1) · certificate: our "
            "ledger of a day against the broker's last report of it, to the won (exit code 1 "
            "unless they agree) · twin: backtest a recorded day and compare it with what was "
            "really filled (slippage, missed fills, latency, costs)",
        ).in_(language),
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("journal-export"),
        metavar="DIR",
        help=Text("내보낼 폴더", "folder for the CSV files").in_(language),
    )
    parser.add_argument(
        "--session",
        type=int,
        metavar="N",
        help=Text(
            "replay나 twin으로 볼 세션 번호(기본: 마지막 녹화). 녹화 여부는 설정 "
            "journal.record_messages",
            "session for replay or twin (default: the last one recorded); what is recorded is up "
            "to the setting journal.record_messages",
        ).in_(language),
    )
    parser.add_argument(
        "--day",
        type=_day,
        metavar="YYYY-MM-DD",
        help=Text(
            "certificate로 비교할 날(기본: 일지의 마지막 날)",
            "day to compare by certificate (default: the journal's last one)",
        ).in_(language),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day such as 2026-11-23") from None
