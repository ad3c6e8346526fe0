"""Which calendar is in force, and in which time zone times are shown and stored."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator

from config.errors import Refused
from config.schema import Applies, Options, option, section
from config.text import Text


@section("market")
class CalendarOptions(Options):
    calendar: Literal["XKRX", "XNYS", "data"] = option(
        "XKRX",
        title=Text("거래 달력", "Trading calendar"),
        help=Text(
            "휴장일과 장 시간을 정합니다. XKRX는 한국거래소, XNYS는 뉴욕증권거래소입니다. "
            "data는 장 시간을 따지지 않고 자료에 있는 날을 모두 거래일로 봅니다.",
            "Decides holidays and session hours: XKRX is the Korea Exchange, XNYS New York; "
            "data knows no hours and takes every date of the data as a session.",
        ),
        choices={
            "XKRX": Text("한국거래소 (XKRX)", "Korea Exchange (XKRX)"),
            "XNYS": Text("뉴욕증권거래소 (XNYS)", "New York (XNYS)"),
            "data": Text("자료대로 (data)", "As in the data (data)"),
        },
        applies=Applies.NEXT_START,
    )
    timezone: str = option(
        "Asia/Seoul",
        title=Text("시간대", "Time zone"),
        help=Text(
            "화면과 기록에 쓰는 시간대의 IANA 이름입니다. 예: Asia/Seoul, America/New_York",
            "IANA name of the zone in which times are shown and recorded, such as Asia/Seoul "
            "or America/New_York.",
        ),
        applies=Applies.NEXT_START,
    )

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Refused(
                Text(
                    f"'{name}'은(는) 알 수 없는 시간대입니다. Asia/Seoul 같은 IANA 이름을 쓰세요",
                    f"'{name}' is no known time zone; use an IANA name such as Asia/Seoul",
                )
            ) from error
        return name
