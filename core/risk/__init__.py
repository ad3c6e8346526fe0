"""Sizing, pre-trade checks, stops and targets, daily limits (strategy.md, section 4)."""
