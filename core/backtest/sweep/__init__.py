"""Many backtests over a grid of settings, and how far the best of them can be believed."""
