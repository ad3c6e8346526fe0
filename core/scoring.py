"""Weighs what the rules say of a closed bar; the score with its breakdown decides."""

from __future__ import annotations

from collections.abc import Mapping

from config.schema import Options, Settings, option, section
from config.text import Text
from core.domain.signal import RuleResult, Score, Snapshot
from core.indicators.stretch import Lines, Stretch
from core.rules import registered


@section("strategy")
class ScoreOptions(Options):
    buy_threshold: float = option(
        1.5,
        gt=0,
        le=50,
        page="signals",
        title=Text("매수 기준점수", "Buy threshold"),
        help=Text(
            "성립한 매수 조건의 가중치 합이 이 점수에 이르면 매수합니다.",
            "Buy when the weights of the buy rules that hold add up to this.",
        ),
    )
    sell_threshold: float = option(
        1.5,
        gt=0,
        le=50,
        page="signals",
        title=Text("매도 기준점수", "Sell threshold"),
        help=Text(
            "보유 중에 성립한 매도 조건의 가중치 합이 이 점수에 이르면 매도합니다.",
            "Sell what is held when the weights of the sell rules that hold add up to this.",
        ),
    )


class Scorer:
    """Asks every registered rule about a bar; keeps no state, so one serves all symbols."""

    def __init__(self, settings: Settings) -> None:
        self._rules = [cls(settings) for cls in registered().values()]
        self._votes = [(rule.holds, rule.weight) for rule in self._rules if rule.weight]
        self._looks = [(rule.worth_asking, rule.weight) for rule in self._rules if rule.weight]
        self._buy_threshold = settings[ScoreOptions].buy_threshold
        self._sell_threshold = settings[ScoreOptions].sell_threshold

    def sums(self, prev: Snapshot | None, latest: Snapshot) -> tuple[float, float]:
        """Return the buy and the sell score of the bar `latest` alone, as `score` adds them up."""
        buy = sell = 0.0
        for holds, weight in self._votes:
            buys, sells = holds(prev, latest)
            if buys:
                buy += weight
            if sells:
                sell += weight
        return buy, sell

    def most(self, stretch: Stretch, lines: Lines) -> list[float]:
        """Return for each bar a number that neither of its `sums` is above.

        It adds the weights of the rules that are worth asking; most bars have too few of them for
        any threshold, so that nobody needs to ask further. `lines`: as rules get them.
        """
        most = [0.0] * len(stretch)
        for worth_asking, weight in self._looks:
            for row in worth_asking(stretch, lines):
                most[row] += weight
        return most

    def score(
        self,
        prev: Snapshot | None,
        latest: Snapshot,
        is_warm: bool,
        notes: Mapping[str, str] | None = None,
    ) -> Score:
        """Score the bar `latest`; `is_warm`: it and those before reach `IndicatorSet.warmup`.

        `notes` says by rule why it has nothing to say, in place of the rule's own words:
        {"ai": "timeout"}. It never changes what counts.
        """
        results = tuple([rule.evaluate(prev, latest) for rule in self._rules])
        if notes:
            results = tuple([_noted(result, notes) for result in results])
        buy = sell = 0.0
        for result in results:
            if result.buys:
                buy += result.weight
            if result.sells:
                sell += result.weight
        return Score(
            symbol=latest.bar.symbol,
            time=latest.bar.start,
            buy=buy,
            sell=sell,
            buy_threshold=self._buy_threshold,
            sell_threshold=self._sell_threshold,
            results=results,
            is_warm=is_warm,
        )


def _noted(result: RuleResult, notes: Mapping[str, str]) -> RuleResult:
    note = notes.get(result.rule)
    return result if note is None or not result.note else result._replace(note=note)
