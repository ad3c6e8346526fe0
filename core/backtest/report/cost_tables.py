"""What costs took, and what would be left with worse fills and dearer trading."""

from __future__ import annotations

from config.text import Text
from core.backtest.metrics import Metrics
from core.backtest.report import numbers as fmt
from core.backtest.report.frame import Cell, notes, table
from core.backtest.sensitivity import Sensitivity, break_even

_TABLE_BASED = Text(
    "수수료 체계에서 계산한 비용이라 배수는 이 결과의 평균 요율로 계산했습니다.",
    "Costs came from a fee table, so the multiples are of this run's average rates.",
)


def cost_table(m: Metrics, currency: Text) -> str:
    """Return HTML: from the gross to the net profit."""
    rows = [
        _row(Text("비용 전 손익", "Gross P&L"), m.gross_pnl, m),
        _row(Text("수수료", "Commission"), -m.commission, m),
        _row(Text("세금", "Tax"), -m.tax, m),
        _row(Text("순손익", "Net P&L"), m.net_pnl, m),
    ]
    columns = (
        Text("항목", "Item"),
        Text(f"금액({currency.ko})", f"Amount ({currency.en})")
        if currency.en
        else Text("금액", "Amount"),
        Text("비용 전 이익 대비", "Of the gross profit"),
        Text("거래대금 대비", "Of the turnover"),
    )
    return table(columns, rows, Text("비용", "Costs"), is_sortable=False)


def sensitivity_table(tried: Sensitivity) -> str:
    """Return HTML: net profit for every slippage and every multiple of the costs."""
    largest = max(abs(net) for row in tried.net for net in row)
    rows = []
    for ticks, nets in zip(tried.slippages, tried.net, strict=True):
        cells = [Cell(_slippage(ticks, tried))]
        for net in nets:
            share = abs(net) / largest if largest else 0
            cells.append(Cell(fmt.won(net), net, fmt.tone(net), share, "depth"))
        rows.append(cells)
    columns = (Text("슬리피지", "Slippage"), *map(_multiple, tried.ratios))
    caption = Text("가정을 바꾼 순손익", "Net P&L under other assumptions")
    told = [_break_even_slippage(tried), _break_even_costs(tried)]
    if tried.is_table_based:
        told.append(_TABLE_BASED)
    return table(columns, rows, caption, is_sortable=False) + notes(filter(None, told))


def _row(title: Text, value: float, m: Metrics) -> list[Cell]:
    of_gross = value / m.gross_pnl * 100 if m.gross_pnl > 0 else None
    of_turnover = value / m.turnover * 100 if m.turnover else None
    return [
        Cell(title),
        fmt.won_cell(value),
        Cell(fmt.pct(of_gross, 1, is_signed=True)),
        Cell(fmt.pct(of_turnover, 3, is_signed=True)),
    ]


def _slippage(ticks: int, tried: Sensitivity) -> Text:
    if len(tried.slippages) == 1:  # there are no ticks, so none can be lost
        return Text("없음 (이 결과)", "none (this run)")
    mark = Text(" (이 결과)", " (this run)") if ticks == tried.base else Text.of("")
    word = "tick" if ticks == 1 else "ticks"
    return Text(f"{ticks}호가{mark.ko}", f"{ticks} {word}{mark.en}")


def _multiple(ratio: float) -> Text:
    return Text(f"비용 ×{ratio:g}", f"Costs ×{ratio:g}")


def _break_even_slippage(tried: Sensitivity) -> Text | None:
    if len(tried.slippages) < 2:
        return None
    limit = break_even(tried.slippages, tried.by_slippage)
    if limit is not None:
        return Text(
            f"슬리피지 약 {limit:.1f}호가에서 본전입니다.",
            f"Break-even at about {limit:.1f} ticks of slippage.",
        )
    if tried.by_slippage[0] <= 0:
        return Text(
            "슬리피지가 없어도 이익이 나지 않습니다.", "Even without slippage there is no profit."
        )
    return Text(
        f"슬리피지 {tried.slippages[-1]}호가에서도 이익이 남습니다.",
        f"Profitable up to {tried.slippages[-1]} ticks of slippage.",
    )


def _break_even_costs(tried: Sensitivity) -> Text:
    limit = break_even(tried.ratios, tried.by_costs)
    if limit is not None:
        return Text(
            f"수수료와 세금이 지금의 약 {limit:.2f}배일 때 본전입니다.",
            f"Break-even at about {limit:.2f} times the commission and tax.",
        )
    if tried.by_costs[0] <= 0:
        return Text(
            "수수료와 세금이 없어도 이익이 나지 않습니다.",
            "Even without commission and tax there is no profit.",
        )
    return Text(
        f"수수료와 세금이 {tried.ratios[-1]:g}배여도 이익이 남습니다.",
        f"Profitable even at {tried.ratios[-1]:g} times the commission and tax.",
    )
