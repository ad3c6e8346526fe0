"""report.html: everything about one backtest on one page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from config.text import Text
from core.backtest.counted import counted
from core.backtest.currency import in_currency
from core.backtest.load_texts import has_doubts, lines
from core.backtest.report import cost_tables, group_tables
from core.backtest.report.candles import candle_data, stretches
from core.backtest.report.conventions import CONVENTIONS
from core.backtest.report.curves import curve_data
from core.backtest.report.doubts import doubts
from core.backtest.report.figures import details, verdict
from core.backtest.report.frame import Section, canvas, notes, page, say
from core.backtest.report.parameter_table import parameter_tables
from core.backtest.report.refusal_table import NOTE as REFUSAL_NOTE
from core.backtest.report.refusal_table import refusal_table
from core.backtest.report.trade_rows import MOST_TRADES, shown_trades, trade_data
from core.backtest.report.twin_tables import NOTE as TWIN_NOTE
from core.backtest.report.twin_tables import twin_tables
from core.backtest.run import Run
from core.backtest.sensitivity import Sensitivity

_TITLE = Text("백테스트 결과", "Backtest report")
_SCRIPTS = ("canvas", "curve", "candles", "trades")
_MOST_NAMES = 6
_NO_DOUBTS = Text(
    "눈에 띄는 문제는 없습니다. 그래도 과거 데이터일 뿐입니다.",
    "Nothing stands out. It is still only the past.",
)
_CURVE_NOTE = Text(
    "끌어서 확대하고 두 번 누르면 되돌아갑니다. 화살표 키로도 읽을 수 있습니다.",
    "Drag to look closer, double-click to go back; the arrow keys read it out too.",
)
_PRICE_NOTE = Text(
    "거래가 있던 날의 1분봉과 매수(▲)·매도(▼) 지점입니다. 아래 목록에서 거래를 누르면 그 자리로 "
    "갑니다.",
    "One-minute bars of days with a trade, entries (▲) and exits (▼). Click a trade in the list "
    "below to go there.",
)
_LEFT_OUT = Text(
    " 거래가 너무 많아 손익이 큰 거래의 봉만 넣었습니다.",
    " There are too many trades for one page: bars are only those of the largest profits and "
    "losses.",
)
_MORE_TRADES = Text(
    "마지막 {}건입니다. 모두는 trades.csv에 있습니다.",
    "The last {} trades; trades.csv has them all.",
)


def report_page(run: Run, tried: Sensitivity | None, language: str) -> str:
    """Return the page in "ko" or "en", which can be switched in it.

    Args:
        tried: What other assumptions bring; its part is left out where None.
    """
    chosen, is_thinned = stretches(run.market, shown_trades(run))
    data = {
        "curve": curve_data(run.outcome.equity, run.outcome.start_capital, run.market.zone),
        "trades": trade_data(run),
        "candles": candle_data(run.market, chosen),
    }
    sections = list(_sections(run, tried, is_thinned))
    title = Text(*(f"{word} – {_names(run)}" for word in (_TITLE.ko, _TITLE.en)))
    return page(title, _head(run), sections, data, _SCRIPTS, language)


def _head(run: Run) -> str:
    told = " · ".join(f"<b>{say(fact)}</b>" for fact in _facts(run))
    return f'<p class="facts">{told}</p>{verdict(run.metrics, run.currency)}{details(run.metrics)}'


def _facts(run: Run) -> Iterator[Text]:
    count = len(run.market.symbols)
    yield Text(f"{count:,}종목", counted(count, "symbol"))
    if len(run.market.times):
        first, last = (run.market.moment(int(run.market.times[at])) for at in (0, -1))
        yield Text.of(f"{first:%Y-%m-%d} – {last:%Y-%m-%d}")
    days, bars = run.metrics.days, run.outcome.counts.bars
    yield Text(f"{days:,}거래일", counted(days, "trading day"))
    yield Text(f"1분봉 {bars:,}개", counted(bars, "one-minute bar"))
    start = in_currency(f"{run.outcome.start_capital:,}", run.currency)
    yield Text(f"시작 자본 {start.ko}", f"start capital {start.en}")
    yield Text(
        f"{run.engine} 엔진, {run.wall_s:.2f}초",
        f"engine {run.engine}, {run.wall_s:.2f} s",
    )
    if run.made is not None:
        yield Text.of(f"{run.made:%Y-%m-%d %H:%M}")


def _sections(run: Run, tried: Sensitivity | None, is_thinned: bool) -> Iterator[Section]:
    found, groups = doubts(run, tried), run.metrics.groups
    yield Section(
        "doubts",
        Text("믿기 전에", "Before you believe it"),
        f'<div class="doubts">{notes(found)}</div>' if found else f"<p>{say(_NO_DOUBTS)}</p>",
    )
    yield Section("curve", Text("자산과 낙폭", "Equity and drawdown"), _curve(), _CURVE_NOTE)
    yield Section("months", Text("월별", "Months"), group_tables.month_table(groups.months))
    yield Section(
        "groups", Text("어디서 벌었나", "Where it comes from"), group_tables.group_tables(groups)
    )
    costs = cost_tables.cost_table(run.metrics, run.currency)
    if tried is not None:
        costs += cost_tables.sensitivity_table(tried)
    yield Section("costs", Text("비용과 가정", "Costs and assumptions"), costs)
    if run.outcome.counts.denied:
        refused = Text("거부된 매수", "Buys refused")
        yield Section("refused", refused, refusal_table(run.outcome.counts), REFUSAL_NOTE)
    if run.outcome.trades:
        yield from _trades(run, is_thinned)
    if run.beside:
        beside = Text("실제 체결과 비교", "Beside real fills")
        yield Section("twin", beside, twin_tables(run.beside), TWIN_NOTE)
    yield Section("data", Text("데이터", "Data"), _data(run))
    yield Section("settings", Text("설정", "Settings"), parameter_tables(run.settings))
    yield Section("method", Text("계산 방법", "How it was computed"), notes(CONVENTIONS))


def _trades(run: Run, is_thinned: bool) -> Iterator[Section]:
    note = _PRICE_NOTE
    if is_thinned:
        note = Text(note.ko + _LEFT_OUT.ko, note.en + _LEFT_OUT.en)
    yield Section(
        "chart", Text("차트", "Price chart"), canvas("price", Text("가격", "Price"), "price"), note
    )
    has_all = len(run.outcome.trades) <= MOST_TRADES
    more = None if has_all else _MORE_TRADES.format(f"{MOST_TRADES:,}")
    yield Section("trades", Text("거래", "Trades"), '<div id="trade-list"></div>', more)


def _curve() -> str:
    return canvas("equity", Text("자산 곡선과 낙폭", "Equity curve and drawdown"), "equity")


def _data(run: Run) -> str:
    parts = []
    for report in run.reports:
        head, *rest = lines(report)
        kind = ' class="odd" open' if has_doubts(report) else ""
        sha = f'<p class="sha">SHA-256 {escape(report.sha256)}</p>'
        parts.append(
            f"<details{kind}><summary>{say(head)}</summary>{notes(rest) if rest else ''}{sha}"
            "</details>"
        )
    return "".join(parts)


def _names(run: Run) -> str:
    names = run.market.names
    more = f" +{len(names) - _MOST_NAMES}" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
