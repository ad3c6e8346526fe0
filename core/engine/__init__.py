"""The engine: one thread's state machine from market data to orders; see `Engine.handle`."""

from core.engine.engine import Engine

__all__ = ["Engine"]
