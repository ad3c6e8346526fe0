"""The page: its numbers are the run's, both languages are whole, and nothing comes from outside."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from config.text import Text
from core.backtest.outcome import Counts, Refusals
from core.backtest.report import report_page
from core.backtest.report.frame import Cell, embedded, say, table
from core.backtest.run import Run
from core.backtest.sensitivity import sensitivity
from core.domain.order import Reason
from tests.core.backtest.runs import a_real_run, a_run, a_trade, an_outcome, flat_market

HANGUL = re.compile("[가-힣]")
VOID = {"meta", "br", "input", "link", "hr"}


class Page(HTMLParser):
    """Texts by language, the embedded data, and every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: list[tuple[str | None, str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.data: dict[str, Any] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in VOID:
            language = attributes.get("lang") if tag == "span" else None
            self.open.append((tag, language or (self.open[-1][1] if self.open else None)))
        self.is_data = attributes.get("id") == "page-data"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, language = self.open[-1] if self.open else ("", None)
        if tag == "script" and self.is_data:
            self.data = json.loads(data)
        elif tag not in ("script", "style", "title"):
            self.texts.append((language, data))

    def said(self, language: str) -> str:
        return " ".join(text for own, text in self.texts if own in (language, None))

    def own(self, language: str) -> list[str]:
        """Return the texts that are of this language alone."""
        return [text for own, text in self.texts if own == language]


def page_of(run: Run, language: str = "ko") -> Page:
    made = Page(report_page(run, sensitivity(run), language))
    assert not made.open
    return made


def doubted(run: Run) -> str:
    return page_of(run).said("en")


def test_both_languages_are_there_and_neither_is_mixed() -> None:
    made = page_of(a_real_run(strategy__ema_short=3))
    assert not HANGUL.search(made.said("en").replace("한국어", "", 1))  # the switch's own name
    for text in made.own("ko"):
        assert not re.search(r"\b(?:the|is|of|and|are|to)\b", text), text
    assert len(made.own("ko")) == len(made.own("en")) > 100


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_opens_in_the_run_s_language(language: str) -> None:
    html = report_page(a_run(), None, language)
    title = {"ko": "백테스트 결과", "en": "Backtest report"}[language]
    assert f'<html lang="{language}"' in html
    assert f"<title>{title} – 005930</title>" in html


def test_nothing_is_loaded_from_anywhere() -> None:
    made = page_of(a_real_run())
    html = report_page(a_real_run(), None, "en")
    assert "default-src 'none'" in html
    assert not re.search(r"https?://|@import|url\(", html)
    loading = {"src", "srcset", "action", "background"}
    assert not [attributes for _, attributes in made.elements if loading & set(attributes)]
    links = [attributes["href"] for tag, attributes in made.elements if tag == "a"]
    assert links and all(str(link).startswith("#") for link in links)


def test_the_list_of_trades_is_that_of_the_run() -> None:
    run = a_real_run()
    rows, trades = page_of(run).data["trades"], run.outcome.trades
    assert rows["net"] == [trade.net_pnl for trade in trades]
    assert rows["buy"] == [trade.entry_price for trade in trades]
    assert rows["quantity"] == [trade.quantity for trade in trades]
    assert [rows["symbols"][at] for at in rows["symbol"]] == [trade.symbol for trade in trades]
    told = {Reason.SL: "Stop loss", Reason.TP: "Take profit"}
    for at, trade in zip(rows["reason"], trades, strict=True):
        assert rows["reasons"][at][1] == told.get(trade.exit_reason, rows["reasons"][at][1])


def test_the_curve_is_that_of_the_run() -> None:
    run = a_real_run()
    curve = page_of(run).data["curve"]
    assert curve["equity"] == run.outcome.equity.equity.tolist()
    assert max(curve["fall"]) == pytest.approx(run.metrics.max_drawdown_pct, abs=1e-4)


def test_the_verdict_is_told_with_thousands_apart() -> None:
    said = page_of(a_run(trades=[a_trade(1_234_567)])).said("en")
    assert "+1,234,567 won" in said and "+12.35%" in said


def test_a_run_without_a_trade_has_a_page_that_says_so() -> None:
    made = page_of(a_run())
    assert "There is not a single trade" in made.said("en")
    assert made.data["candles"] == []
    assert "price" not in [attributes.get("id") for _, attributes in made.elements]


def test_a_market_without_a_bar_has_a_page() -> None:
    assert page_of(a_run(flat_market(symbols=()))).data["curve"]["rows"] == 0


def test_money_in_fractions_has_a_page() -> None:
    run = a_real_run(is_whole=False, costs__round_costs=False, costs__tick_rule="none")
    assert page_of(run).data["trades"]["net"] == [t.net_pnl for t in run.outcome.trades]


def test_texts_from_outside_can_t_become_markup() -> None:
    evil = '<b>"&</script>'
    assert say(Text(evil, "x")) == (
        '<span lang="ko">&lt;b&gt;&quot;&amp;&lt;/script&gt;</span><span lang="en">x</span>'
    )
    assert "<b>" not in table((Text.of("a"),), [[Cell(evil, evil)]], Text.of("c"))
    assert "<" not in embedded({"name": evil})
    assert json.loads(embedded({"name": evil})) == {"name": evil}


def test_tables_say_what_their_rows_and_columns_are() -> None:
    made = page_of(a_real_run())
    tags = [tag for tag, _ in made.elements]
    assert tags.count("table") == tags.count("caption") == tags.count("thead") > 5
    scopes = {attributes.get("scope") for tag, attributes in made.elements if tag == "th"}
    assert scopes == {"col", "row"}


def test_settings_that_were_changed_come_first() -> None:
    said = page_of(a_run(settings={"strategy.ema_short": 7})).said("en")
    assert said.index("strategy.ema_short") < said.index("Settings at their default")
    assert said.index("strategy.ema_long") > said.index("Settings at their default")


# Doubts


def test_few_trades_and_days_are_doubted() -> None:
    said = doubted(a_run(trades=[a_trade()]))
    assert "Only 1 trade: too few" in said and "Only 2 trading days" in said


def test_a_profit_of_few_trades_and_one_symbol_is_doubted() -> None:
    market = flat_market(symbols=("005930", "000660"))
    trades = [a_trade(10)] * 10 + [a_trade(10_000, symbol="000660")] * 5
    said = doubted(a_run(market, trades))
    assert "The best 5 trades are 100%" in said and "One symbol (000660)" in said


def test_fills_that_the_market_could_not_have_given_are_doubted() -> None:
    trades = [a_trade(held_min=0)] * 2  # 10 shares of the 100 of the bar are still believed
    assert "bar's volume" not in doubted(a_run(trades=trades))
    market = flat_market()
    market.symbols[0].columns.volume[:2] = (99, 0)
    said = doubted(a_run(market, trades=[a_trade()]))
    assert "no volume at all: 1 fill." in said and "volume: 1 fill." in said


def test_a_run_without_costs_is_doubted() -> None:
    said = doubted(a_run(trades=[a_trade()], settings={"costs.slippage_ticks": 0}))
    assert "Commission and tax are 0" in said and "There is no slippage" in said


def test_many_refused_buys_are_doubted() -> None:
    market = flat_market()
    outcome = an_outcome(market)
    counts = Counts(denied=5, refusals=Refusals(cash=1, max_positions=4))
    run = a_run(market, outcome=replace(outcome, counts=counts))
    assert "Refused: 5 buy signals (every position taken 4, not enough cash 1); see" in doubted(run)
    assert "Refused" not in doubted(a_run(market, outcome=outcome))


def test_refused_buys_are_told_by_reason() -> None:
    market = flat_market()
    counts = Counts(fills=4, canceled=1, denied=1, refusals=Refusals(order_size=1))
    outcome = replace(an_outcome(market), counts=counts)
    html = report_page(a_run(market, outcome=outcome), None, "en")
    part = html[html.index('id="refused"') :]
    for told in ("share of capital buys no share", "25.0%", "raise risk.max_position_pct"):
        assert told in part
    assert 'id="refused"' not in report_page(a_run(market), None, "en")


def test_scripts_find_what_they_look_for() -> None:
    html = report_page(a_real_run(), None, "ko")
    ids = [str(found["id"]) for _, found in Page(html).elements if "id" in found]
    assert len(ids) == len(set(ids))
    looked_for = set(re.findall(r"getElementById\('([\w-]+)'\)", html)) | {"price", "equity"}
    assert looked_for and looked_for <= set(ids)
