"""What is recorded of the messages into the engine, and how much of it is kept."""

from __future__ import annotations

from typing import Literal

from config.schema import Applies, Options, option, section
from config.text import Text

_LIVE = frozenset({"live", "paper"})


@section("journal")
class BlackBoxOptions(Options):
    record_messages: Literal["live", "always", "never"] = option(
        "live",
        title=Text("블랙박스 녹화", "Record messages"),
        help=Text(
            "엔진에 들어온 시세·체결·명령을 모두 녹화합니다. 무슨 일이 왜 있었는지 나중에 "
            "'journal replay'로 그대로 되풀이해 확인할 수 있습니다.",
            "Records every quote, report and command that reaches the engine, so that 'journal "
            "replay' can later repeat exactly what happened, and why.",
        ),
        choices={
            "live": Text("실전·모의만 (live)", "Live and paper (live)"),
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
        return wanted == "always" or (wanted == "live" and mode in _LIVE)
