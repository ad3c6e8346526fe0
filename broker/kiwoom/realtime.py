"""Real-time data: what is registered on which screen, and events turned into messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from broker.kiwoom import errors, fids, parse
from broker.kiwoom.control import Control
from broker.kiwoom.day_volumes import DayVolumes
from broker.kiwoom.notes import Notes
from broker.kiwoom.screens import INDICES, REAL_TIME, SESSION, ScreenPool
from config.text import Text
from core.domain.errors import DataError
from core.domain.messages import Interrupted, MarketNotice, MarketNoticed
from core.ports import Clock, Post

CODES_PER_SCREEN = 100  # Kiwoom's limit
_READ = "GetCommRealData(QString, int)"
_REGISTER = "SetRealReg(QString, QString, QString, QString)"
_REMOVE = "SetRealRemove(QString, QString)"
_TOO_MANY = Text(
    "실시간으로 받을 수 있는 종목 수({})를 넘어 {}종목은 시세를 받지 못합니다: {}",
    "more than {} symbols can't be watched; {} get no market data: {}",
)
_REFUSED = Text("실시간 등록이 거절되었습니다: {}", "real-time data were refused: {}")
_UNREADABLE = Text(
    "읽을 수 없는 실시간 데이터를 건너뛰었습니다: {}",
    "real-time data that can't be read were passed over: {}",
)

_NO_INDEX = Text(
    "지수(KOSPI, KOSDAQ)를 받지 못합니다: {}. 시장 급락은 관심종목으로 잽니다.",
    "no indices (KOSPI, KOSDAQ) will come: {}. A falling market is told by the watchlist.",
)
_SECTORS = {"001": "KOSPI", "101": "KOSDAQ"}  # 업종코드

Heard = Callable[[str, datetime], None]
"""Told the code and the present moment at each event of a symbol that is watched."""


class RealTime:
    """Ticks, books and the exchange's notices of the symbols watched, posted as they come."""

    def __init__(
        self,
        control: Control,
        clock: Clock,
        post: Post,
        notes: Notes,
        heard: Heard,
        noticed: Callable[[MarketNoticed], None],
        has_books: bool = True,
    ) -> None:
        self._control, self._clock, self._post, self._notes = control, clock, post, notes
        self._heard, self._noticed = heard, noticed
        types = [fids.TRADE, fids.VI, *([fids.BOOK] if has_books else [])]
        self._fids = ";".join(fids.REGISTER[kind] for kind in types)
        self._pool = ScreenPool(REAL_TIME)
        self._screens: dict[str, list[str]] = {}  # codes on each
        self._screen_of: dict[str, str] = {}
        self._wanted: dict[str, None] = {}  # in the order asked for
        self._reads: dict[str, parse.Read] = {}
        self._volumes = DayVolumes()
        self._is_on = False
        self._notice_screen, self._index_screen = f"{SESSION[0]:04}", f"{INDICES[0]:04}"
        self.interrupted: set[str] = set()  # symbols in a VI; "" in it: the whole market
        self.notice: MarketNotice | None = None  # the exchange's last word on its session
        self._indicated: set[str] = set()  # symbols whose auctions have an event of their own
        self.unreadable: Counter[str] = Counter()  # events by type
        self._handlers = {
            fids.TRADE: self._on_trade,
            fids.BOOK: self._on_book,
            fids.EXPECTED: self._on_expected,
            fids.VI: self._on_interruption,
            fids.SESSION: self._on_notice,
            fids.INDEX: self._on_index,
        }

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those watched, whether or not the line is up."""
        return tuple(self._wanted)

    def subscribe(self, symbols: Iterable[str]) -> None:
        new = [symbol for symbol in symbols if symbol not in self._wanted]
        self._wanted.update(dict.fromkeys(new))
        for symbol in new:
            self._reads[symbol] = partial(self._control.dynamicCall, _READ, symbol)
        if self._is_on:
            self._register(new)

    def unsubscribe(self, symbols: Iterable[str]) -> None:
        for symbol in symbols:
            if symbol in self._wanted:
                del self._wanted[symbol]
                self._reads.pop(symbol, None)
                self.interrupted.discard(symbol)
                self._remove(symbol)

    def open(self) -> None:
        """Register everything; after each login, as a lost line takes all of it along."""
        self.hold()
        self._is_on = True
        signature_values = (self._notice_screen, "", fids.REGISTER[fids.SESSION], "0")
        self._check(self._control.dynamicCall(_REGISTER, *signature_values))
        self._register(list(self._wanted))
        self._register_indices()

    def hold(self) -> None:
        """The line is lost: nothing is registered any more."""
        self._is_on = False
        for screen in self._screens:
            self._pool.give_back(screen)
        self._screens.clear()
        self._screen_of.clear()
        self.interrupted.clear()

    def renew(self, symbols: Sequence[str]) -> None:
        """Take these off and register them again: they have fallen silent."""
        for symbol in symbols:
            self._remove(symbol)
        self._register([symbol for symbol in symbols if symbol in self._wanted])

    def close(self) -> None:
        """Stop all real-time data."""
        if self._is_on:
            self._control.dynamicCall(_REMOVE, "ALL", "ALL")
        self.hold()
        self._wanted.clear()
        self._reads.clear()

    # -- the events: this is where all market data come through -------------------------------

    def on_event(self, code: str, kind: str) -> None:
        """Take OnReceiveRealData, inside its handler."""
        handler = self._handlers.get(kind)
        if handler is None:
            return
        try:
            handler(code)
        except DataError as error:
            self.unreadable[kind] += 1
            if self.unreadable[kind] == 1:
                self._notes.warn(_UNREADABLE.format(error), code)

    def _on_trade(self, code: str) -> None:
        read = self._reads.get(code)
        if read is None:  # a TR has registered it, nobody asked for it
            return
        now = self._clock.now()
        self._heard(code, now)
        tick = parse.tick(code, read, now)
        if (doubt := self._volumes.look(code, read, now)) is not None:
            self._post(doubt)
        if tick is not None:
            self._post(tick)

    def _on_book(self, code: str) -> None:
        read = self._reads.get(code)
        if read is None:
            return
        now = self._clock.now()
        self._heard(code, now)
        self._post(parse.book(code, read, now))
        if code not in self._indicated and self._is_auction(code):
            indicated = parse.indicated(code, read, now)
            if indicated is not None:
                self._post(indicated)

    def _is_auction(self, code: str) -> bool:
        return code in self.interrupted or self.notice is not MarketNotice.OPENED

    def _on_expected(self, code: str) -> None:
        read = self._reads.get(code)
        if read is None:
            return
        now = self._clock.now()
        self._heard(code, now)
        self._indicated.add(code)
        self._post(parse.expected(code, read, now))

    def _on_interruption(self, code: str) -> None:
        """One symbol's registration brings those of all stocks."""
        read = partial(self._control.dynamicCall, _READ, code)
        now = self._clock.now()
        found = parse.interruption(code, read, now)
        if found is None or found.symbol not in self._wanted:
            return
        if isinstance(found, Interrupted):
            self.interrupted.add(found.symbol)
        else:
            self.interrupted.discard(found.symbol)
        self._heard(found.symbol, now)
        self._post(found)

    def _on_notice(self, code: str) -> None:
        read = partial(self._control.dynamicCall, _READ, code)
        found = parse.notice(read, self._clock.now())
        if found is not None:
            self.notice = found.notice
            self._post(found)
            self._noticed(found)

    def _on_index(self, code: str) -> None:
        name = _SECTORS.get(code.strip())
        if name is None or not self._is_on:
            return
        read = partial(self._control.dynamicCall, _READ, code)
        found = parse.index(name, read, self._clock.now())
        if found is not None:
            self._post(found)

    # -- screens ------------------------------------------------------------------------------

    def _register(self, symbols: Sequence[str]) -> None:
        left = [symbol for symbol in symbols if symbol not in self._screen_of]
        while left:
            screen = self._screen_with_room()
            if screen is None:
                most = len(REAL_TIME) * CODES_PER_SCREEN
                self._notes.error(_TOO_MANY.format(most, len(left), ", ".join(left[:5])))
                return
            codes = self._screens.setdefault(screen, [])
            some, left = (
                left[: CODES_PER_SCREEN - len(codes)],
                left[CODES_PER_SCREEN - len(codes) :],
            )
            how = "1" if codes else "0"  # add to what the screen has, or begin it
            codes.extend(some)
            self._screen_of.update(dict.fromkeys(some, screen))
            code = self._control.dynamicCall(_REGISTER, screen, ";".join(some), self._fids, how)
            self._check(code)

    def _screen_with_room(self) -> str | None:
        for screen, codes in self._screens.items():
            if len(codes) < CODES_PER_SCREEN:
                return screen
        return self._pool.take()

    def _remove(self, symbol: str) -> None:
        screen = self._screen_of.pop(symbol, None)
        if screen is None:
            return
        self._control.dynamicCall(_REMOVE, screen, symbol)
        codes = self._screens[screen]
        codes.remove(symbol)
        if not codes:
            del self._screens[screen]
            self._pool.give_back(screen)

    def _register_indices(self) -> None:
        """Trading goes on without them."""
        values = (self._index_screen, ";".join(_SECTORS), fids.REGISTER[fids.INDEX], "0")
        code = self._control.dynamicCall(_REGISTER, *values)
        if code is None or code < 0:
            self._notes.warn(_NO_INDEX.format(errors.of(code).text))

    def _check(self, code: int | None) -> None:
        if code is None or code < 0:
            self._notes.error(_REFUSED.format(errors.of(code).text))
