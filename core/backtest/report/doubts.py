"""What speaks against believing a result: said by the report before anybody else finds out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from config.schema import declared
from config.text import Text
from core import indicators, rules
from core.backtest.counted import counted
from core.backtest.load_texts import has_doubts
from core.backtest.off_grid import off_grid
from core.backtest.refusals import told
from core.backtest.run import Run
from core.backtest.sensitivity import Sensitivity, break_even
from core.predict.options import AiOptions
from core.simulation.costs import CostOptions
from core.user_code.guarded import GuardedIndicator, GuardedRule

_FEW_TRADES = 100  # below it one lucky week decides
_FEW_DAYS = 60
_LARGE_SHARE = 0.5
_BEST_TRADES = 5
_MOST_OF_VOLUME = 0.1
_HEAVY_COSTS_PCT = 50
_ORDER_KINDS = ("orders.entry", "orders.exit")


def doubts(run: Run, tried: Sensitivity | None) -> list[Text]:
    """Return the reasons for doubt that apply to this run, the gravest kinds first."""
    parts: tuple[Callable[[], Iterator[Text]], ...] = (
        lambda: _of_size(run),
        lambda: _of_refusals(run),
        lambda: _of_concentration(run),
        lambda: _of_costs(run, tried),
        lambda: _of_fills(run),
        lambda: _of_data(run),
        lambda: _of_settings(run),
    )
    return [text for part in parts for text in part()]


def _of_size(run: Run) -> Iterator[Text]:
    trades, days = run.metrics.trades, run.metrics.days
    if not trades:
        yield Text(
            "거래가 한 건도 없습니다. 조건이나 기간을 확인하세요.",
            "There is not a single trade; look at the conditions and the dates.",
        )
    elif trades < _FEW_TRADES:
        yield Text(
            f"거래가 {trades:,}건뿐입니다. 운과 실력을 가르기에는 적습니다.",
            f"Only {counted(trades, 'trade')}: too few to tell luck from skill.",
        )
    if days < _FEW_DAYS:
        yield Text(
            f"{days:,}거래일만 보았습니다. 다른 장세에서는 다를 수 있습니다.",
            f"Only {counted(days, 'trading day')} of data; other markets may be different.",
        )


def _of_refusals(run: Run) -> Iterator[Text]:
    denied, why = run.outcome.counts.denied, told(run.outcome.counts.refusals)
    if denied > run.metrics.trades:
        yield Text(
            f"매수 신호 {denied:,}개가 주문되지 않았습니다({why.ko}). 자본이나 종목당 비중이 이 "
            "종목에 맞는지 보세요.",
            f"Refused: {counted(denied, 'buy signal')} ({why.en}); see whether "
            "capital and position size suit these symbols.",
        )


def _of_concentration(run: Run) -> Iterator[Text]:
    net, groups = run.metrics.net_pnl, run.metrics.groups
    if net <= 0:
        return
    best = sorted((trade.net_pnl for trade in run.outcome.trades), reverse=True)[:_BEST_TRADES]
    if len(run.outcome.trades) > _BEST_TRADES and sum(best) > net * _LARGE_SHARE:
        share = sum(best) / net * 100
        yield Text(
            f"가장 좋은 {_BEST_TRADES}건이 순이익의 {share:,.0f}%입니다. 이 몇 건을 놓치면 결과가 "
            "크게 달라집니다.",
            f"The best {_BEST_TRADES} trades are {share:,.0f}% of the net profit; without them the "
            "result is another.",
        )
    if len(run.market.symbols) > 1 and groups.symbols:
        top = max(groups.symbols, key=lambda group: group.net)
        if top.net > net * _LARGE_SHARE:
            share = top.net / net * 100
            yield Text(
                f"한 종목({top.key})이 순이익의 {share:,.0f}%를 벌었습니다.",
                f"One symbol ({top.key}) earned {share:,.0f}% of the net profit.",
            )
    if len(groups.months) > 1:
        month = max(groups.months, key=lambda one: one.pnl)
        if month.pnl > net * _LARGE_SHARE:
            share, name = month.pnl / net * 100, f"{month.year}-{month.month:02}"
            yield Text(
                f"한 달({name})이 순이익의 {share:,.0f}%를 벌었습니다.",
                f"One month ({name}) earned {share:,.0f}% of the net profit.",
            )


def _of_costs(run: Run, tried: Sensitivity | None) -> Iterator[Text]:
    metrics, options = run.metrics, run.settings[CostOptions]
    if metrics.trades and not metrics.costs:
        yield Text(
            "수수료와 세금이 0입니다. 실제 매매에서는 나옵니다.",
            "Commission and tax are 0; real trading pays them.",
        )
    if metrics.trades and (options.slippage_ticks == 0 or options.tick_rule == "none"):
        yield Text(
            "슬리피지가 없습니다. 시장가는 보통 한 호가 이상 불리하게 체결됩니다.",
            "There is no slippage; market orders usually fill a tick or more worse.",
        )
    if (metrics.costs_share_pct or 0) > _HEAVY_COSTS_PCT:
        yield Text(
            f"비용이 세전 이익의 {metrics.costs_share_pct:,.0f}%를 가져갑니다.",
            f"Costs take {metrics.costs_share_pct:,.0f}% of the gross profit.",
        )
    if tried and len(tried.slippages) > 1 and metrics.net_pnl > 0:
        limit = break_even(tried.slippages, tried.by_slippage)
        if limit is not None and limit < tried.base + 1:
            yield Text(
                f"슬리피지가 {limit:.1f}호가만 되어도 이익이 사라집니다.",
                f"At {limit:.1f} ticks of slippage the profit is gone.",
            )


def _of_fills(run: Run) -> Iterator[Text]:
    if (warning := off_grid(run.market, run.settings)) is not None:
        yield Text(f"{warning.ko}.", f"{warning.en}.")
    thin, empty = _thin_fills(run)
    if empty:
        yield Text(
            f"거래량이 0인 봉에서 체결된 것으로 본 주문이 {empty:,}건 있습니다.",
            f"Taken from bars with no volume at all: {counted(empty, 'fill')}.",
        )
    if thin:
        yield Text(
            f"봉 거래량의 10%가 넘는 체결이 {thin:,}건 있습니다. 실제로는 그 가격에 다 체결되기 "
            "어렵습니다.",
            f"Above 10% of their bar's volume: {counted(thin, 'fill')}. A real market would hardly "
            "give all of that at the price.",
        )


def _thin_fills(run: Run) -> tuple[int, int]:
    """Return how many fills took a large share of their bar's volume, and how many of nothing."""
    thin = empty = 0
    for bars in run.market.symbols:
        own = [trade for trade in run.outcome.trades if trade.symbol == bars.symbol]
        if not own:
            continue
        moments = [t.entry_time.timestamp() for t in own] + [t.exit_time.timestamp() for t in own]
        volume = bars.columns.volume[np.searchsorted(bars.columns.start, moments)]
        shares = np.array([trade.quantity for trade in own] * 2)
        empty += int(np.count_nonzero(volume == 0))
        thin += int(np.count_nonzero((volume > 0) & (shares > volume * _MOST_OF_VOLUME)))
    return thin, empty


def _of_data(run: Run) -> Iterator[Text]:
    doubtful = [report.symbol for report in run.reports if has_doubts(report)]
    if doubtful:
        names = ", ".join(doubtful)
        yield Text(
            f"데이터에 확인할 점이 있습니다: {names} (아래 '데이터' 참조).",
            f"There is something to look at in the data of {names} (see 'Data' below).",
        )
    if days := len(run.outcome.limits):
        yield Text(
            f"{days:,}일은 일일 한도에 닿아 일찍 끝났습니다. 한도를 바꾸면 결과가 크게 달라질 수 "
            "있습니다.",
            f"Ended early by a daily limit: {counted(days, 'day')}. With other limits the result "
            "may be quite another.",
        )


def _of_settings(run: Run) -> Iterator[Text]:
    if run.settings[AiOptions].enabled:
        yield Text(
            "AI 예측은 백테스트에 없어 0점으로 계산했습니다. 실제 매매는 다를 수 있습니다.",
            "A backtest has no AI predictions, so they counted 0; live trading may differ.",
        )
    if any(run.settings.value(key) != "market" for key in _known(_ORDER_KINDS)):
        yield Text(
            "설정은 지정가 주문이지만 백테스트는 모두 시장가로 체결합니다.",
            "The settings use limit orders; a backtest fills all at the market.",
        )
    if _has_own_code():
        yield Text(
            "직접 넣은 지표나 조건이 있습니다. 미래를 보지 않는지 backtest --look-ahead로 "
            "확인하세요.",
            "There are indicators or rules of your own; check with backtest --look-ahead that they "
            "don't look into the future.",
        )


def _known(keys: tuple[str, ...]) -> list[str]:
    there = {item.key for item in declared()}
    return [key for key in keys if key in there]


def _has_own_code() -> bool:
    own = (*indicators.registered().values(), *rules.registered().values())
    return any(issubclass(cls, GuardedIndicator | GuardedRule) for cls in own)
