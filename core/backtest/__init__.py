"""Trading on recorded bars: two engines with one truth, and what is made of their outcome.

`exact` goes bar by bar with the live engine's own parts; `fast` jumps from event to event over
whole columns. Both give the same trades, costs and equity for the same bars and settings.
"""
