"""What each TR answers, one function each, registered under the TR's code."""

from __future__ import annotations

from broker.kiwoom.emulator.answers import account, charts, orders, quotes, rankings
from broker.kiwoom.emulator.answers.registry import Facts, Reply, answer_to

__all__ = ["Facts", "Reply", "account", "answer_to", "charts", "orders", "quotes", "rankings"]
