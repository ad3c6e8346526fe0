"""What the market posts, as real-time packets to a control that registered for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from broker.kiwoom.emulator import realtime
from broker.kiwoom.emulator.index_tapes import CODES, IndexTapes
from broker.kiwoom.emulator.masters import KOSDAQ, market_of
from broker.kiwoom.emulator.packets import Packet, RealData
from broker.kiwoom.emulator.quotes import Quotes
from core.domain.market import OrderBook, Tick
from core.domain.messages import (
    AuctionIndicated,
    IndexMoved,
    Interrupted,
    Interruption,
    MarketNotice,
    MarketNoticed,
    Message,
    Resumed,
)

_VI = frozenset({Interruption.STATIC_VI, Interruption.DYNAMIC_VI})
_KOSPI_PLACE, _KOSDAQ_PLACE = "1", "101"  # 9008 of a VI message

Began = tuple[Interrupted, datetime | None]
"""An interruption, and when it ended."""


class RealTimeFeed:
    """Keeps the tapes, and tells what is wanted of them. Ticks are the hot path."""

    def __init__(self, quotes: Quotes, tell: Callable[[Packet], None]) -> None:
        self._quotes, self._tell = quotes, tell
        self._trades: frozenset[str] = frozenset()  # codes that want 주식체결
        self._bests: frozenset[str] = frozenset()
        self._books: frozenset[str] = frozenset()
        self._expected: frozenset[str] = frozenset()
        self._types: frozenset[str] = frozenset()
        self._sectors: frozenset[str] = frozenset()
        self._indices = IndexTapes()
        self._told_best: dict[str, tuple[int | None, int | None]] = {}
        self.interruptions: list[Began] = []  # of today, oldest first
        self._handlers: dict[type, Callable[[Any], None]] = {
            Tick: self._on_tick,
            OrderBook: self._on_book,
            AuctionIndicated: self._on_indicated,
            Interrupted: self._on_interrupted,
            Resumed: self._on_resumed,
            MarketNoticed: self._on_notice,
            IndexMoved: self._on_index,
        }

    def watch(self, wanted: frozenset[tuple[str, str]]) -> None:
        """Tell these (code, type) from now on, and nothing else."""

        def codes(real_type: str) -> frozenset[str]:
            return frozenset(code for code, other in wanted if other == real_type and code)

        self._trades, self._bests = codes(realtime.TRADE), codes(realtime.BEST)
        self._books, self._expected = codes(realtime.BOOK), codes(realtime.EXPECTED)
        self._sectors = codes(realtime.INDEX)
        self._types = frozenset(real_type for _, real_type in wanted)
        for code in sorted(self._trades | self._bests | self._books | self._expected):
            self._quotes.tape(code)

    def hear(self, message: Message) -> bool:
        """Take a message of the market; return whether it was one."""
        handler = self._handlers.get(type(message))
        if handler is None:
            return False
        handler(message)
        return True

    def _on_tick(self, tick: Tick) -> None:
        symbol = tick.symbol
        tape = self._quotes.known(symbol)
        if tape is None:
            return
        tape.add(tick)
        tape.indicated = None  # an auction is over with its trade
        if symbol in self._bests:
            self._tell_best(symbol)
        if symbol in self._trades:
            self._tell(realtime.trade(tape, tick))

    def _on_book(self, book: OrderBook) -> None:
        tape = self._quotes.known(book.symbol)
        if tape is None:
            return
        tape.show(book)
        if book.symbol in self._bests:
            self._tell_best(book.symbol)
        if book.symbol in self._books:
            self._tell(realtime.book(tape, book))

    def _on_indicated(self, said: AuctionIndicated) -> None:
        tape = self._quotes.known(said.symbol)
        if tape is None:
            return
        tape.indicated = said
        if said.symbol in self._expected:
            self._tell(realtime.expected(tape, said))

    def _on_interrupted(self, began: Interrupted) -> None:
        self.interruptions.append((began, None))
        self._tell_interruption(began, None)

    def _on_resumed(self, resumed: Resumed) -> None:
        for place in range(len(self.interruptions) - 1, -1, -1):
            began, ended = self.interruptions[place]
            if began.symbol == resumed.symbol and ended is None:
                self.interruptions[place] = (began, resumed.time)
                self._forget_indicated(resumed.symbol)
                self._tell_interruption(began, resumed.time)
                return

    def _on_notice(self, said: MarketNoticed) -> None:
        if said.notice is MarketNotice.OPENED:
            for tape in self._quotes:
                tape.begin_session()
        if realtime.SESSION in self._types:
            self._tell(realtime.session(said))

    def _on_index(self, moved: IndexMoved) -> None:
        data = self._indices.add(moved)
        if CODES[moved.index] in self._sectors:
            self._tell(data)

    def _tell_interruption(self, began: Interrupted, ended: datetime | None) -> None:
        """Tell a VI of any security, whichever was registered, as Kiwoom does."""
        if realtime.VI not in self._types or began.kind not in _VI or not began.symbol:
            return
        place = _KOSDAQ_PLACE if market_of(began.symbol) == KOSDAQ else _KOSPI_PLACE
        count = sum(1 for other, _ in self.interruptions if other.symbol == began.symbol)
        tape = self._quotes.tape(began.symbol)
        self._tell(realtime.interruption(tape, began, place, count, ended))

    def _forget_indicated(self, symbol: str) -> None:
        """Show no expected price any more: an auction may also end without a trade."""
        tape = self._quotes.known(symbol)
        if tape is not None:
            tape.indicated = None

    def _tell_best(self, symbol: str) -> None:
        tape = self._quotes.tape(symbol)
        quotes = (tape.ask, tape.bid)
        if self._told_best.get(symbol) != quotes:
            self._told_best[symbol] = quotes
            packet: RealData = realtime.best(tape)
            self._tell(packet)
