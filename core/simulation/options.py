"""How the simulated exchange and the broker at it behave, as the trader sets it."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from config.errors import Refused
from config.schema import Applies, Options, option, section
from config.text import Text


@section("broker")
class SimulatedBrokerOptions(Options):
    """How the simulated broker behaves."""

    simulated_latency_ms: int = option(
        30,
        ge=0,
        le=10_000,
        unit="ms",
        title=Text("모의 주문 지연", "Simulated order latency"),
        help=Text(
            "주문이 가상 거래소에 도착하기까지의 시간(시장 시각 기준).",
            "Market time an order needs to reach the simulated exchange.",
        ),
    )
    simulated_after_hours: bool = option(
        False,
        title=Text("모의 시간외거래", "Simulated after-hours trading"),
        help=Text(
            "켜면 가상 거래소가 장 마감 뒤 시간외종가와 그날의 시간외단일가 또는 애프터마켓까지 "
            "엽니다.",
            "Let the simulated exchange stay open after the close: at the closing price, then the "
            "day's single-price session or after-market.",
        ),
        applies=Applies.NEXT_START,
    )
    simulated_shocks: int = option(
        0,
        ge=0,
        le=50,
        unit=Text("회/일", "a day"),
        title=Text("모의 가격 급변", "Simulated price shocks"),
        help=Text(
            "가상 시장에서 하루에 임의의 종목 값이 갑자기 크게 움직이는 횟수. 변동성완화장치(VI)가 "
            "발동될 만큼 움직입니다.",
            "How often a day the value of some symbol jumps, far enough for a volatility "
            "interruption (VI).",
        ),
        applies=Applies.NEXT_START,
    )
    simulated_day: str = option(
        "",
        title=Text("가상 시장의 날짜", "Day of the simulated market"),
        help=Text(
            "데모가 재현하는 거래일(예: 2025-11-13은 수능일, 2026-01-02는 10시 개장). 비우면 오늘, "
            "오늘이 휴장일이면 지난 거래일입니다.",
            "The trading day that the demo plays, such as 2025-11-13 (exam day) or 2026-01-02 "
            "(opens at 10:00). Empty: today, or the session before on a day without trading.",
        ),
        applies=Applies.NEXT_START,
    )

    @field_validator("simulated_day")
    @classmethod
    def _is_a_day(cls, text: str) -> str:
        try:
            return date.fromisoformat(text).isoformat() if text else text
        except ValueError as error:
            raise Refused(
                Text(
                    f"'{text}'은(는) 날짜가 아닙니다. 2025-11-13처럼 쓰거나 비워 두세요",
                    f"'{text}' is no date; write it like 2025-11-13, or leave it empty",
                )
            ) from error
