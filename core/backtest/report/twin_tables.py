"""What was really filled on the days of a backtest, beside what it would have traded."""

from __future__ import annotations

from collections.abc import Sequence

from config.text import Text
from core.backtest.report import numbers as fmt
from core.backtest.report.frame import Cell, say, table
from core.backtest.twin.compare import Pair, Sums, Twin
from core.backtest.twin.plain import CELLS, milliseconds, shown, side_of, signed

NOTE = Text(
    "매매일지에 실제 체결이 있는 날입니다. 이 백테스트의 데이터와 설정을 실제와 비교하므로, 그때의 "
    "설정 그대로의 비교는 쌍둥이 비교(journal twin)에 있습니다. 양수 슬리피지는 실제가 불리한 "
    "쪽입니다.",
    "Days of which the journal has real fills. They stand beside this backtest's data and "
    "settings; the daily twin (journal twin) compares with the settings of then. Slippage above 0 "
    "is worse in reality.",
)
_MOST_DAYS = 30  # told trade by trade; the sums are of all
_CAPTION = Text("실제 체결과 백테스트", "Real fills and the backtest")
_TOTAL = Text("합계", "Together")
_COLUMNS = (
    Text("날짜", "Day"),
    Text("짝", "Paired"),
    Text("실제만", "Real only"),
    Text("백테스트만", "Backtest only"),
    Text("진입 슬리피지", "Entry slippage"),
    Text("청산 슬리피지", "Exit slippage"),
    Text("비용 차이", "Costs beyond"),
    Text("봉→판단 ms", "Bar to order ms"),
    Text("판단→체결 ms", "Order to fill ms"),
    Text("실제 순손익", "Real net"),
    Text("백테스트 순손익", "Backtest net"),
    Text("차이", "Difference"),
)


def twin_tables(twins: Sequence[Twin]) -> str:
    """Return HTML: a row for each day, all together, and the last days trade by trade."""
    rows = [_row(f"{twin.day} ({twin.mode})", twin.sums) for twin in twins]
    if len(twins) > 1:
        rows.append(_row(_TOTAL, _together(twins)))
    parts = [table(_COLUMNS, rows, _CAPTION, is_sortable=False)]
    parts += [_details(twin) for twin in twins[-_MOST_DAYS:]]
    return "".join(parts)


def _together(twins: Sequence[Twin]) -> Sums:
    pairs = tuple(pair for twin in twins for pair in twin.pairs)
    return Twin((), "", twins[0].day, pairs).sums


def _row(day: Text | str, sums: Sums) -> list[Cell]:
    slips = (sums.entry_slippage, sums.exit_slippage, sums.cost_difference)
    return [
        Cell(day),
        *(Cell(fmt.count(number)) for number in (sums.paired, sums.only_real, sums.only_twin)),
        *(Cell(signed(slip), slip, fmt.tone(-slip)) for slip in slips),
        *(Cell(_ms(delay)) for delay in (sums.decide_ms, sums.fill_ms)),
        *map(fmt.won_cell, (sums.real_net, sums.twin_net, sums.net_difference)),
    ]


def _ms(delay: float | None) -> str:
    return fmt.NONE if delay is None else milliseconds(delay)


def _details(twin: Twin) -> str:
    title = Text(f"{twin.day} 거래별", f"{twin.day} by trade")
    rows = [[_cell(cell.key, pair) for cell in CELLS] for pair in twin.pairs]
    columns = [cell.title for cell in CELLS]
    body = table(columns, rows, title, is_sortable=False)
    return f"<details><summary>{say(title)}</summary>{body}</details>"


_BY_KEY = {cell.key: cell for cell in CELLS}


def _cell(key: str, pair: Pair) -> Cell:
    if key == "side":
        return Cell(side_of(pair), tone="muted" if pair.is_missed else "")
    return Cell(shown(_BY_KEY[key], pair))
