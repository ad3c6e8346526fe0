"""Whether days are compared with their backtest by themselves."""

from __future__ import annotations

from config.schema import Applies, Options, option, section
from config.text import Text


@section("journal")
class TwinOptions(Options):
    daily_twin: bool = option(
        True,
        title=Text("장 마감 뒤 쌍둥이 비교", "Daily twin after the close"),
        help=Text(
            "장이 끝나면 녹화한 하루를 백테스트해 실제 체결과 비교하고(슬리피지, 놓친 체결, 지연, "
            "비용) 홈 폴더의 twins에 둡니다. 낮은 우선순위의 별도 프로세스가 하므로 창은 느려지지 "
            "않습니다. 마감 전에 껐으면 다음 시작 때 합니다. 녹화(record_messages)가 필요합니다.",
            "After the close the recorded day is run through the backtest and compared with what "
            "was really filled (slippage, missed fills, latency, costs); the result is kept in the "
            "home folder's twins. A process of its own with low priority does it, so the window "
            "never waits. Where the program was closed before, the next start does it. Needs the "
            "recording (record_messages).",
        ),
        applies=Applies.NEXT_START,
    )
