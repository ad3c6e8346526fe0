"""The command line: every command, its options and their help, in the reader's language."""

from __future__ import annotations

import argparse
import locale
import os
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from config.backtest_arguments import add_backtest
from config.drill_arguments import add_drill
from config.errors import ConfigError
from config.explain import nearest
from config.journal_arguments import add_journal
from config.parser_errors import in_both
from config.replay_arguments import add_replay
from config.run_arguments import add_gui, add_headless
from config.sweep_arguments import add_sweep
from config.text import Text
from config.trust_arguments import add_trust

COMMANDS = {
    "gui": Text("창을 엽니다(기본)", "open the window (default)"),
    "headless": Text(
        "창 없이 같은 엔진으로 매매합니다", "trade with the same engine, without a window"
    ),
    "replay": Text(
        "녹화한 하루나 체결 파일을 실시간 경로로 재생합니다",
        "send a recorded day, or files of ticks, down the live path",
    ),
    "backtest": Text(
        "과거 분봉으로 같은 전략을 검증합니다", "try the strategy on past one-minute bars"
    ),
    "sweep": Text(
        "설정값 조합을 백테스트로 비교합니다", "compare combinations of settings by backtests"
    ),
    "flatten": Text(
        "미체결을 모두 취소하고 보유를 모두 팝니다", "cancel everything and sell everything"
    ),
    "journal": Text(
        "매매일지를 검증하거나 내보내거나 다시 돌려 봅니다", "check, export or replay the journal"
    ),
    "drill": Text(
        "가상 키움에서 비상훈련을 하고 결과표를 냅니다",
        "do the emergency drills on an emulated Kiwoom and print how each went",
    ),
    "doctor": Text("이 컴퓨터가 준비됐는지 확인합니다", "check whether this machine is ready"),
    "config": Text("설정을 보거나 검사합니다", "show or check the settings"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise ConfigError(in_both(message, f"{self.prog} --help"))


def language_of(asked: str, environment: Mapping[str, str]) -> str:
    """Return "ko" or "en": as asked, else Korean on a Korean system, else English."""
    if asked in ("ko", "en"):
        return asked
    found = environment.get("LC_ALL") or environment.get("LANG") or locale.getlocale()[0] or ""
    return "ko" if found.lower().startswith(("ko", "korean")) else "en"


def asked_language(argv: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of a command line that may be wrong elsewhere: "ko" or "en"."""
    words = [after for word, after in pairwise(argv) if word == "--lang"]
    words += [word.partition("=")[2] for word in argv if word.startswith("--lang=")]
    return language_of(words[-1] if words else "", environment)


def parse(argv: Sequence[str], environment: Mapping[str, str] = os.environ) -> argparse.Namespace:
    """Return the options of a command line; `command` is always set.

    Common options may stand before or after the command.

    Raises:
        ConfigError: Unknown or missing words, with the nearest known one and where to find help.
        SystemExit: Help was asked for and has been printed.
    """
    common = _common("en")
    known, rest = common.parse_known_args(argv)
    if not rest or (rest[0].startswith("-") and rest[0] not in ("-h", "--help")):
        rest = ["gui", *rest]
    elif rest[0] not in COMMANDS and not rest[0].startswith("-"):
        raise ConfigError(_unknown_command(rest[0]))
    parser = _whole(language_of(known.lang or "", environment))
    parsed, unknown = parser.parse_known_args([*_repeated(known), *rest])
    if unknown:
        raise ConfigError(_unknown_word(unknown[0].partition("=")[0], parsed.command))
    return parsed


def _unknown_command(word: str) -> Text:
    listed = ", ".join(COMMANDS)
    ko, en = _meant(nearest(word, COMMANDS))
    return Text(
        f"'{word}' 명령은 없습니다.{ko} 명령: {listed}",
        f"there is no command '{word}'{en}; the commands are {listed}",
    )


def _unknown_word(word: str, command: str) -> Text:
    own = _Parser(parents=[_common("en")])
    _OPTIONS[command](own, "en")
    options = set(re.findall(r"--[a-z][a-z-]+", own.format_help()))
    ko, en = _meant(nearest(word, options) if word.startswith("-") else None)
    return Text(
        f"{command}에 '{word}'은(는) 없습니다.{ko} 도움말: app.py {command} --help",
        f"{command} takes no '{word}'{en}; try: app.py {command} --help",
    )


def _meant(guess: str | None) -> tuple[str, str]:
    return (f" {guess}인가요?", f" (did you mean {guess}?)") if guess else ("", "")


def _repeated(known: argparse.Namespace) -> list[str]:
    words = [f"--set={item}" for item in known.set] + [f"--trust={item}" for item in known.trust]
    for name in ("config", "home", "lang", "log_level"):
        value = getattr(known, name)
        if value is not None:
            words.append(f"--{name.replace('_', '-')}={value}")
    return words + [f"--{name}" for name in ("debug", "json") if getattr(known, name)]


def _common(language: str) -> _Parser:
    def say(ko: str, en: str) -> str:
        return Text(ko, en).in_(language).replace("%", "%%")

    parser = _Parser(add_help=False, allow_abbrev=False)
    group = parser.add_argument_group(say("공통 옵션", "common options"))
    group.add_argument(
        "--config", type=Path, metavar="FILE", help=say("설정 파일", "settings file")
    )
    group.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help=say("일지·로그·화면 배치를 두는 폴더", "folder of journal, logs and layout"),
    )
    group.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=say(
            "설정 하나를 바꿉니다(반복 가능). 예: risk.stop_loss_pct=0.8",
            "change one setting (repeatable), e.g. risk.stop_loss_pct=0.8",
        ),
    )
    add_trust(group, language)
    group.add_argument("--lang", choices=("ko", "en"), help=say("언어", "language"))
    group.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        help=say(
            "로그 상세도(기본: 설정 log.level)", "how much is logged (else the setting log.level)"
        ),
    )
    group.add_argument(
        "--debug",
        action="store_true",
        help=say("오류가 나면 자세한 내용을 보입니다", "show a traceback when something fails"),
    )
    group.add_argument(
        "--json",
        action="store_true",
        help=say("결과를 JSON 한 줄로 냅니다", "print the result as one line of JSON"),
    )
    return parser


def _whole(language: str) -> _Parser:
    texts = {name: text.in_(language) for name, text in COMMANDS.items()}
    parser = _Parser(
        prog="app.py",
        parents=[_common(language)],
        allow_abbrev=False,
        description=Text(
            "키움 트레이딩 터미널. 명령 없이 실행하면 데모 시장이 열린 창이 나타납니다.",
            "Trading terminal for Kiwoom. Without a command a window opens on the demo market.",
        ).in_(language),
        epilog=Text("각 명령의 설명: app.py 명령 --help", "More: app.py COMMAND --help").in_(
            language
        ),
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, add in _OPTIONS.items():
        own = commands.add_parser(
            name,
            help=texts[name],
            description=texts[name],
            epilog=Text("공통 옵션: app.py --help", "Common options: app.py --help").in_(language),
            allow_abbrev=False,
        )
        add(own, language)
    return parser


def _flatten(parser: argparse.ArgumentParser, language: str) -> None:
    parser.add_argument(
        "--exchange-state",
        type=Path,
        metavar="FILE",
        help=Text(
            "가상 거래소의 장부(기본: 마지막 실행이 쓰던 것)",
            "the simulated exchange's books (default: those of the last run)",
        ).in_(language),
    )


def _doctor(parser: argparse.ArgumentParser, language: str) -> None:
    parser.add_argument(
        "--live-check",
        action="store_true",
        help=Text(
            "키움에 접속해 조회만 하는 자가 점검을 단계별로 안내합니다(주문 없음)",
            "a guided self-test on Kiwoom itself: it only reads, and never orders",
        ).in_(language),
    )


def _config(parser: argparse.ArgumentParser, language: str) -> None:
    parser.add_argument(
        "action",
        choices=("show", "validate", "schema"),
        help=Text(
            "show: 값과 출처 · validate: 검사 · schema: JSON 스키마",
            "show: values and where each came from · validate: check · schema: JSON schema",
        ).in_(language),
    )


_OPTIONS = {
    "gui": add_gui,
    "headless": add_headless,
    "replay": add_replay,
    "backtest": add_backtest,
    "sweep": add_sweep,
    "flatten": _flatten,
    "journal": add_journal,
    "drill": add_drill,
    "doctor": _doctor,
    "config": _config,
}
