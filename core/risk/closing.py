"""What the closing at the day's end, or after a daily limit, reaches."""

from __future__ import annotations

from config.schema import Options, option, section
from config.text import Text


@section("risk")
class ClosingOptions(Options):
    close_foreign: bool = option(
        False,
        page="risk",
        title=Text("수동 보유도 장 마감 전 청산", "Close foreign positions too"),
        help=Text(
            "켜면 장 마감 전 청산과 일일 한도 청산이 다른 곳(영웅문 등)에서 산 주식과 주문까지 "
            "정리합니다. 끄면 이 프로그램이 산 것만 팝니다. 긴급 전량청산은 언제나 모두 팝니다.",
            "Let the closing before the end and after a daily limit also sell what was bought "
            "elsewhere (the HTS). Off: only what this program bought. FLATTEN ALL sells all.",
        ),
    )
