"""Run by the Python of the peers' environment: ticks a second through vnpy, as JSON on stdout.

EventEngine (its queue and its thread) -> BarGenerator -> ArrayManager -> EMA 20, RSI 14 and
Bollinger 20 by TA-Lib at every closed bar. No scores, no stops, no risk checks. With "made" as the
last argument the tick objects are made before the watch starts, with "making" on their way in; the
Event round each one is part of the EventEngine's way.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Iterable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tape
from vnpy.event import Event, EventEngine
from vnpy.trader.constant import Exchange, Interval
from vnpy.trader.object import BarData, TickData
from vnpy.trader.utility import ArrayManager, BarGenerator

_TICK, _END = "eTick.", "eEnd"


class Symbol:
    """One symbol's bars and arrays, warm."""

    def __init__(self, code: str) -> None:
        self.arrays = ArrayManager()
        self.bars = 0
        first = tape.OPEN - timedelta(minutes=tape.WARM_BARS)
        for number, close in enumerate(tape.warm_closes(code)):
            self.arrays.update_bar(_bar(code, first + timedelta(minutes=number), close))
        self.generator = BarGenerator(self.on_bar)

    def on_bar(self, bar: BarData) -> None:
        self.bars += 1
        self.arrays.update_bar(bar)
        if self.arrays.inited:
            self.arrays.ema(20)
            self.arrays.rsi(14)
            self.arrays.boll(20, 2)


def _bar(code: str, time: object, close: int) -> BarData:
    return BarData(
        symbol=code, exchange=Exchange.SSE, datetime=time, gateway_name="bench",
        interval=Interval.MINUTE, volume=100, open_price=close, high_price=close,
        low_price=close, close_price=close,
    )  # fmt: skip


def _tick(row: tape.Row) -> TickData:
    return TickData(
        symbol=row.symbol, exchange=Exchange.SSE, datetime=row.time, gateway_name="bench",
        volume=row.day_volume, last_price=row.price, last_volume=row.quantity,
    )  # fmt: skip


def run(ticks: Iterable[TickData], codes: list[str]) -> tuple[float, int]:
    """Return the seconds from the first put to the last handled tick, and the bars closed."""
    by_code = {code: Symbol(code) for code in codes}
    done = threading.Event()
    engine = EventEngine()
    engine.register(
        _TICK, lambda event: by_code[event.data.symbol].generator.update_tick(event.data)
    )
    engine.register(_END, lambda event: done.set())
    engine.start()
    began = perf_counter()
    for tick in ticks:
        engine.put(Event(_TICK, tick))
    engine.put(Event(_END))
    done.wait()
    seconds = perf_counter() - began
    engine.stop()
    return seconds, sum(symbol.bars for symbol in by_code.values())


def main() -> None:
    count, minutes, per_minute = (int(word) for word in sys.argv[1:4])
    rows = list(tape.rows(count, minutes, per_minute))
    ticks = [_tick(row) for row in rows] if sys.argv[4] == "made" else map(_tick, rows)
    gc.collect()
    gc.freeze()
    seconds, bars = run(ticks, tape.symbols(count))
    print(json.dumps({
        "peer": f"vnpy {version('vnpy')}", "ticks": len(rows), "bars": bars, "seconds": seconds,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
