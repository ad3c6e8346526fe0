"""A finished backtest as a few lines for the person at the terminal."""

from __future__ import annotations

from pathlib import Path

from config.text import Text
from core.backtest.currency import in_currency
from core.backtest.metrics import Metrics
from core.backtest.outcome import Counts
from core.backtest.refusals import told
from core.backtest.report.numbers import won as amount
from core.backtest.run import Run
from core.domain.price import Price

_NONE = "-"


def table(run: Run, out: Path | None, language: str) -> str:
    """Return what matters most of a run, one figure a line."""
    rows = [*_money(run, language), *_trades(run, language), *_run(run, out)]
    titles = [title.in_(language) for title, _ in rows]
    width = max(map(_columns, titles))
    return "\n".join(
        f"{title}{' ' * (width - _columns(title))}  {value}"
        for title, (_, value) in zip(titles, rows, strict=True)
    )


def _money(run: Run, language: str) -> list[tuple[Text, str]]:
    metrics = run.metrics
    net = in_currency(_won(metrics.net_pnl), run.currency).in_(language)
    return [
        (Text("순손익", "Net P&L"), f"{net} ({metrics.return_pct:+,.2f}%)"),
        (Text("최대 낙폭", "Maximum drawdown"), f"-{metrics.max_drawdown_pct:,.2f}%"),
        (Text("샤프지수", "Sharpe ratio"), _number(metrics.sharpe)),
        (Text("수수료 · 세금", "Commission · tax"), _costs(metrics)),
    ]


def _trades(run: Run, language: str) -> list[tuple[Text, str]]:
    metrics, counts = run.metrics, run.outcome.counts
    won = _NONE if metrics.win_rate_pct is None else f"{metrics.win_rate_pct:.1f}%"
    return [
        (Text("거래", "Trades"), f"{metrics.trades:,}"),
        (Text("승률", "Win rate"), won),
        (Text("손익비 (PF)", "Profit factor"), _number(metrics.profit_factor)),
        (Text("거래당 기대손익", "Expectancy a trade"), _won(metrics.expectancy)),
        (Text("보유 시간 비중", "Exposure"), f"{metrics.exposure_pct:.1f}%"),
        (Text("거부된 매수", "Buys refused"), _refused(counts, language)),
        (Text("일일 한도에 닿은 날", "Days ended by a limit"), f"{len(run.outcome.limits):,}"),
    ]


def _refused(counts: Counts, language: str) -> str:
    why = told(counts.refusals).in_(language)
    return f"{counts.denied:,} ({why})" if why else f"{counts.denied:,}"


def _run(run: Run, out: Path | None) -> list[tuple[Text, str]]:
    bars = f"{run.outcome.counts.bars:,}"
    rows = [
        (Text("봉", "Bars"), bars),
        (Text("계산", "Computed in"), f"{run.wall_s:.2f} s ({run.rate:,.0f}/s, {run.engine})"),
    ]
    if out is not None:
        rows.append((Text("결과 폴더", "Written to"), str(out)))
    return rows


def _costs(metrics: Metrics) -> str:
    costs = (metrics.commission, metrics.tax)
    return " · ".join(amount(cost, is_signed=False) for cost in costs)


def _won(value: Price | None) -> str:
    return _NONE if value is None else amount(value)


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.2f}"


def _columns(text: str) -> int:
    """Return how wide a terminal shows `text`: Korean letters take two columns."""
    return sum(2 if "가" <= letter <= "힣" else 1 for letter in text)
