"""The verdict in figures, as the page shows it at its top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from config.text import Text
from core.backtest.counted import counted
from core.backtest.currency import in_currency
from core.backtest.metrics import Metrics
from core.backtest.report import numbers as fmt
from core.backtest.report.frame import label, say
from core.backtest.trading_days import DayResult


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it means."""

    title: Text
    value: Text | str
    help: Text
    tone: str = ""


def verdict(metrics: Metrics, currency: Text) -> str:
    """Return the figures that decide, large."""
    return f'<div class="verdict">{"".join(map(_figure, _deciding(metrics, currency)))}</div>'


def details(metrics: Metrics) -> str:
    """Return all others."""
    return f'<div class="figures">{"".join(map(_figure, _others(metrics)))}</div>'


def _deciding(m: Metrics, currency: Text) -> Iterator[Figure]:
    yield Figure(
        Text("순손익", "Net P&L"),
        in_currency(fmt.won(m.net_pnl), currency),
        Text("수수료와 세금을 뺀 손익", "profit less commission and tax"),
        fmt.tone(m.net_pnl),
    )
    yield Figure(
        Text("수익률", "Return"),
        fmt.pct(m.return_pct, is_signed=True),
        Text("시작 자본 대비 순손익", "net P&L of the start capital"),
        fmt.tone(m.return_pct),
    )
    yield Figure(
        Text("최대 낙폭", "Max drawdown"),
        fmt.pct(0 - m.max_drawdown_pct),
        Text(
            "이전 고점에서 가장 크게 줄어든 폭, 모든 봉의 종가 기준",
            "deepest fall from an earlier high, at the close of every bar",
        ),
        fmt.tone(-m.max_drawdown_pct),
    )
    yield Figure(
        Text("샤프지수", "Sharpe"),
        fmt.ratio(m.sharpe),
        Text(
            "일간 수익률, 연 252일, 표본 표준편차, 무위험이자율 0",
            "daily returns, 252 days a year, sample deviation, no risk-free rate",
        ),
    )
    yield Figure(
        Text("승률", "Win rate"),
        fmt.pct(m.win_rate_pct, 1),
        Text(f"{m.trades:,}건 중 {m.wins:,}건", f"{m.wins:,} of {counted(m.trades, 'trade')}"),
    )
    yield Figure(
        Text("손익비 (PF)", "Profit factor"),
        fmt.ratio(m.profit_factor),
        Text("이익 합계 ÷ 손실 합계", "sum of profits over sum of losses"),
    )


def _others(m: Metrics) -> Iterator[Figure]:
    yield from _of_trades(m)
    yield from _of_time(m)


def _of_trades(m: Metrics) -> Iterator[Figure]:
    yield _plain("거래", "Trades", fmt.count(m.trades), "", "")
    yield _plain(
        "하루 거래",
        "Trades a day",
        fmt.ratio(m.trades_per_day),
        f"{m.days:,}일",
        counted(m.days, "day"),
    )
    yield _money("거래당 기대손익", "Expectancy", m.expectancy, "거래 평균", "average trade")
    yield _money("평균 이익", "Average win", m.average_win)
    yield _money("평균 손실", "Average loss", m.average_loss)
    yield _plain(
        "평균 손익비",
        "Payoff",
        fmt.ratio(m.payoff),
        "평균 이익 ÷ 평균 손실",
        "average win over loss",
    )
    yield _money("최고 거래", "Best trade", m.best_trade)
    yield _money("최악 거래", "Worst trade", m.worst_trade)
    yield Figure(
        Text("최장 연속 손실", "Longest losing streak"),
        Text(f"{m.longest_losing_streak:,}건", counted(m.longest_losing_streak, "trade")),
        Text.of(fmt.won(m.longest_losing_streak_pnl)),
    )
    hold = "" if m.average_hold_min is None else f"{m.average_hold_min:,.1f}"
    yield Figure(
        Text("평균 보유", "Average hold"),
        Text(f"{hold}분", f"{hold} min") if hold else fmt.NONE,
        Text.of(""),
    )


def _of_time(m: Metrics) -> Iterator[Figure]:
    yield _plain(
        "보유 시간 비중",
        "Exposure",
        fmt.pct(m.exposure_pct, 1),
        f"평균 투자 비중 {m.invested_pct:.1f}%",
        f"{m.invested_pct:.1f}% invested on average",
    )
    yield _plain(
        "소르티노", "Sortino", fmt.ratio(m.sortino), "하락 위험 대비", "over downside risk"
    )
    yield _day("최고의 날", "Best day", m.best_day)
    yield _day("최악의 날", "Worst day", m.worst_day)
    yield _plain(
        "고점 아래",
        "Under water",
        fmt.pct(m.under_water_pct, 1),
        f"최장 {m.longest_under_water_days:,}일",
        f"at most {counted(m.longest_under_water_days, 'day')}",
    )


def _plain(ko: str, en: str, value: str, help_ko: str, help_en: str) -> Figure:
    return Figure(Text(ko, en), value, Text(help_ko, help_en))


def _money(ko: str, en: str, value: float | None, help_ko: str = "", help_en: str = "") -> Figure:
    return Figure(Text(ko, en), fmt.won(value), Text(help_ko, help_en), fmt.tone(value))


def _day(ko: str, en: str, result: DayResult | None) -> Figure:
    if result is None:
        return Figure(Text(ko, en), fmt.NONE, Text.of(""))
    told = f"{result.day.isoformat()} ({fmt.pct(result.return_pct, is_signed=True)})"
    return Figure(Text(ko, en), fmt.won(result.pnl), Text.of(told), fmt.tone(result.pnl))


def _figure(figure: Figure) -> str:
    tone = f" {escape(figure.tone)}" if figure.tone else ""
    named = label(figure.title)
    return (
        f'<div class="figure" role="group" {named}><span class="name">{say(figure.title)}</span>'
        f'<span class="value{tone}">{say(figure.value)}</span>'
        f'<span class="help">{say(figure.help)}</span></div>'
    )
