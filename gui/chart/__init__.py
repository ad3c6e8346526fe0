"""The chart: candles, indicators and trades, drawn from numpy columns, visible bars only."""
