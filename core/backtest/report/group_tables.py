"""Where the profit comes from, as tables: by month, reason, time of day, weekday and symbol."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence

from config.text import Text
from core.backtest.breakdown import Breakdown, Group, Month
from core.backtest.report import numbers as fmt
from core.backtest.report.frame import Cell, say, table
from core.domain.order import Reason
from core.domain.reason_titles import REASON

_DAYS = (
    Text("월", "Mon"),
    Text("화", "Tue"),
    Text("수", "Wed"),
    Text("목", "Thu"),
    Text("금", "Fri"),
    Text("토", "Sat"),
    Text("일", "Sun"),
)
_MONTHS = tuple(Text(f"{at}월", calendar.month_abbr[at]) for at in range(1, 13))
_YEAR = Text("연도", "Year")
_TOTAL = Text("합계", "Total")
_COLUMNS = (
    Text("거래", "Trades"),
    Text("승률", "Win rate"),
    Text("순손익", "Net P&L"),
    Text("거래당", "Per trade"),
    Text("비용", "Costs"),
)
_NONE = Text("거래가 없습니다.", "There are no trades.")


def month_table(months: Sequence[Month]) -> str:
    """Return HTML: a row for each year with the return of each month and of the year."""
    by_year: dict[int, dict[int, Month]] = {}
    for month in months:
        by_year.setdefault(month.year, {})[month.month] = month
    largest = max((abs(month.return_pct) for month in months), default=0)
    rows = [
        [
            Cell(str(year)),
            *(_month(there.get(at), largest) for at in range(1, 13)),
            fmt.pct_cell(_whole_year(list(there.values()))),
        ]
        for year, there in by_year.items()
    ]
    caption = Text("월별 수익률", "Return of each month")
    return table((_YEAR, *_MONTHS, _TOTAL), rows, caption, is_sortable=False)


def group_tables(groups: Breakdown) -> str:
    """Return HTML of all other tables, side by side where there is room."""
    if not groups.symbols:
        return f"<p>{say(_NONE)}</p>"
    by_net = sorted(groups.symbols, key=lambda group: -group.net)
    left = (
        _groups(Text("청산 사유", "Reason of exit"), groups.reasons, _reason),
        _groups(Text("요일", "Weekday"), groups.weekdays, lambda key: _DAYS[int(key)]),
        _groups(Text("종목", "Symbol"), by_net, Text.of),
    )
    right = _groups(Text("매수 시간대", "Time of entry"), groups.half_hours, Text.of)
    return f'<div class="grid"><div>{"".join(left)}</div><div>{right}</div></div>'


def _groups(title: Text, groups: Sequence[Group], name_of: Callable[[str], Text]) -> str:
    largest = max(abs(group.net) for group in groups)
    rows = [
        [
            Cell(name_of(group.key), at),
            Cell(fmt.count(group.trades), group.trades),
            Cell(fmt.pct(group.win_rate_pct, 1), group.win_rate_pct),
            Cell(
                fmt.won(group.net),
                group.net,
                fmt.tone(group.net),
                abs(group.net) / largest if largest else 0,
            ),
            fmt.won_cell(group.net / group.trades),
            Cell(fmt.won(group.costs, is_signed=False), group.costs),
        ]
        for at, group in enumerate(groups)
    ]
    return table((title, *_COLUMNS), rows, title)


def _reason(key: str) -> Text:
    return REASON[Reason(key)]


def _month(month: Month | None, largest: float) -> Cell:
    if month is None:
        return Cell("")
    change = month.return_pct
    share = abs(change) / largest if largest else 0
    return Cell(fmt.pct(change, is_signed=True), change, fmt.tone(change), share, "depth")


def _whole_year(months: Sequence[Month]) -> float:
    """Return what a year's months make together, in percent."""
    grown = 1.0
    for month in months:
        grown *= 1 + month.return_pct / 100
    return (grown - 1) * 100
