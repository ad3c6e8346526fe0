"""How the simulated exchange and the broker at it behave, as the trader sets it."""

from __future__ import annotations

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
