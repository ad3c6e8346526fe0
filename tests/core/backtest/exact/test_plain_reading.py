"""The engine against a second, slow reading of the strategy's text, trade by trade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Settings
from core.backtest.exact import run_exact
from core.backtest.loading import load
from core.backtest.market import MarketData
from core.backtest.outcome import Outcome
from core.sessions import open_calendar
from tests.app.terminal import DATA, needs_data
from tests.core.backtest.exact.plain_signals import with_scores
from tests.core.backtest.exact.plain_trading import Plain
from tests.core.backtest.markets import LIVELY, SEOUL, a_market

NEW_YORK = ZoneInfo("America/New_York")
EXAM_DAY = date(2025, 11, 13)
COLUMNS = ("open", "high", "low", "close", "volume", "turnover")

PCT = st.sampled_from([0.1, 0.3, 1.0, 3.0])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "strategy.ema_long": st.sampled_from([3, 9, 21]),
        "strategy.rsi_period": st.sampled_from([2, 14]),
        "strategy.bb_period": st.sampled_from([2, 20]),
        "strategy.bb_width": st.sampled_from([0.5, 2.0]),
        "strategy.weight_ema_cross": st.sampled_from([0, 0.3, 1.0]),
        "strategy.weight_vwap_break": st.sampled_from([0, 0.5]),
        "strategy.buy_threshold": st.sampled_from([0.3, 0.7, 1.2]),
        "strategy.sell_threshold": st.sampled_from([0.5, 1.5, 50]),
        "risk.start_capital": st.sampled_from([600_000, 1_000_000, 30_000_000]),
        "risk.max_position_pct": st.sampled_from([10, 34, 100]),
        "risk.stop_loss_pct": PCT,
        "risk.take_profit_pct": PCT,
        "risk.max_positions": st.integers(1, 4),
        "risk.daily_target_pct": st.sampled_from([0, 0.2, 1]),
        "risk.daily_max_loss_pct": st.sampled_from([0, 0.2, 1]),
        "risk.daily_basis": st.sampled_from(["equity", "realized"]),
        "risk.entry_cutoff_min": st.sampled_from([0, 20, 40]),
        "risk.flatten_before_close_min": st.sampled_from([0, 15, 30]),
        "costs.commission_bps": st.sampled_from([0, 1.5, 33.3]),
        "costs.tax_bps": st.sampled_from([0, 20]),
        "costs.slippage_ticks": st.integers(0, 2),
        "costs.tick_rule": st.sampled_from(["krx", "none"]),
        "costs.round_costs": st.booleans(),
    },
)


def krx_close(day: date) -> datetime:
    return datetime.combine(day, time(16 if day == EXAM_DAY else 15, 30), SEOUL)


def new_york_close(day: date) -> datetime:
    return datetime.combine(day, time(16), NEW_YORK)


def frames(market: MarketData) -> dict[str, pd.DataFrame]:
    found = {}
    for bars in market.symbols:
        frame = pd.DataFrame({name: bars.columns[name] for name in COLUMNS})
        frame["time"] = [market.moment(start) for start in bars.columns.start.tolist()]
        found[bars.symbol] = frame
    return found


def read(
    bars: dict[str, pd.DataFrame],
    options: Settings,
    close_of: Callable[[date], datetime] = krx_close,
    begin: date | None = None,
) -> Plain:
    values = options.as_json()
    scored = {name: with_scores(frame, values) for name, frame in bars.items()}
    plain = Plain(scored, values, close_of, begin or date.min)
    plain.run()
    return plain


def _nearly(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-6) if isinstance(value, float) else value


def check(outcome: Outcome, plain: Plain) -> None:
    """Compare everything; money to 1e-9 of its size, the rest exactly."""
    ours = [
        (
            trade.symbol,
            trade.entry_time,
            trade.entry_price,
            trade.quantity,
            trade.exit_time,
            trade.exit_price,
            trade.exit_reason.value,
            trade.gross_pnl,
            trade.commission,
            trade.tax,
        )
        for trade in outcome.trades
    ]
    assert len(ours) == len(plain.trades)
    for one, other in zip(ours, plain.trades, strict=True):
        assert one == tuple(map(_nearly, other))
    assert [time.timestamp() for time, *_ in plain.equity] == outcome.equity.time.tolist()
    cash, value = ([row[at] for row in plain.equity] for at in (1, 2))
    np.testing.assert_allclose(outcome.equity.cash, cash, rtol=1e-9)
    np.testing.assert_allclose(outcome.equity.market_value, value, rtol=1e-9)
    hits = [(hit.time, hit.limit.value) for hit in outcome.limits]
    assert hits == [(time.timestamp(), limit) for time, limit in plain.limits]
    assert outcome.counts.denied == len(plain.refused)
    assert outcome.counts.canceled == len(plain.canceled)


@given(
    seed=st.integers(0, 10**6),
    symbols=st.integers(1, 5),
    is_whole=st.booleans(),
    starts_late=st.booleans(),
    changes=CHANGES,
)
@settings(max_examples=10, deadline=None)
def test_any_market_and_settings(
    seed: int, symbols: int, is_whole: bool, starts_late: bool, changes: dict[str, Any]
) -> None:
    market = a_market(seed, symbols, days=4, minutes=50, is_whole=is_whole)
    begin = date(2025, 11, 11) if starts_late else None
    options = Settings({**LIVELY, **changes})
    check(run_exact(market, options, trade_from=begin), read(frames(market), options, begin=begin))


CROWDED = {
    **LIVELY,
    "risk.max_position_pct": 35,
    "risk.stop_loss_pct": 0.4,
    "risk.take_profit_pct": 0.4,
    "risk.daily_max_loss_pct": 0.5,
    "risk.daily_target_pct": 0.5,
    "risk.flatten_before_close_min": 30,
    "costs.commission_bps": 5,
}
"""Cash for some of the symbols, and limits that are reached."""


def crowded(seed: int) -> tuple[MarketData, Settings]:
    """Return six symbols that often have no bar, and too little cash for all of them."""
    capital = 1_000_000 * (1 + seed % 2)  # not enough for a share of 501,000 won, or just so
    market = a_market(seed, symbols=6, days=4, densities=(0.3, 0.6))
    wide = {"risk.stop_loss_pct": 3, "risk.take_profit_pct": 3} if seed % 3 else {}
    own = {"risk.start_capital": capital, "risk.max_positions": 1 + seed % 3}
    return market, Settings({**CROWDED, **wide, **own})


def test_crowded_markets_meet_every_way_out_every_limit_and_every_refusal() -> None:
    reasons: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    limits: Counter[str] = Counter()
    canceled = 0
    for seed in range(12):
        market, options = crowded(seed)
        plain = read(frames(market), options)
        check(run_exact(market, options), plain)
        reasons.update(trade[6] for trade in plain.trades)
        refused.update(why for *_, why in plain.refused)
        limits.update(limit for _, limit in plain.limits)
        canceled += len(plain.canceled)
    assert set(reasons) == {"SIGNAL", "SL", "TP", "EOD", "LIMIT"}
    assert set(refused) == {"quantity", "cash", "positions"}
    assert set(limits) == {"LOSS", "TARGET"}
    assert sum(reasons.values()) > 150
    assert min(*reasons.values(), canceled) >= 3, (reasons, canceled)


REAL = [
    ("XKRX", SEOUL, krx_close, ["005930"], {}),
    ("XKRX", SEOUL, krx_close, ["005490", "033640", "306200", "000660", "033780"], {}),
    (
        "XNYS",
        NEW_YORK,
        new_york_close,
        ["AAPL", "IBM", "SPY", "SP500"],
        {"costs.tick_rule": "none", "costs.round_costs": False},
    ),
]


@needs_data
@pytest.mark.parametrize("traded", [{}, LIVELY], ids=["defaults", "lively"])
@pytest.mark.parametrize(
    ("calendar", "zone", "close_of", "symbols", "own"), REAL, ids=["one", "five", "new-york"]
)
def test_real_files(
    calendar: str,
    zone: ZoneInfo,
    close_of: Callable[[date], datetime],
    symbols: list[str],
    own: dict[str, Any],
    traded: dict[str, Any],
) -> None:
    sessions = open_calendar(calendar, zone)
    loaded = load(DATA, symbols, sessions, zone, calendar == "XKRX", None, None, False, print)
    # 005930 cost two million won a share then.
    options = Settings({**traded, **own, "risk.start_capital": 100_000_000})
    plain = read({name: from_file(name, zone, close_of) for name in symbols}, options, close_of)
    check(run_exact(loaded.market, options), plain)
    assert len(plain.trades) > 5


def from_file(symbol: str, zone: ZoneInfo, close_of: Callable[[date], datetime]) -> pd.DataFrame:
    """Return the bars of regular sessions; the KRX prints its closing auction at the close."""
    found = pd.read_csv(DATA / f"{symbol}_1min.csv.gz")
    found["time"] = [datetime.fromisoformat(text).astimezone(zone) for text in found["datetime"]]
    found["turnover"] = np.nan
    is_krx = zone is SEOUL
    kept = [
        time(9, 0 if is_krx else 30) <= moment.time()
        and (moment <= close_of(moment.date()) if is_krx else moment < close_of(moment.date()))
        for moment in found["time"]
    ]
    return found[kept].sort_values("time").reset_index(drop=True)
