"""Sections 4 and 5 of the strategy read once more, without a line of the program.

Slow on purpose: every timestamp looks at every symbol, and nothing is kept that can be looked up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

Bar = Mapping[str, Any]
BANDS = [
    (2_000, 1),
    (5_000, 5),
    (20_000, 10),
    (50_000, 50),
    (200_000, 100),
    (500_000, 500),
    (math.inf, 1_000),
]


@dataclass
class Held:
    quantity: int
    price: float
    since: datetime
    commission: float


@dataclass
class Working:
    side: str
    reason: str = ""
    quantity: int = 0
    reserve: float = 0


@dataclass
class Plain:
    """One account on its way through the bars; `run` fills the four lists."""

    bars: Mapping[str, pd.DataFrame]  # with scores, by symbol in the configured order
    options: Mapping[str, Any]
    close_of: Callable[[date], datetime]
    trade_from: date = date.min
    trades: list[tuple[Any, ...]] = field(default_factory=list)
    equity: list[tuple[datetime, float, float]] = field(default_factory=list)
    limits: list[tuple[datetime, str]] = field(default_factory=list)
    refused: list[tuple[datetime, str, str]] = field(default_factory=list)
    canceled: list[tuple[datetime, str]] = field(default_factory=list)

    def run(self) -> None:
        self.capital = self.cash = float(self.options["risk.start_capital"])
        self.held: dict[str, Held] = {}
        self.working: dict[str, Working] = {}
        self.last: dict[str, float] = {}
        rows = {name: frame.to_dict("records") for name, frame in self.bars.items()}
        at = {name: {row["time"]: row for row in of} for name, of in rows.items()}
        last_of = {
            name: {row["time"].date(): row["time"] for row in of} for name, of in rows.items()
        }
        day = None
        for now in sorted({time for of in at.values() for time in of}):
            if now.date() != day:
                day, self.is_over, self.start = now.date(), False, self._basis()
            here = [(name, at[name][now]) for name in self.bars if now in at[name]]
            for name, bar in here:
                self._market(name, bar, now == last_of[name][day])
            self._daily_limits(now)
            for name, bar in here:
                if now != last_of[name][day]:
                    self._signals(name, bar)
            self.equity.append((now, self.cash, self._market_value()))

    # 1.

    def _market(self, name: str, bar: Bar, is_last: bool) -> None:
        self.last[name] = bar["close"]
        order = self.working.pop(name, None)
        if order and order.side == "BUY":
            self._buy(name, bar, order)
        elif order:
            self._sell(name, bar, bar["open"], order.reason)
        if name not in self.held:
            return
        stop = self.held[name].price * (1 - self.options["risk.stop_loss_pct"] / 100)
        target = self.held[name].price * (1 + self.options["risk.take_profit_pct"] / 100)
        if bar["time"] >= self._before_close(bar["time"], "risk.flatten_before_close_min"):
            self._sell(name, bar, bar["open"], "EOD")
        elif bar["open"] <= stop:
            self._sell(name, bar, bar["open"], "SL")
        elif bar["low"] <= stop:
            self._sell(name, bar, stop, "SL")
        elif bar["open"] >= target:
            self._sell(name, bar, bar["open"], "TP")
        elif bar["high"] >= target:
            self._sell(name, bar, target, "TP")
        elif is_last:
            self._sell(name, bar, bar["close"], "EOD")

    def _buy(self, name: str, bar: Bar, order: Working) -> None:
        price, quantity = self._fill_price(bar["open"], "BUY"), order.quantity
        while quantity and quantity * price + self._commission(quantity * price) > self.cash:
            quantity -= 1
        if not quantity:
            self.canceled.append((bar["time"], name))
            return
        commission = self._commission(quantity * price)
        self.cash -= quantity * price + commission
        self.held[name] = Held(quantity, price, bar["time"], commission)

    def _sell(self, name: str, bar: Bar, reference: float, reason: str) -> None:
        held, price = self.held.pop(name), self._fill_price(reference, "SELL")
        value = price * held.quantity
        commission, tax = self._commission(value), self._share(value, "costs.tax_bps")
        self.cash += value - commission - tax
        gross, both = value - held.price * held.quantity, held.commission + commission
        self.capital += gross - both - tax
        entry, way_out = (held.since, held.price), (bar["time"], price, reason)
        self.trades.append((name, *entry, held.quantity, *way_out, gross, both, tax))

    # 2.

    def _daily_limits(self, now: datetime) -> None:
        change_pct = (self._basis() - self.start) / self.start * 100
        target, loss = (self.options[f"risk.daily_{n}_pct"] for n in ("target", "max_loss"))
        is_target, is_loss = 0 < target <= change_pct, 0 < loss <= -change_pct
        if self.is_over or not (is_target or is_loss):
            return
        self.is_over = True
        self.limits.append((now, "LOSS" if is_loss else "TARGET"))
        buys = [name for name, order in self.working.items() if order.side == "BUY"]
        self.canceled += [(now, name) for name in buys]
        self.working = {name: Working("SELL", "LIMIT") for name in self.held}

    def _basis(self) -> float:
        if self.options["risk.daily_basis"] == "realized":
            return self.capital
        return self.cash + self._market_value()

    def _market_value(self) -> float:
        return sum(self.held[n].quantity * self.last[n] for n in self.bars if n in self.held)

    # 3.

    def _signals(self, name: str, bar: Bar) -> None:
        if name in self.working:
            return
        if name in self.held:
            if bar["sell"] >= self.options["strategy.sell_threshold"] - 1e-9:
                self.working[name] = Working("SELL", "SIGNAL")
        elif bar["buy"] >= self.options["strategy.buy_threshold"] - 1e-9:
            is_late = bar["time"] >= self._before_close(bar["time"], "risk.entry_cutoff_min")
            if not (is_late or self.is_over or bar["time"].date() < self.trade_from):
                self._want(name, bar)

    def _want(self, name: str, bar: Bar) -> None:
        most = self.capital * self.options["risk.max_position_pct"] / 100
        quantity = int(most // bar["close"])
        value = bar["close"] * quantity
        needed = value + self._commission(value)
        buys = [order for order in self.working.values() if order.side == "BUY"]
        checks = {
            "quantity": quantity >= 1,
            "cash": needed <= self.cash - sum(order.reserve for order in buys),
            "position value": value <= most,
            "positions": len(self.held) + len(buys) < self.options["risk.max_positions"],
        }
        failed = [check for check, passed in checks.items() if not passed]
        if failed:
            self.refused.append((bar["time"], name, failed[0]))
        else:
            self.working[name] = Working("BUY", "", quantity, needed)

    # Prices and costs

    def _before_close(self, time: datetime, minutes: str) -> datetime:
        return self.close_of(time.date()) - timedelta(minutes=self.options[minutes])

    def _fill_price(self, reference: float, side: str) -> float:
        if self.options["costs.tick_rule"] == "none":
            return reference
        tick = next(size for below, size in BANDS if reference < below)
        slippage = self.options["costs.slippage_ticks"]
        if side == "BUY":
            return (math.ceil(reference / tick - 1e-9) + slippage) * tick
        return (math.floor(reference / tick + 1e-9) - slippage) * tick

    def _commission(self, value: float) -> float:
        return self._share(value, "costs.commission_bps")

    def _share(self, value: float, bps: str) -> float:
        share = Fraction(value) * Fraction(str(self.options[bps])) / 10_000
        return math.floor(share) if self.options["costs.round_costs"] else float(share)
