"""눌림목: 상승 추세에서 단기선 아래로 내려왔다 다시 올라선 봉 (Pullback in a rising trend).

나만의 조건을 만드는 틀입니다. 고칠 곳: 가중치 기본값과 evaluate.
A template for a rule of your own. Change the default weight, and evaluate.

규칙 (rules):
- latest는 방금 완성된 봉, prev는 그 앞의 봉(첫 봉에서는 None)입니다. 미래의 봉은 볼 수 없습니다.
  `latest` is the bar that has just closed, `prev` the one before it (None for the first).
- latest.bar: open, high, low, close, volume, start. latest.values: 지표의 값 (indicator values),
  ema_short, ema_long, rsi, bb_low, bb_mid, bb_high, vwap, 내 지표의 값 (and your own). 없으면 None.
- 비교는 above, below, at_most, at_least를 쓰세요. None이면 거짓, 반올림에 흔들리지 않습니다.
  Compare with above, below, at_most, at_least: false on None, and steady against rounding.
- 성립하면 가중치가 점수에 더해집니다. 오류가 나면 그 봉에서는 빠지고 매매는 계속합니다.
  Where it holds its weight is added to the score; an error is no vote, and trading goes on.
"""

from __future__ import annotations

from config.schema import Options, Settings, section
from config.text import Text
from core.domain.compare import above, at_most, below
from core.domain.signal import RuleResult, Snapshot
from core.rules import Rule, register
from core.rules.registry import weight

TITLE = Text("내 눌림목", "My pullback")


# 가중치는 설정 창의 신호 쪽에 나타납니다. 0이면 쓰지 않습니다.
# The weight appears in the settings dialog under Signals; 0 leaves the rule out.
@section("strategy")
class MyRuleOptions(Options):
    weight_my_rule: float = weight(0.5, TITLE)


@register("my_rule")
class MyRule(Rule):
    title = TITLE

    def __init__(self, settings: Settings) -> None:
        self.weight = settings[MyRuleOptions].weight_my_rule

    def evaluate(self, prev: Snapshot | None, latest: Snapshot) -> RuleResult:
        if prev is None:
            return RuleResult(self.name, False, False, self.weight, {})
        short, long = latest.values["ema_short"], latest.values["ema_long"]
        short_before = prev.values["ema_short"]
        rises, falls = above(short, long), below(short, long)
        # 앞 봉은 단기선 아래(위)에서, 이 봉은 위(아래)에서 마감 (closed below, now above; and back)
        buys = rises and at_most(prev.close, short_before) and above(latest.close, short)
        sells = falls and at_most(short_before, prev.close) and below(latest.close, short)
        # 마지막은 신호 상세에 보일 숫자 (the last one: numbers shown in the signal's details)
        seen = {"ema_short": short, "ema_long": long, "close": latest.close}
        return RuleResult(self.name, buys, sells, self.weight, seen)
