"""Names settings once had. To rename a setting, add its old name here; old files stay readable.

Names without a dot are of the old flat layout, where all settings stood side by side.
"""

from __future__ import annotations

from collections.abc import Mapping

OLD_NAMES: Mapping[str, str] = {
    "symbols": "market.symbols",
    "watchlist": "market.symbols",
    "timezone": "market.timezone",
    "historical_lookback_days": "market.historical_lookback_days",
    "ema_short": "strategy.ema_short",
    "ema_long": "strategy.ema_long",
    "rsi_period": "strategy.rsi_period",
    "rsi_oversold": "strategy.rsi_oversold",
    "rsi_overbought": "strategy.rsi_overbought",
    "bb_period": "strategy.bb_period",
    "bb_width": "strategy.bb_width",
    "bb_std": "strategy.bb_width",
    "weight_ema_cross": "strategy.weight_ema_cross",
    "weight_rsi": "strategy.weight_rsi",
    "weight_bb_break": "strategy.weight_bb_break",
    "weight_vwap_break": "strategy.weight_vwap_break",
    "weight_ai": "strategy.weight_ai",
    "buy_threshold": "strategy.buy_threshold",
    "sell_threshold": "strategy.sell_threshold",
    "ai_enabled": "ai.enabled",
    "ai_endpoint": "ai.endpoint",
    "ai_timeout_ms": "ai.timeout_ms",
    "ai_threshold": "ai.threshold",
    "start_capital": "risk.start_capital",
    "initial_capital": "risk.start_capital",
    "max_position_pct": "risk.max_position_pct",
    "stop_loss_pct": "risk.stop_loss_pct",
    "take_profit_pct": "risk.take_profit_pct",
    "max_positions": "risk.max_positions",
    "max_orders_per_minute": "risk.max_orders_per_minute",
    "price_collar_pct": "risk.price_collar_pct",
    "stale_after_s": "risk.stale_after_s",
    "daily_target_pct": "risk.daily_target_pct",
    "daily_max_loss_pct": "risk.daily_max_loss_pct",
    "daily_basis": "risk.daily_basis",
    "entry_cutoff_min": "risk.entry_cutoff_min",
    "flatten_before_close_min": "risk.flatten_before_close_min",
    "commission_bps": "costs.commission_bps",
    "tax_bps": "costs.tax_bps",
    "slippage_ticks": "costs.slippage_ticks",
    "language": "ui.language",
    "theme": "ui.theme",
}
