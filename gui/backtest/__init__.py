"""The backtest window: what is traded on, the run, and what came of it."""
