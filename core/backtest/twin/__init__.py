"""The daily twin: a recorded day run through the backtest, beside what was really filled."""
