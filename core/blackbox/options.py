"""What is recorded of the messages into the engine, and how much of it is kept."""

from __future__ import annotations

from typing import Literal

from config.schema import Applies, Options, option, section
from config.text import Text

_RECORDED = {
    "live": frozenset({"live", "paper"}),
    "sessions": frozenset({"live", "paper", "demo"}),
}


@section("journal")
class BlackBoxOptions(Options):
    record_messages: Literal["live", "sessions", "always", "never"] = option(
        "sessions",
        title=Text("블랙박스 녹화", "Record messages"),
        help=Text(
            "엔진에 들어온 시세·호가·체결·명령을 모두 녹화합니다. 나중에 'journal replay'로 무슨 "
            "일이 왜 있었는지 그대로 되풀이해 확인하고, 'replay'로 그날을 창에서 다시 볼 수 "
            "있습니다. 녹화한 날은 다시 재생해도 원본이 있으니 재생 자체는 녹화하지 않습니다"
            "(항상은 재생도 녹화).",
            "Records every quote, order book, report and command that reaches the engine, so that "
            "'journal replay' can later repeat exactly what happened, and why, and 'replay' shows "
            "the day again in the window. Replays are not recorded, as their originals are kept "
            "(always records them too).",
        ),
        choices={
            "live": Text("실전·모의만 (live)", "Live and paper (live)"),
            "sessions": Text("실전·모의·데모 (sessions)", "Live, paper and demo (sessions)"),
            "always": Text("항상 (always)", "Always (always)"),
            "never": Text("안 함 (never)", "Never (never)"),
        },
        applies=Applies.NEXT_START,
    )
    recordings_max_mb: int = option(
        4_000,
        ge=10,
        le=1_000_000,
        unit="MB",
        title=Text("녹화 용량 한도", "Space for recordings"),
        help=Text(
            "녹화가 쓸 수 있는 디스크 용량입니다. 넘으면 오래된 것부터 지웁니다.",
            "Disk space that recordings may take; beyond it the oldest ones are deleted.",
        ),
        applies=Applies.NEXT_START,
    )
    recordings_max_days: int = option(
        90,
        ge=1,
        le=3_650,
        unit=Text("일", "days"),
        title=Text("녹화 보관 기간", "Age of recordings"),
        help=Text(
            "이보다 오래된 녹화는 다음 시작 때 지웁니다.",
            "Older recordings are deleted at the next start.",
        ),
        applies=Applies.NEXT_START,
    )

    def records(self, mode: str) -> bool:
        """Return whether a run of this mode is recorded."""
        wanted = self.record_messages
        return wanted == "always" or mode in _RECORDED.get(wanted, ())
