"""Options that belong to no module of the core: what is watched, where it is kept, how it looks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from config.errors import Refused
from config.schema import Applies, Options, option, section
from config.text import Text

# 삼성전자, SK하이닉스, LG에너지솔루션, 현대차, 기아, 셀트리온, POSCO홀딩스, NAVER, 카카오, KB금융
_LIQUID = ["005930", "000660", "373220", "005380", "000270"]
_LIQUID += ["068270", "005490", "035420", "035720", "105560"]
_CODE = re.compile(r"[0-9A-Z.]+")


@section("market")
class MarketOptions(Options):
    symbols: list[str] = option(
        _LIQUID,
        min_length=1,
        max_length=200,
        page="symbols",
        title=Text("관심종목", "Symbols"),
        help=Text(
            "시세를 받고 매매 신호를 계산할 종목코드입니다. 순서대로 처리됩니다.",
            "Codes of the securities that are watched and scored, in the order they are handled.",
        ),
    )
    symbols_off: list[str] = option(
        [],
        max_length=200,
        page="symbols",
        title=Text("매매 끈 종목", "Switched off"),
        help=Text(
            "관심종목 가운데 시세와 신호만 보고 새로 사지 않을 종목입니다.",
            "Symbols of the watchlist that are watched and scored, but not bought.",
        ),
    )
    historical_lookback_days: int = option(
        5,
        ge=0,
        le=60,
        unit=Text("일", "days"),
        page="symbols",
        title=Text("과거 분봉 일수", "History"),
        help=Text(
            "시작할 때 불러올 1분봉의 거래일 수입니다. 1일 이상이면 첫 체결부터 지표가 나옵니다.",
            "Sessions of 1-minute bars loaded at start, so that indicators are warm before the "
            "first trade.",
        ),
        applies=Applies.NEXT_START,
    )

    @property
    def traded(self) -> frozenset[str]:
        """The symbols that may be bought."""
        return frozenset(self.symbols) - frozenset(self.symbols_off)

    @field_validator("symbols", "symbols_off")
    @classmethod
    def _are_codes(cls, symbols: list[str]) -> list[str]:
        for index, symbol in enumerate(symbols):
            if not _CODE.fullmatch(symbol):
                raise Refused(
                    Text(
                        f"'{symbol}'은(는) 종목코드가 아닙니다. 005930처럼 적으세요",
                        f"'{symbol}' is no code; write digits and capitals such as 005930",
                    )
                )
            if symbol in symbols[:index]:
                raise Refused(
                    Text(
                        f"{symbol} 종목이 두 번 들어 있습니다. 하나를 지우세요",
                        f"{symbol} stands there twice; remove one",
                    )
                )
        return symbols


@section("journal")
class JournalOptions(Options):
    url: str = option(
        "",
        title=Text("기록 저장소", "Journal database"),
        help=Text(
            "주문과 체결을 기록할 데이터베이스의 SQLAlchemy 주소입니다. "
            "비워 두면 홈 폴더의 SQLite 파일을 씁니다.",
            "SQLAlchemy URL of the database that records orders and fills; empty is an SQLite "
            "file in the home folder.",
        ),
        applies=Applies.NEXT_START,
    )

    def target(self, home: Path) -> str | Path:
        """Return the database's URL, or the file in the home folder."""
        return self.url or home / "journal.sqlite"


@section("log")
class LogOptions(Options):
    level: Literal["debug", "info", "warning", "error"] = option(
        "info",
        title=Text("로그 상세도", "Log level"),
        help=Text(
            "로그 파일에 얼마나 자세히 적을지 정합니다. 명령줄의 --log-level이 우선합니다.",
            "How much is written into the log file; --log-level of the command line wins.",
        ),
        choices={
            "debug": Text("모두 (debug)", "Everything (debug)"),
            "info": Text("보통 (info)", "Usual (info)"),
            "warning": Text("주의 이상 (warning)", "Warnings and errors (warning)"),
            "error": Text("오류만 (error)", "Errors only (error)"),
        },
    )
    keep_days: int = option(
        30,
        ge=1,
        le=3650,
        unit=Text("일", "days"),
        title=Text("로그 보관 기간", "Logs kept"),
        help=Text(
            "로그 파일을 며칠 동안 둘지 정합니다. 하루에 한 파일이며 5MB가 넘으면 나눕니다. "
            "모두 합해 200MB가 넘으면 오래된 것부터 지웁니다.",
            "How long log files are kept: one for each day, split at 5 MB. The oldest ones go "
            "earlier where all take more than 200 MB.",
        ),
    )


@section("ui")
class WindowOptions(Options):
    language: Literal["auto", "ko", "en"] = option(
        "auto",
        page="display",
        title=Text("언어", "Language"),
        help=Text(
            "auto는 한국어 윈도우에서는 한국어, 그 밖에는 영어입니다.",
            "auto is Korean on a Korean system and English elsewhere.",
        ),
        choices={
            "auto": Text("자동 (auto)", "Automatic (auto)"),
            "ko": Text.of("한국어"),
            "en": Text.of("English"),
        },
    )
    theme: Literal["dark", "light"] = option(
        "dark",
        page="display",
        title=Text("테마", "Theme"),
        help=Text("화면 색상입니다.", "Colours of the window."),
        choices={"dark": Text("어두운 테마", "Dark"), "light": Text("밝은 테마", "Light")},
    )
