"""A finished sweep for the person at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.text import Text
from core.backtest.counted import counted
from core.backtest.currency import in_currency
from core.backtest.sweep.findings import Findings
from core.backtest.sweep.ranking import METRICS, Ranked
from core.backtest.sweep.walk_forward import WalkForward

_ROWS = 20
_ALWAYS = ("net_pnl", "return_pct", "sharpe", "profit_factor", "win_rate_pct", "max_drawdown_pct")
_TRADES = Text("거래", "Trades")
_FEW = Text("* 거래 {}건 미만", "* fewer than {} trades")


def table(found: Findings, out: Path | None, language: str) -> str:
    """Return the best sets, a line each, and what to think of them."""
    rows = _grid(found, language)
    lines = _aligned(rows)
    if any(row.has_few_trades for row in found.rows[:_ROWS]):
        lines.append(_FEW.in_(language).format(found.min_trades))
    lines += ["", *(text.in_(language) for text in _counts(found))]
    if found.walk is not None:
        lines += ["", *(text.in_(language) for text in _walk(found.walk, found.currency))]
    lines += [""] + [f"{'!' if s.is_warning else ' '} {s.text.in_(language)}" for s in found.signs]
    if out is not None:
        lines += ["", Text(f"결과 폴더: {out}", f"Written to {out}").in_(language)]
    return "\n".join(lines)


def columns(by: str) -> tuple[str, ...]:
    """Return the metrics that are shown, the one of the ranking first."""
    return tuple(dict.fromkeys((by, *_ALWAYS)))


def value_text(value: Any) -> str:
    """Return a setting's value as a person writes it."""
    return (
        f"{value:,}"
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else str(value)
    )


def _grid(found: Findings, language: str) -> list[list[str]]:
    shown = columns(found.by)
    keys = [axis.key for axis in found.search.axes]
    heads = ["#", *(key.partition(".")[2] for key in keys)]
    heads += [METRICS[name].title.in_(language) for name in shown] + [_TRADES.in_(language)]
    changes = found.changes()
    return [heads] + [
        [
            f"{row.rank:,}{'*' if row.has_few_trades else ''}",
            *(value_text(changes[row.place][key]) for key in keys),
            *_cells(row, shown),
        ]
        for row in found.rows[:_ROWS]
    ]


def _cells(row: Ranked, shown: Sequence[str]) -> list[str]:
    cells = [METRICS[name].text(row.metrics[name]) for name in shown]
    return [*cells, f"{row.metrics['trades']:,}"]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(" " * (most - width(cell)) + cell for cell, most in zip(row, widths, strict=True))
        for row in rows
    ]


def width(text: str) -> int:
    """Return how many columns of a terminal `text` takes: Korean letters take two."""
    return sum(2 if "가" <= letter <= "힣" else 1 for letter in text)


def _counts(found: Findings) -> list[Text]:
    sets, refused = len(found.search.sets), found.search.refused
    lines = [
        Text(
            f"조합 {sets:,}개(전체 {found.search.size:,}), 새로 계산 {found.ran:,}회, "
            f"{found.wall_s:,.1f}초, 프로세스 {found.processes}개",
            f"{counted(sets, 'set')} of a grid of {found.search.size:,}, "
            f"{counted(found.ran, 'run')} now, {found.wall_s:,.1f} s, "
            f"processes: {found.processes}",
        )
    ]
    if refused:
        lines.append(
            Text(
                f"설정이 허용하지 않아 뺀 조합 {refused:,}개(예: ema_short >= ema_long)",
                f"{counted(refused, 'set')} left out that the settings don't allow (such as "
                "ema_short >= ema_long)",
            )
        )
    if len(found.rows) > _ROWS:
        lines.append(
            Text(
                f"상위 {_ROWS}개만 보입니다. 전부는 --out 또는 --json으로 보세요",
                f"the best {_ROWS} are shown; --out or --json gives all",
            )
        )
    return lines


def _walk(walk: WalkForward, currency: Text) -> list[Text]:
    net = in_currency(f"{walk.net_pnl:+,.0f}", currency)
    ratio = METRICS["sharpe"].text(walk.sharpe)
    lines = [
        Text(
            f"워크포워드: {len(walk.steps)}구간, 검증 손익 합 {net.ko}, 거래 "
            f"{walk.trades:,}건, 샤프 {ratio}",
            f"Walk-forward: {counted(len(walk.steps), 'window')}, tests together {net.en} in "
            f"{counted(walk.trades, 'trade')}, Sharpe {ratio}",
        )
    ]
    for step in walk.steps:
        changes, test = step.chosen.changes.items(), step.window.test
        values = ", ".join(f"{key.partition('.')[2]}={value_text(value)}" for key, value in changes)
        train_pnl, test_pnl = step.train["net_pnl"], step.test["net_pnl"]
        lines.append(
            Text(
                f"  {test.trade_from} ~ {test.last}: {values} · 학습 {train_pnl:+,.0f} → 검증 "
                f"{test_pnl:+,.0f}",
                f"  {test.trade_from} to {test.last}: {values} · train {train_pnl:+,.0f} → test "
                f"{test_pnl:+,.0f}",
            )
        )
    for key, share in walk.stability().items():
        lines.append(
            Text(
                f"  {key}: 가장 많이 뽑힌 값이 {share:.0%} 구간에서 뽑힘",
                f"  {key}: its commonest value was chosen in {share:.0%} of the windows",
            )
        )
    return lines
