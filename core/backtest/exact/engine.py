"""The order of work at each timestamp: strategy.md, section 5, to the letter."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Sequence
from datetime import date, timedelta
from math import inf

import numpy as np

from config.schema import Settings
from core.backtest.exact.books import Books, Waiting
from core.backtest.exact.feed import Feed, moments
from core.backtest.exact.symbol import Holding, ScoredDay, SymbolRun
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


class ExactRun:
    """One run; `run` is called once."""

    def __init__(self, market: MarketData, settings: Settings, trade_from: date | None) -> None:
        self._market, self._trade_from = market, trade_from
        self._names = market.names
        self._books = Books(settings)
        self._runs = [SymbolRun(settings) for _ in market.symbols]
        self._closes: list[Price] = [0] * len(market.symbols)  # the last ones of what is held
        self._scorer = Scorer(settings)
        self._buy_at = settings[ScoreOptions].buy_threshold - _NEAR
        self._sell_at = settings[ScoreOptions].sell_threshold - _NEAR
        self._exits, self._limits = settings[ExitOptions], settings[DailyLimitOptions]
        # A bar whose score stays below this is not worth a decision; the time stop needs no score.
        self._least = -inf if self._exits.time_stop_min else min(self._buy_at, self._sell_at)
        self._feed = Feed(market, settings[TimetableOptions])
        self._held: list[int] = []  # places of symbols held, ascending
        self._block = ""  # why nothing may be bought now
        self._is_limited = False
        self._signals = 0
        self._hits: list[LimitHit] = []
        self._cash, self._value = array("d"), array("d")

    def run(self, progress: Progress) -> Outcome:
        for done, (day, parts) in enumerate(self._feed.days(), 1):
            self._trade(day, [self._runs[part.place].begin(part, self._scorer) for part in parts])
            progress(done / len(self._feed))
        return self._outcome()

    def _trade(self, day: date, parts: Sequence[ScoredDay]) -> None:
        books, held, least = self._books, self._held, self._least
        portfolio, waiting = books.portfolio, books.waiting
        is_early = self._trade_from is not None and day < self._trade_from
        self._block, self._is_limited = "stopped" if is_early else "", False
        start, fills = self._basis(0), books.fills  # nothing is held overnight
        for moment, group in moments([part.bars.start for part in parts]):
            if held or waiting:
                for place, row in group:
                    self._fill(parts[place], row)
            value = self._market_value() if held else 0
            # With nothing held only a fill of this moment can have moved the equity.
            if held or books.fills != fills:
                fills = books.fills
                self._watch(day, moment, start, value)
            for place, row in group:
                part = parts[place]
                if part.most[row] >= least:
                    self._decide(part, row)
            self._cash.append(portfolio.cash)
            self._value.append(value)

    # Step 1: what the market does during the bar

    def _fill(self, part: ScoredDay, row: int) -> None:
        run, bars = self._runs[part.place], part.bars
        self._closes[part.place] = bars.close[row]
        order = self._books.waiting.pop(bars.symbol, None)
        if order is not None:
            self._execute(part.place, run, bars.bar(row), order)
        if run.holding is not None:
            self._close(part, row, run, run.holding)

    def _execute(self, place: int, run: SymbolRun, bar: Bar, order: Waiting) -> None:
        """Step (a)."""
        if order.side is Side.SELL:
            self._sold(place, run, bar, bar.open, order.reason)
            return
        price = self._books.fill_buy(bar, order)
        if price is None:
            return
        day = bar.start.date()
        run.holding = Holding(price, bar.start, price, self._levels(price, price, day))
        insort(self._held, place)

    def _close(self, part: ScoredDay, row: int, run: SymbolRun, holding: Holding) -> None:
        """Steps (b), (c) and (d); the first that applies sells."""
        found = _exit(part, row, holding)
        if found is None:
            self._raise_stop(part, row, holding)
            return
        reference, reason = found
        self._books.orders += 1
        self._sold(part.place, run, part.bars.bar(row), reference, reason)
        self._signals += reason in _LEVELS

    def _raise_stop(self, part: ScoredDay, row: int, holding: Holding) -> None:
        """Let the stop follow the bar's high, from the next bar on."""
        high = part.bars.high[row]
        if high <= holding.peak or holding.levels.rises_at == inf:
            return
        holding.peak = high
        holding.levels = self._levels(holding.entry_price, high, part.bars.time(row).date())

    def _levels(self, price: Price, peak: Price, day: date) -> Levels:
        even = price * self._books.costs.break_even_ratio(True, day)
        return levels(price, peak, self._books.grid.tick(peak), even, self._exits)

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
        if self._is_limited:
            return
        limit = reached(start, self._basis(market_value), self._limits)
        if limit is None:
            return
        self._is_limited, self._block = True, "daily_limit"
        self._hits.append(LimitHit(day, limit, moment))
        self._books.cancel_buys()
        for place in self._held:
            self._books.sell(self._names[place], Reason.LIMIT)

    # Step 3: signals at the close

    def _decide(self, part: ScoredDay, row: int) -> None:
        run, bars = self._runs[part.place], part.bars
        if (
            (run.holding is not None or (not self._block and row < part.cutoff))
            and row + 1 < len(bars)
            and part.first + row + 1 >= run.warmup
            and bars.symbol not in self._books.waiting
        ):
            self._signals += self._act(part, row, run.holding)

    def _act(self, part: ScoredDay, row: int, holding: Holding | None) -> bool:
        """Order what the close of a bar calls for; return whether it calls for anything."""
        if holding is None:
            return self._says_buy(part, row) and self._books.buy(part.bars.bar(row), self._block)
        if self._says_sell(part, row):
            self._books.sell(part.bars.symbol, Reason.SIGNAL)
        elif self._is_overdue(holding, part.bars.bar(row)):
            self._books.sell(part.bars.symbol, Reason.TIME)
        else:
            return False
        return True

    def _says_buy(self, part: ScoredDay, row: int) -> bool:
        if part.most[row] < self._buy_at:
            return False
        return self._scorer.sums(part.before(row), part.snapshot(row))[0] >= self._buy_at

    def _says_sell(self, part: ScoredDay, row: int) -> bool:
        if part.most[row] < self._sell_at:
            return False
        return self._scorer.sums(part.before(row), part.snapshot(row))[1] >= self._sell_at

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
            denied=books.denied,
            canceled=books.canceled,
        )
        start = books.portfolio.start_capital
        return Outcome(tuple(trades), curve, counts, tuple(self._hits), start, books.portfolio.cash)


def _exit(part: ScoredDay, row: int, holding: Holding) -> tuple[Price, Reason] | None:
    """Return at what reference price and why a bar sells the position, None where it stays."""
    bars, stop, target = part.bars, holding.levels.stop, holding.levels.target
    opened = bars.open[row]
    if row >= part.flatten:
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
