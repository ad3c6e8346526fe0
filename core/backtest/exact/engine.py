"""The order of work at each timestamp: strategy.md, section 5, to the letter."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, timedelta
from math import inf
from operator import attrgetter

import numpy as np

from config.schema import Settings
from core.backtest.exact.books import Books, Waiting
from core.backtest.exact.feed import Feed
from core.backtest.exact.moments import Group, Moments
from core.backtest.exact.symbol import Holding, SymbolRun
from core.backtest.market import MarketData
from core.backtest.outcome import Counts, EquityCurve, LimitHit, Outcome, Progress
from core.domain.market import Bar
from core.domain.order import Reason, Side
from core.domain.price import Price
from core.risk.checks.entries_allowed import TimetableOptions
from core.risk.daily_limits import DailyLimitOptions, reached
from core.risk.exits import ExitOptions, Levels, levels
from core.scoring import ScoreOptions, Scorer

_NEAR = 1e-9  # a threshold is reached this far below it (strategy.md, section 3)
_MINUTE = timedelta(minutes=1)
_LEVELS = (Reason.SL, Reason.TP)
_place = attrgetter("place")


class ExactRun:
    """One run; `run` is called once."""

    def __init__(self, market: MarketData, settings: Settings, trade_from: date | None) -> None:
        self._market, self._trade_from = market, trade_from
        self._books, scorer = Books(settings), Scorer(settings)
        self._runs = [
            SymbolRun(place, symbol, settings, scorer) for place, symbol in enumerate(market.names)
        ]
        self._buy_at = settings[ScoreOptions].buy_threshold - _NEAR
        self._sell_at = settings[ScoreOptions].sell_threshold - _NEAR
        self._exits, self._limits = settings[ExitOptions], settings[DailyLimitOptions]
        # A bar whose score can't reach this needs no decision; the time stop needs no score.
        self._least = -inf if self._exits.time_stop_min else min(self._buy_at, self._sell_at)
        self._feed, self._moments = Feed(market, settings[TimetableOptions]), Moments()
        self._held: list[SymbolRun] = []  # in the configured order
        self._block = ""  # why nothing may be bought now
        self._is_limited = False
        self._signals = 0
        self._hits: list[LimitHit] = []
        self._cash, self._value = array("d"), array("d")

    def run(self, progress: Progress) -> Outcome:
        for done, (day, parts) in enumerate(self._feed.days(), 1):
            for part in parts:
                self._runs[part.place].begin(part)
            self._trade(day, [self._runs[part.place] for part in parts])
            progress(done / len(self._feed))
        return self._outcome()

    def _trade(self, day: date, runs: Sequence[SymbolRun]) -> None:
        """Do steps 1, 2 and 3 at each timestamp of a day; most have nothing to do in some."""
        held, waiting, least = self._held, self._books.waiting, self._least
        portfolio = self._books.portfolio
        add_cash, add_value = self._cash.append, self._value.append
        is_early = self._trade_from is not None and day < self._trade_from
        self._block, self._is_limited = "stopped" if is_early else "", False
        start = self._basis(0)  # nothing is held overnight
        for group in self._moments.of(runs):
            value: Price = 0
            if held or waiting:  # without either no order fills and no equity moves
                for run, row in group:
                    self._fill(run, row)
                value = self._market_value()
                self._watch(day, group, start, value)
            for run, row in group:
                if run.most[row] >= least:
                    self._decide(run, row)
            add_cash(portfolio.cash)
            add_value(value)

    # Step 1: what the market does during the bar

    def _fill(self, run: SymbolRun, row: int) -> None:
        run.close = run.bars.close[row]
        order = self._books.waiting.pop(run.symbol, None)
        if order is not None:
            self._execute(run, run.bars.bar(row), order)
        holding = run.holding
        if holding is None:
            return
        found = _exit(run, row, holding.levels)
        if found is not None:
            self._leave(run, row, *found)
        elif holding.levels.rises_at != inf:  # a trailing or break-even stop follows the price
            self._raise_stop(run, row, holding)

    def _execute(self, run: SymbolRun, bar: Bar, order: Waiting) -> None:
        """Step (a)."""
        if order.side is Side.SELL:
            self._sold(run, bar, bar.open, order.reason)
            return
        price = self._books.fill_buy(bar, order)
        if price is None:
            return
        shares = self._books.portfolio.held(run.symbol)
        found = self._levels(price, price, bar.start.date())
        run.holding = Holding(shares, price, bar.start, price, found)
        insort(self._held, run, key=_place)

    def _leave(self, run: SymbolRun, row: int, reference: Price, reason: Reason) -> None:
        self._books.orders += 1
        self._sold(run, run.bars.bar(row), reference, reason)
        self._signals += reason in _LEVELS

    def _raise_stop(self, run: SymbolRun, row: int, holding: Holding) -> None:
        """Let the stop follow the bar's high, from the next bar on."""
        high = run.bars.high[row]
        if high > holding.peak:
            holding.peak = high
            day = run.bars.time(row).date()
            holding.levels = self._levels(holding.entry_price, high, day)

    def _levels(self, price: Price, peak: Price, day: date) -> Levels:
        even = price * self._books.costs.break_even_ratio(True, day)
        return levels(price, peak, self._books.grid.tick(peak), even, self._exits)

    def _sold(self, run: SymbolRun, bar: Bar, reference: Price, reason: Reason) -> None:
        assert run.holding is not None
        self._books.fill_sell(bar, reference, reason, run.holding.entry_price)
        run.holding = None
        self._held.remove(run)

    # Step 2: the day's limits at the closes

    def _market_value(self) -> Price:
        total: Price = 0
        for run in self._held:
            assert run.holding is not None
            total += run.holding.shares * run.close
        return total

    def _basis(self, market_value: Price) -> Price:
        portfolio = self._books.portfolio
        if self._limits.daily_basis == "realized":
            return portfolio.capital
        return portfolio.cash + market_value

    def _watch(self, day: date, group: Group, start: Price, market_value: Price) -> None:
        if self._is_limited:
            return
        limit = reached(start, self._basis(market_value), self._limits)
        if limit is None:
            return
        self._is_limited, self._block = True, "daily_limit"
        first, row = group[0]
        self._hits.append(LimitHit(day, limit, int(first.bars.start[row])))
        self._books.cancel_buys()
        for run in self._held:
            self._books.sell(run.symbol, Reason.LIMIT)

    # Step 3: signals at the close

    def _decide(self, run: SymbolRun, row: int) -> None:
        if (
            (run.holding is not None or (not self._block and row < run.cutoff))
            and row + 1 < len(run.bars)
            and row >= run.warm_from
            and run.symbol not in self._books.waiting
        ):
            self._signals += self._act(run, row, run.holding)

    def _act(self, run: SymbolRun, row: int, holding: Holding | None) -> bool:
        """Order what the close of a bar calls for; return whether anything was ordered."""
        if holding is None:
            return self._says_buy(run, row) and self._books.buy(run.bars.bar(row), self._block)
        if self._says_sell(run, row):
            self._books.sell(run.symbol, Reason.SIGNAL)
        elif self._is_overdue(holding, run, row):
            self._books.sell(run.symbol, Reason.TIME)
        else:
            return False
        return True

    def _says_buy(self, run: SymbolRun, row: int) -> bool:
        return run.most[row] >= self._buy_at and run.sums(row)[0] >= self._buy_at

    def _says_sell(self, run: SymbolRun, row: int) -> bool:
        return run.most[row] >= self._sell_at and run.sums(row)[1] >= self._sell_at

    def _is_overdue(self, holding: Holding, run: SymbolRun, row: int) -> bool:
        """Return whether the time stop sells at a close; see core.risk.exits."""
        options = self._exits
        if not options.time_stop_min:
            return False
        age = run.bars.time(row) + _MINUTE - holding.opened
        if age < timedelta(minutes=options.time_stop_min):
            return False
        return run.close < holding.entry_price * (1 + options.time_stop_gain_pct / 100)

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


def _exit(run: SymbolRun, row: int, watched: Levels) -> tuple[Price, Reason] | None:
    """Return at what reference price and why a bar sells the position, None where it stays.

    Steps (b), (c) and (d); the first that applies sells.
    """
    bars, stop, target = run.bars, watched.stop, watched.target
    opened = bars.open[row]
    if row >= run.flatten:
        return opened, Reason.EOD
    if opened <= stop:
        return opened, Reason.SL
    if bars.low[row] <= stop:
        return stop, Reason.SL
    if opened >= target:
        return opened, Reason.TP
    if bars.high[row] >= target:
        return target, Reason.TP
    return (bars.close[row], Reason.EOD) if row + 1 == len(bars) else None
