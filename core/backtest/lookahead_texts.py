"""What a look into the future means, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from config.text import Text

_MEND_BATCH = Text(
    "batch에서 뒤의 봉을 쓰는 곳을 고치세요: shift(-1), 가운데 맞춘 이동평균, 그날 전체의 "
    "고가·저가, 전체 기간의 평균·최댓값으로 나누기 등",
    "In batch, look for what uses later bars: shift(-1), a centred window, the high or low of the "
    "whole day, dividing by the mean or maximum of the whole series",
)

FAILED_ON_THE_WAY = Text(
    "{}: 검사하는 동안 오류가 {}번 나서 알 수 없습니다. 오류부터 고치세요",
    "{}: nothing is known, as it failed {} times on the way; mend that first",
)
ADVICE: Mapping[tuple[str, str], Text] = {
    ("indicator", "future"): Text(
        "{title}의 {name}: {at} 봉의 값이 그 뒤에 온 봉 때문에 달라집니다. 그때는 {known}, "
        "나중에는 {later}. 미래를 보는 지표라 백테스트가 실제보다 좋게 나옵니다. " + _MEND_BATCH.ko,
        "{title}, {name}: the value of the bar {at} changes with bars that came later: {known} "
        "then, {later} afterwards. It looks into the future, so a backtest on it is too good to "
        "be true. " + _MEND_BATCH.en,
    ),
    ("indicator", "update"): Text(
        "{title}의 {name}: {at} 봉에서 update는 {known}, batch는 {later}입니다. 실시간과 "
        "백테스트가 서로 다른 값으로 매매하게 됩니다. 두 함수가 같은 값을 내도록 고치세요",
        "{title}, {name}: at the bar {at} update gives {known}, batch {later}. Live trading and "
        "backtest would trade on different numbers; make both give the same",
    ),
    ("rule", "future"): Text(
        "{title}의 {name}: {at} 봉의 판단이 그 뒤에 온 봉 때문에 달라집니다(1: 성립). 그때는 "
        "{known}, 나중에는 {later}. 이 조건이 쓰는 지표가 미래를 보는지 먼저 확인하고, 조건 안에서 "
        "뒤의 봉을 쓰는 곳을 고치세요",
        "{title}, {name}: the verdict on the bar {at} changes with bars that came later (1: it "
        "holds): {known} then, {later} afterwards. See first whether an indicator it reads looks "
        "ahead; then mend what uses later bars in the rule itself",
    ),
    ("rule", "update"): Text(
        "{title}의 {name}: {at} 봉에서 실시간처럼 한 봉씩 계산하면 {known}, 한꺼번에 계산하면 "
        "{later}입니다(1: 성립). 실시간과 백테스트가 다르게 매매하게 됩니다. 이 조건이 쓰는 지표의 "
        "update와 batch, 조건의 evaluate와 batch가 같은지 확인하세요",
        "{title}, {name}: at the bar {at} it says {known} bar by bar as in live trading, {later} "
        "all at once (1: it holds). Live trading and backtest would differ; see that update and "
        "batch of what it reads, and the rule's own evaluate and batch, agree",
    ),
}
