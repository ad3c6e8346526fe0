"""The terminal a command was started in: results out, errors in one line, signals in."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from config import arguments
from config.masking import masked_text
from config.text import Text
from core.domain.errors import TerminalError
from core.domain.messages import Event, Message, Noted, Severity, Shutdown, TradeClosed
from core.domain.portfolio import Trade
from core.drivers import Pace
from core.program import Program

DONE, FAILED, WRONG_USAGE, NOT_FLAT, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes of cli.md."""

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def say_result(text: str) -> None:
    """Write one line of a result to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_object(result: Mapping[str, Any], as_json: bool) -> None:
    """Write a result object: one line of JSON, or lines to read."""
    if as_json:
        say_result(json.dumps(result))  # ASCII, whatever the pipe's encoding
        return
    for name, value in result.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        shown = f"{value:,}" if is_number else value
        say_result(f"{name:<17} {shown}")


def fail(error: Exception, words: Sequence[str], code: int) -> int:
    """Say in one line what went wrong; return `code`."""
    if "--debug" in words:
        sys.stderr.write(masked_text("".join(traceback.format_exception(error))))
    line = said(error).in_(arguments.asked_language(words))
    sys.stderr.write(line.replace("\n", " ") + "\n")
    return code


def said(error: Exception) -> Text:
    """Return what an error tells a person, in both languages where it can."""
    if isinstance(own := getattr(error, "text", None), Text):  # it speaks both languages
        text = own
    elif isinstance(error, TerminalError | OSError) and str(error):
        text = Text.of(str(error))
    else:
        text = Text(
            f"프로그램 내부 오류입니다. 알려 주세요: {error!r}",
            f"internal error, please report it: {error!r}",
        )
    return Text(f"오류: {text.ko}", f"error: {text.en}")


@contextmanager
def on_stop_signals(handle: Callable[[int, Any], Any]) -> Iterator[None]:
    """Give Ctrl+C and SIGTERM to `handle` for a while."""
    before = {number: signal.signal(number, handle) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def interruptible(inbox: deque[Message], pace: Pace) -> Iterator[list[int]]:
    """Turn Ctrl+C and SIGTERM into a clean stop; the list holds the signals that came."""
    came: list[int] = []

    def stop(number: int, _: Any) -> None:
        came.append(number)
        inbox.append(Shutdown())
        pace.interrupt()

    with on_stop_signals(stop):
        yield came


class Telling:
    """Tells the person at the terminal of trades and troubles, and whoever else has an ear."""

    def __init__(self, program: Program, *ears: Callable[[Sequence[Event]], object]) -> None:
        self._program, self._ears = program, ears

    def __call__(self, events: Sequence[Event]) -> None:
        for hear in self._ears:
            hear(events)
        for event in events:
            if isinstance(event, TradeClosed):
                self._tell(event.trade.exit_time, event.trade.symbol, _trade_text(event.trade))
            elif isinstance(event, Noted) and event.severity is not Severity.INFO:
                self._tell(event.time, event.symbol, event.text)

    def _tell(self, time: datetime, symbol: str, text: Text) -> None:
        start = f"{time:%m-%d %H:%M:%S} {symbol:<6} "
        self._program.say(Text(start + text.ko, start + text.en))


def _trade_text(trade: Trade) -> Text:
    entry, exit_ = (
        f"{price:,.2f}".removesuffix(".00") for price in (trade.entry_price, trade.exit_price)
    )
    line = f"{entry} → {exit_} x {trade.quantity:,} {trade.exit_reason.value}"
    net = f"{trade.net_pnl:+,.0f}"
    return Text(f"{line} 순손익 {net}", f"{line} net {net}")
