"""Options of the AI."""

from __future__ import annotations

from pydantic import field_validator

from config.errors import Refused
from config.schema import Options, option, section
from config.text import Text
from config.web import is_web_address

ENDPOINT = "endpoint"
"""As a source: the server at ai.endpoint; any other name is a predictor of the user's own."""


@section("ai")
class AiOptions(Options):
    enabled: bool = option(
        False,
        title=Text("AI 사용", "Use AI"),
        help=Text(
            "봉이 완성될 때마다 AI 서버에 예상 수익률을 물어봅니다. 매매는 답을 기다리지 않습니다.",
            "Ask the AI server for a prediction at every bar close; trading never waits for it.",
        ),
    )
    source: str = option(
        ENDPOINT,
        max_length=100,
        title=Text("AI 종류", "AI source"),
        help=Text(
            "endpoint는 아래 주소의 서버에 묻습니다. 내 코드에 예측기가 있으면 그 이름을 적어 "
            "대신 쓸 수 있습니다.",
            "endpoint asks the server at the address below; or the name of a predictor of your "
            "own, to ask that instead.",
        ),
    )
    endpoint: str = option(
        "",
        max_length=2000,
        title=Text("AI 서버 주소", "AI endpoint"),
        help=Text(
            "예측을 요청할 http 또는 https 주소입니다.",
            "The http or https URL that predictions are asked from.",
        ),
    )
    timeout_ms: int = option(
        800,
        ge=50,
        le=10_000,
        unit="ms",
        title=Text("AI 응답 제한시간", "AI time limit"),
        help=Text(
            "재시도를 포함해 답을 기다리는 최대 시간입니다. 늦은 답은 점수에 넣지 않습니다.",
            "Longest wait for an answer, retries included; a late answer counts nothing.",
        ),
    )
    threshold: float = option(
        0.005,
        ge=0,
        le=1,
        title=Text("AI 기준 수익률", "AI threshold"),
        help=Text(
            "예상 수익률이 이보다 크면 매수, 반대로 이보다 더 내리면 매도 조건이 됩니다. "
            "0.005는 0.5%입니다.",
            "A predicted return above this is a buy, below its negative a sell; 0.005 is 0.5 %.",
        ),
    )

    @field_validator("endpoint")
    @classmethod
    def _is_web_address(cls, endpoint: str) -> str:
        if endpoint and not is_web_address(endpoint):
            raise Refused(
                Text(
                    "http:// 또는 https://로 시작하는 주소를 적으세요",
                    "needs a URL that begins with http:// or https:// and names a host",
                )
            )
        return endpoint
