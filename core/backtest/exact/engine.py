"""The order of work at each timestamp: strategy.md, section 5, to the letter."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, timedelta

import numpy as np

from config.schema import Settings
from core.backtest.exact.books import Books, Waiting
from core.backtest.exact.feed import DayOfSymbol, Feed
from core.backtest.exact.symbol import Holding, SymbolRun
from core.backtest.exact.trail import Trail
from core.backtest.market import MarketData
from core.backtest.outcome import Counts, EquityCurve, LimitHit, Outcome, Progress
from core.domain.market import Bar
from core.domain.order import Reason, Side
from core.domain.price import Price
from core.domain.signal import Action
from core.risk.checks.entries_allowed import TimetableOptions
from core.risk.daily_limits import DailyLimitOptions, reached
from core.risk.exits import ExitOptions, levels
from core.scoring import ScoreOptions, Scorer

_NEAR = 1e-9  # a threshold is reached this far below it (strategy.md, section 3)
_MINUTE = timedelta(minutes=1)
_ACTIONS = {Reason.SL: Action.SELL_SL, Reason.TP: Action.SELL_TP}


class ExactRun:
    """One run; `run` is called once."""

    def __init__(
        self,
        market: MarketData,
        settings: Settings,
        trade_from: date | None,
        trail: Trail | None,
    ) -> None:
        self._market, self._trade_from, self._trail = market, trade_from, trail
        self._names = market.names
        self._books = Books(settings)
        self._runs = [SymbolRun(settings) for _ in market.symbols]
        self._closes: list[Price] = [0] * len(market.symbols)
        self._scorer = Scorer(settings)
        self._buy_at = settings[ScoreOptions].buy_threshold - _NEAR
        self._sell_at = settings[ScoreOptions].sell_threshold - _NEAR
        self._exits, self._limits = settings[ExitOptions], settings[DailyLimitOptions]
        self._feed = _feed(market, settings[TimetableOptions])
        self._held: list[int] = []  # places of symbols held, ascending
        self._block = ""  # why nothing may be bought now
        self._is_limited = False
        self._signals = 0
        self._hits: list[LimitHit] = []
        self._cash, self._value = array("d"), array("d")

    def run(self, progress: Progress) -> Outcome:
        for done, (day, parts) in enumerate(self._feed.days(), 1):
            self._trade(day, parts)
            progress(done / len(self._feed))
        return self._outcome()

    def _trade(self, day: date, parts: Sequence[DayOfSymbol]) -> None:
        is_early = self._trade_from is not None and day < self._trade_from
        self._block, self._is_limited = "stopped" if is_early else "", False
        start, fills = self._basis(0), self._books.fills  # nothing is held overnight
        for moment, group in self._feed.moments(parts):
            for part, row in group:
                self._fill(part, row)
            value = self._market_value() if self._held else 0
            # With nothing held only a fill of this moment can have moved the equity.
            if not self._is_limited and (self._held or self._books.fills != fills):
                self._watch(day, moment, start, value)
            fills = self._books.fills
            for part, row in group:
                self._decide(part, row)
            self._cash.append(self._books.portfolio.cash)
            self._value.append(value)

    # Step 1: what the market does during the bar

    def _fill(self, part: DayOfSymbol, row: int) -> None:
        run, bar = self._runs[part.place], part.bars[row]
        self._closes[part.place] = bar.close
        run.action = Action.HOLD
        order = self._books.waiting.pop(bar.symbol, None)
        if order is not None:
            self._execute(part.place, run, bar, order)
        if run.holding is not None:
            self._close(part, row, run, run.holding)

    def _execute(self, place: int, run: SymbolRun, bar: Bar, order: Waiting) -> None:
        if order.side is Side.SELL:
            self._sold(place, run, bar, bar.open, order.reason)
            return
        price = self._books.fill_buy(bar, order)
        if price is None:
            return
        run.holding = self._holding(bar, price)
        self._held = sorted([*self._held, place])

    def _holding(self, bar: Bar, price: Price) -> Holding:
        tick = self._books.grid.tick(price)
        even = price * self._books.costs.break_even_ratio(True, bar.start.date())
        return Holding(price, bar.start, price, levels(price, price, tick, even, self._exits))

    def _close(self, part: DayOfSymbol, row: int, run: SymbolRun, holding: Holding) -> None:
        """Steps (b), (c) and (d); the first that applies sells."""
        bar = part.bars[row]
        found = _exit(bar, holding, row >= part.flatten, row + 1 == len(part.bars))
        if found is None:
            self._raise_stop(bar, holding)
            return
        reference, reason = found
        self._books.orders += 1
        self._sold(part.place, run, bar, reference, reason)
        run.action = _ACTIONS.get(reason, Action.HOLD)
        self._signals += run.action is not Action.HOLD

    def _raise_stop(self, bar: Bar, holding: Holding) -> None:
        """Let the stop follow the bar's high, from the next bar on."""
        if bar.high <= holding.peak:
            return
        holding.peak = bar.high
        price, tick = holding.entry_price, self._books.grid.tick(bar.high)
        even = price * self._books.costs.break_even_ratio(True, bar.start.date())
        holding.levels = levels(price, bar.high, tick, even, self._exits)

    def _sold(self, place: int, run: SymbolRun, bar: Bar, reference: Price, reason: Reason) -> None:
        assert run.holding is not None
        self._books.fill_sell(bar, reference, reason, run.holding.entry_price)
        run.holding = None
        self._held.remove(place)

    # Step 2: the day's limits at the closes

    def _market_value(self) -> Price:
        total: Price = 0
        portfolio = self._books.portfolio
        for place in self._held:
            total += portfolio.held(self._names[place]) * self._closes[place]
        return total

    def _basis(self, market_value: Price) -> Price:
        portfolio = self._books.portfolio
        if self._limits.daily_basis == "realized":
            return portfolio.capital
        return portfolio.cash + market_value

    def _watch(self, day: date, moment: int, start: Price, market_value: Price) -> None:
        limit = reached(start, self._basis(market_value), self._limits)
        if limit is None:
            return
        self._is_limited, self._block = True, "daily_limit"
        self._hits.append(LimitHit(day, limit, moment))
        self._books.cancel_buys()
        for place in self._held:
            self._books.sell(self._names[place], Reason.LIMIT)

    # Step 3: signals at the close

    def _decide(self, part: DayOfSymbol, row: int) -> None:
        run, bar = self._runs[part.place], part.bars[row]
        before, latest = run.take(bar)
        may_act = (
            (run.holding is not None or (not self._block and row < part.cutoff))
            and row + 1 < len(part.bars)
            and run.bars >= run.warmup
            and bar.symbol not in self._books.waiting
        )
        score = (0.0, 0.0)
        if may_act or self._trail is not None:
            score = self._scorer.sums(before, latest)
        if may_act:
            self._act(run, bar, *score)
        if self._trail is not None:
            bars = part.first + row
            self._trail.saw(part.place, bars, latest.values, score, run.action)

    def _act(self, run: SymbolRun, bar: Bar, buy: float, sell: float) -> None:
        action = Action.HOLD
        if run.holding is None:
            if buy >= self._buy_at and self._books.buy(bar, self._block):
                action = Action.BUY
        elif sell >= self._sell_at:
            action = Action.SELL
            self._books.sell(bar.symbol, Reason.SIGNAL)
        elif self._is_overdue(run.holding, bar):
            action = Action.SELL_TIME
            self._books.sell(bar.symbol, Reason.TIME)
        if action is not Action.HOLD:
            self._signals += 1
            run.action = action

    def _is_overdue(self, holding: Holding, bar: Bar) -> bool:
        """Return whether the time stop sells at the close of `bar`; see core.risk.exits."""
        options = self._exits
        if not options.time_stop_min:
            return False
        age = bar.start + _MINUTE - holding.opened
        if age < timedelta(minutes=options.time_stop_min):
            return False
        return bar.close < holding.entry_price * (1 + options.time_stop_gain_pct / 100)

    def _outcome(self) -> Outcome:
        books = self._books
        places = {name: place for place, name in enumerate(self._market.names)}
        trades = sorted(books.trades, key=lambda trade: (trade.exit_time, places[trade.symbol]))
        curve = EquityCurve(
            self._market.times, np.array(self._cash, float), np.array(self._value, float)
        )
        counts = Counts(
            bars=self._market.bars,
            signals=self._signals,
            orders=books.orders,
            fills=books.fills,
            denied=sum(astuple(books.refusals)),
            canceled=books.canceled,
            refusals=books.refusals,
        )
        start = books.portfolio.start_capital
        return Outcome(tuple(trades), curve, counts, tuple(self._hits), start, books.portfolio.cash)


def _exit(
    bar: Bar, holding: Holding, is_flatten: bool, is_last: bool
) -> tuple[Price, Reason] | None:
    """Return at what reference price and why `bar` sells the position, None where it stays."""
    stop, target = holding.levels.stop, holding.levels.target
    if is_flatten:
        return bar.open, Reason.EOD
    if bar.open <= stop:
        return bar.open, Reason.SL
    if bar.low <= stop:
        return stop, Reason.SL
    if bar.open >= target:
        return bar.open, Reason.TP
    if bar.high >= target:
        return target, Reason.TP
    return (bar.close, Reason.EOD) if is_last else None


def _feed(market: MarketData, options: TimetableOptions) -> Feed:
    cutoffs = [bars.cutoffs(options).tolist() for bars in market.symbols]
    flattens = [bars.flattens(options).tolist() for bars in market.symbols]
    return Feed(market, cutoffs, flattens)
