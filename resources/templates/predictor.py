"""되돌림 예측: 최근 5봉의 움직임이 절반쯤 되돌아온다고 봅니다 (half of the last move comes back).

나만의 AI 예측기를 만드는 틀입니다. predict 하나만 고치면 됩니다.
A template for a predictor of your own. Change `predict`, that is all.

쓰려면 (to use it): ai.enabled=true, ai.source=my_predictor

규칙 (rules):
- features: close, volume, return_1, return_5, return_15(0.01이 +1 %)와 모든 지표의 값. 없으면 None.
  `features` has these and every indicator value; None while undefined.
- 다음 움직임의 예상 수익률을 돌려줍니다: 0.01은 +1 %. 의견이 없으면 None.
  Return the predicted return of the next move, 0.01 for +1 %, or None without an opinion.
- 매매와 다른 스레드에서 불리고, 여러 종목이 동시에 부를 수 있습니다.
  ai.timeout_ms보다 늦은 답은 버립니다.
  It is called on threads beside trading, for several symbols at once; an answer later than
  ai.timeout_ms is dropped.
- 모델 파일은 여기(모듈 맨 위)에서 한 번만 여세요. 백테스트에는 예측이 없습니다.
  Open a model's file once, up here in the module. There are no predictions in a backtest.
"""

from __future__ import annotations

from config.text import Text
from core.domain.signal import Values
from core.predict.own import register

LARGEST = 0.02  # 2 %


@register("my_predictor", Text("내 예측기", "My predictor"))
def predict(features: Values) -> float | None:
    moved = features["return_5"]
    if moved is None:
        return None
    return max(-LARGEST, min(LARGEST, -moved / 2))
