"""모멘텀: 종가가 몇 봉 전보다 몇 % 올랐는지 (Momentum: how far the close is from n bars ago, in %).

나만의 지표를 만드는 틀입니다. 고칠 곳은 세 군데입니다: 설정(Options), update, batch.
A template for an indicator of your own. Change three places: the options, update and batch.

규칙 (rules):
- update는 완성된 봉 하나를 받아 values에 값을 적습니다. 아직 값이 없으면 None.
  update takes one closed bar and puts a value into `values`; None while there is none yet.
- batch는 모든 봉을 한꺼번에 계산합니다. 같은 봉에서 update와 같은 값이어야 하고, 없으면 NaN.
  batch works out all bars at once: the same values as update, NaN where there is none.
- 어느 봉의 값도 그 뒤의 봉을 쓰면 안 됩니다. 확인: app.py backtest … --look-ahead
  No value may use bars that come later. Check it: app.py backtest … --look-ahead
- 오류가 나거나 숫자가 아닌 값을 내면 그 봉에는 값이 없는 것으로 하고 매매는 계속합니다.
  An error, or what is no number, counts as undefined; trading goes on.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from config.schema import Options, Settings, option, section
from config.text import Text
from core.domain.market import Bar
from core.indicators import Arrays, Indicator, Pane, Plot, register
from core.indicators.registry import Numbers
from core.series import BarColumns

TITLE = Text("내 모멘텀", "My momentum")


# 설정 창과 --set strategy.my_indicator_bars=20 으로 바꿀 수 있는 값. 이름은 파일마다 달라야 합니다.
# What the settings dialog and --set can change; the names must be no other file's.
@section("strategy")
class MyIndicatorOptions(Options):
    my_indicator_bars: int = option(
        10,
        ge=1,
        le=400,
        unit=Text("봉", "bars"),
        page="indicators",
        title=Text("{} 기간", "{} period").format(TITLE),
        help=Text(
            "몇 봉 전과 비교할지 정합니다.", "How many bars back the close is compared with."
        ),
    )


@register("my_indicator")
class MyIndicator(Indicator):
    title = TITLE
    names = (
        "my_indicator",
    )  # 조건에서 latest.values["my_indicator"]로 읽습니다 (how rules read it)

    def __init__(self, settings: Settings) -> None:
        self._back = settings[MyIndicatorOptions].my_indicator_bars
        self.warmup = (
            self._back + 1
        )  # 값이 생기기까지 필요한 봉 (bars needed before there is a value)
        self._closes: deque[float] = deque(maxlen=self._back + 1)

    def update(self, bar: Bar, values: Numbers) -> None:
        self._closes.append(float(bar.close))
        is_known = len(self._closes) > self._back
        values["my_indicator"] = (
            (self._closes[-1] / self._closes[0] - 1) * 100 if is_known else None
        )

    def batch(self, columns: BarColumns) -> Arrays:
        close, back = columns.close, self._back  # also open, high, low, volume, local, day
        values = np.full(len(close), np.nan)
        if len(close) > back:
            values[back:] = (close[back:] / close[:-back] - 1) * 100
        return {"my_indicator": values}

    def plots(self) -> tuple[Plot, ...]:
        # 차트에 그리는 법: Pane.PRICE는 봉 위에, Pane.OWN은 아래 칸에 (over the candles, or below)
        title = Text("{} {}", "{} {}").format(TITLE, self._back)
        return (Plot(title, self.names, "my_indicator", Pane.OWN, guides=(0.0,)),)
