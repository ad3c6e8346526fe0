"""report.html of a sweep: how far to believe it, the map, the ranking, the walk forward."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.schema import Settings
from config.text import Text
from core.backtest.counted import counted
from core.backtest.currency import in_currency
from core.backtest.report import numbers as fmt
from core.backtest.report.frame import Cell, Section, canvas, label, notes, page, say, table
from core.backtest.report.parameter_table import parameter_tables
from core.backtest.sweep.findings import Findings
from core.backtest.sweep.ranked_table import columns, value_text
from core.backtest.sweep.ranking import METRICS, Ranked
from core.backtest.sweep.walk_chart import walk_data
from core.backtest.sweep.walk_forward import Step, WalkForward

_TITLE = Text("스윕 결과", "Sweep report")
_MOST_ROWS = 500
_SIGNED = frozenset({"net_pnl", "return_pct"})
_FROM = {"sharpe": 0, "sortino": 0, "net_pnl": 0, "return_pct": 0, "expectancy": 0}
_FROM |= {"profit_factor": 1, "payoff": 1}
"""Where a metric turns from bad to good."""
_HEAT_NOTE = Text(
    "넓게 고른 붉은 영역이 믿을 만하고, 혼자 솟은 칸은 운일 때가 많습니다. 빈칸(–)은 설정이 "
    "허용하지 않거나 계산하지 않은 조합입니다.",
    "A broad red area can be trusted more than a lone peak. Empty cells (–) are sets that the "
    "settings don't allow or that were not drawn.",
)
_WALK_NOTE = Text(
    "학습 구간에서 1위인 조합을 다음 구간에서 그대로 매매한 결과입니다. 곡선은 검증 구간만 이은 "
    "것이고(각각 같은 자본으로 시작, 손익은 더함) 점선에서 다음 구간이 시작합니다.",
    "What the best set of each train period brought on the days after it. The curve is of the "
    "tests alone, one after the other: each starts from the same capital, profits add up, dotted "
    "lines part them.",
)
_METHOD = (
    Text(
        "디플레이티드 샤프: D. Bailey, M. López de Prado, 2014. 조합 수와 수익률의 치우침, 두꺼운 "
        "꼬리를 셈에 넣습니다.",
        "Deflated Sharpe ratio: D. Bailey and M. López de Prado, 2014; counts the number of sets, "
        "skew and fat tails.",
    ),
    Text(
        "과최적화 확률: D. Bailey 외, 2017(CSCV, 기간을 10조각으로).",
        "Probability of overfitting: D. Bailey and others, 2017 (CSCV, ten pieces of time).",
    ),
    Text(
        "워크포워드 효율: R. Pardo, 2008, 11장.",
        "Walk-forward efficiency: R. Pardo, 2008, chapter 11.",
    ),
    Text("거래 순서 섞기: K. Davey, 2014, 7장.", "Order of trades: K. Davey, 2014, chapter 7."),
)


def report_page(found: Findings, settings: Settings, language: str) -> str:
    """Return the page in "ko" or "en", which can be switched in it."""
    symbols = ", ".join(one["symbol"] for one in found.about["data"])
    title = Text(f"{_TITLE.ko} – {symbols}", f"{_TITLE.en} – {symbols}")
    sections = list(_sections(found, settings))
    data, scripts = {"heat": _heat(found)}, ("heat",)
    if found.walk is None:
        return page(title, _head(found), sections, data, scripts, language)
    start = float(found.about["settings"]["risk.start_capital"])
    data |= {"curve": walk_data(found.walk, start)}
    return page(title, _head(found), sections, data, ("canvas", "curve", *scripts), language)


def _head(found: Findings) -> str:
    best, changes = found.rows[0], found.changes()[found.rows[0].place]
    chosen = ", ".join(f"{k.partition('.')[2]} {value_text(v)}" for k, v in changes.items())
    counts = Text(
        f"조합 {len(found.rows):,}개(전체 {found.search.size:,}, 허용되지 않음 "
        f"{found.search.refused:,}) · 순위 기준 {METRICS[found.by].title.ko} · 1위 {chosen}",
        f"{counted(len(found.rows), 'set')} of a grid of {found.search.size:,} "
        f"({found.search.refused:,} not allowed) · ranked by {METRICS[found.by].title.en} · "
        f"the best: {chosen}",
    )
    names = (*columns(found.by), "trades")
    figures = "".join(_figure(name, best.metrics[name]) for name in names)
    return f'<p class="facts">{say(counts)}</p><div class="figures">{figures}</div>'


def _figure(name: str, value: float | None) -> str:
    return (
        f'<div class="figure"><span class="name">{say(_title(name))}</span>'
        f'<span class="value">{say(_text(name, value))}</span></div>'
    )


def _sections(found: Findings, settings: Settings) -> Iterator[Section]:
    warnings = [sign.text for sign in found.signs if sign.is_warning]
    others = [sign.text for sign in found.signs if not sign.is_warning]
    body = f'<div class="doubts">{notes(warnings)}</div>' if warnings else ""
    body += notes(others) if others else ""
    yield Section("doubts", Text("믿기 전에", "Before you believe it"), body)
    heat = f'<div id="heat-map" {label(Text("지도", "Map"))}></div>'
    yield Section("heat", Text("히트맵", "Heat map"), heat, _HEAT_NOTE)
    if found.walk is not None:
        yield Section(
            "walk", Text("워크포워드", "Walk-forward"), _walk(found, found.walk), _WALK_NOTE
        )
    yield Section("ranking", Text("순위", "Ranking"), _ranking(found), _ranking_note(found))
    yield Section("settings", Text("설정", "Settings"), parameter_tables(settings))
    yield Section("method", Text("계산 방법", "How it was computed"), notes(_METHOD))


def _ranking(found: Findings) -> str:
    shown, keys = columns(found.by), [axis.key for axis in found.search.axes]
    heads = [Text("순위", "Rank"), *(Text.of(key.partition(".")[2]) for key in keys)]
    heads += [_title(name) for name in (*shown, "trades")]
    changes = found.changes()
    rows = [
        [_rank(row), *(_value(changes[row.place][key]) for key in keys), *_cells(row, shown)]
        for row in found.rows[:_MOST_ROWS]
    ]
    return table(heads, rows, Text("순위", "Ranking"))


def _ranking_note(found: Findings) -> Text | None:
    parts = []
    if any(row.has_few_trades for row in found.rows):
        least = found.min_trades
        parts.append(Text(f"* 거래 {least}건 미만.", f"* fewer than {counted(least, 'trade')}."))
    if len(found.rows) > _MOST_ROWS:
        parts.append(
            Text(
                f"상위 {_MOST_ROWS}개입니다. 모두는 sweep.csv에 있습니다.",
                f"The best {_MOST_ROWS}; sweep.csv has them all.",
            )
        )
    if not parts:
        return None
    return Text(" ".join(part.ko for part in parts), " ".join(part.en for part in parts))


def _rank(row: Ranked) -> Cell:
    return Cell(f"{row.rank:,}{'*' if row.has_few_trades else ''}", row.rank)


def _value(value: Any) -> Cell:
    return Cell(value_text(value), value if isinstance(value, (int, float)) else str(value))


def _cells(row: Ranked, names: tuple[str, ...]) -> Iterator[Cell]:
    for name in (*names, "trades"):
        value = row.metrics[name]
        tone = fmt.tone(value) if name in _SIGNED else ""
        yield Cell(_text(name, value), "" if value is None else value, tone)


def _title(name: str) -> Text:
    return Text("거래", "Trades") if name == "trades" else METRICS[name].title


def _text(name: str, value: float | None) -> str:
    return fmt.count(int(value or 0)) if name == "trades" else METRICS[name].text(value)


def _walk(found: Findings, walk: WalkForward) -> str:
    by = METRICS[found.by].title
    heads = [
        Text("검증 구간", "Tested on"),
        Text("고른 값", "Chosen"),
        Text("학습 손익", "Train P&L"),
        Text("검증 손익", "Test P&L"),
    ]
    is_other = found.by != "net_pnl"
    if is_other:
        heads += [Text(f"학습 {by.ko}", f"Train {by.en}"), Text(f"검증 {by.ko}", f"Test {by.en}")]
    heads.append(Text("검증 거래", "Test trades"))
    most = max(abs(net) for step in walk.steps for net in (_net(step.train), _net(step.test)))
    rows = [_step(step, most, found.by if is_other else None) for step in walk.steps]
    net = in_currency(f"{walk.net_pnl:+,.0f}", found.currency)
    facts = Text(
        f"{len(walk.steps)}구간 중 {walk.winning}구간 이익, 검증 손익 합 {net.ko}, "
        f"거래 {walk.trades:,}건, 샤프 {fmt.ratio(walk.sharpe)}",
        f"{walk.winning} of {counted(len(walk.steps), 'test')} with a profit, {net.en} in "
        f"{counted(walk.trades, 'trade')} together, Sharpe {fmt.ratio(walk.sharpe)}",
    )
    caption = Text("워크포워드 구간", "Windows of the walk forward")
    chart = canvas("equity", Text("검증 구간의 자산", "Equity of the tests"), "equity")
    return f"<p>{say(facts)}</p>{chart}{table(heads, rows, caption, numbers_from=2)}"


def _step(step: Step, most: float, by: str | None) -> list[Cell]:
    """Return a row; `by` names the metric of the choice, None where that is the profit."""
    test, chosen = step.window.test, step.chosen.changes.items()
    sides = () if by is None else (step.train, step.test)
    return [
        Cell(f"{test.trade_from} – {test.last}"),
        Cell(", ".join(f"{key.partition('.')[2]} {value_text(value)}" for key, value in chosen)),
        _bar(_net(step.train), most),
        _bar(_net(step.test), most),
        *(Cell(_text(by or "", side[by or ""]), side[by or ""]) for side in sides),
        Cell(fmt.count(step.test["trades"]), step.test["trades"]),
    ]


def _net(metrics: Any) -> float:
    return float(metrics["net_pnl"])


def _bar(net: float, most: float) -> Cell:
    return Cell(fmt.won(net), net, fmt.tone(net), abs(net) / most if most else 0)


def _heat(found: Findings) -> dict[str, Any]:
    """Return what the map is drawn of: [place, value of each metric] for every set."""
    names = list(METRICS)
    return {
        "rank": names.index(found.by),
        "axes": [{"key": a.key, "values": list(a.values)} for a in found.search.axes],
        "metrics": [_metric(name) for name in names],
        "sets": [[row.place, [_short(row.metrics[n]) for n in names]] for row in found.rows],
    }


def _metric(name: str) -> dict[str, Any]:
    metric = METRICS[name]
    digits = metric.form.partition(".")[2].removesuffix("f")
    return {
        "ko": metric.title.ko,
        "en": metric.title.en,
        "digits": int(digits or 0),
        "signed": name in _SIGNED,
        "lower": metric.is_lower_better,
        "from": _FROM.get(name),
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
