"""Symbols in which the broker's word and our books differ, and no rule says why.

Only these stop: nothing is bought in them and no signal sells. Elsewhere trading goes on, since a
difference in one symbol says nothing of the others, and a stop of everything teaches people to
press START without looking. Our books take the broker's shares meanwhile, so that stop, target and
flatten sell what is really there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.text import Text
from core.domain.messages import (
    AccountReported,
    Holding,
    MismatchesChanged,
    ResolveMismatch,
    Severity,
)
from core.domain.past import Mismatch, Past
from core.domain.portfolio import Position
from core.engine.market import SymbolMarket
from core.engine.parts import Parts
from core.journal.records import MismatchStep, broker_account_record, mismatch_record

_FROZEN = Text(
    "잔고가 다릅니다: 증권사 {}주, 우리 {}주. 이 종목의 신규 진입과 신호 매도를 멈춥니다 "
    "(손절·익절·청산은 증권사 잔고로 계속). {}",
    "holdings differ: broker {}, ours {}; no entries and no signal exits in it until it is "
    "resolved (stops and flatten go on with the broker's shares). {}",
)
_AGREED = Text(
    "증권사와 우리 기록이 다시 같습니다: {}주. 이 종목의 매매를 다시 허용합니다",
    "both sides agree again: {} shares; trading in it goes on",
)
_THEIRS = Text(
    "증권사 잔고 {}주를 따릅니다. 이 종목의 매매를 다시 허용합니다",
    "the broker's {} shares were taken; trading in it goes on",
)
_OURS = Text(
    "우리 기록 {}주를 지키고 조사합니다. 증권사가 같아질 때까지 이 종목을 멈춰 둡니다",
    "our record of {} shares is kept and looked into; it stays frozen until the broker agrees",
)


class Frozen:
    """Owned by the engine thread; an `EntryBlock`, and a `Listener` for people's decisions."""

    def __init__(self, parts: Parts, watch: Callable[[Sequence[str]], None]) -> None:
        self._parts, self._watch = parts, watch
        self._found: dict[str, Mismatch] = {}

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._found

    def handlers(self) -> Mapping[type, Callable[[Any], None]]:
        return {ResolveMismatch: self._on_resolve}

    def entry_block(self, market: SymbolMarket, now: datetime) -> str:
        return "frozen" if market.instrument.symbol in self._found else ""

    def resume(self, past: Past) -> None:
        """Keep frozen what an earlier session left so; written again, as days may lie between."""
        self._found = {each.symbol: each for each in past.mismatches}
        for each in past.mismatches:
            self._record(each, MismatchStep.FROZEN)
        if self._found:
            self._show()

    def freeze(self, symbols: Sequence[str], report: AccountReported, why: Text) -> None:
        """Take the broker's shares of these symbols, and stop trading in them by the rules."""
        held = {each.symbol: each for each in report.holdings}
        with self._parts.day.corrected():
            for symbol in symbols:
                self._freeze(symbol, held.get(symbol), report.time, why)
        book, outbox = self._parts.account.portfolio, self._parts.outbox
        adopted = broker_account_record(report, tuple(book), cash=book.cash)
        outbox.record(adopted, report.time)
        outbox.commit(report.time)
        self._watch(symbols)
        self._show()

    def hold(self, positions: Sequence[Position], why: Text, now: datetime) -> None:
        """Freeze positions of which only the broker knows; there is nothing we could claim."""
        for position in positions:
            shares, price = position.quantity, position.entry_price
            self._stop(Mismatch(position.symbol, now, shares, 0, why, theirs_price=price))
        self._show()

    def agree(self, report: AccountReported) -> None:
        """Let go of symbols in which the broker says by now what we have claimed."""
        theirs = {each.symbol: each.quantity for each in report.holdings}
        book = self._parts.account.portfolio
        agreed = [
            symbol
            for symbol in self._found
            if symbol in book.claims and book.claims[symbol].quantity == theirs.get(symbol, 0)
        ]
        with self._parts.day.corrected():
            for symbol in agreed:
                self._agree(symbol, report.time)
        if agreed:
            adopted = broker_account_record(report, tuple(book), cash=book.cash)
            self._parts.outbox.record(adopted, report.time)
            self._watch(agreed)
            self._show()

    def _freeze(self, symbol: str, held: Holding | None, now: datetime, why: Text) -> None:
        book = self._parts.account.portfolio
        ours = book.claims.get(symbol) or book.position(symbol)
        book.take_over(symbol, held, now)
        found = Mismatch(
            symbol,
            now,
            held.quantity if held else 0,
            ours.quantity if ours else 0,
            why,
            held.average_price if held else 0,
            ours.entry_price if ours else 0,
        )
        self._stop(found)

    def _stop(self, found: Mismatch) -> None:
        self._found[found.symbol] = found
        self._record(found, MismatchStep.FROZEN)
        text = _FROZEN.format(f"{found.theirs:,}", f"{found.ours:,}", found.why)
        self._parts.outbox.note(found.since, Severity.ERROR, text, found.symbol, stops_entries=True)

    def _agree(self, symbol: str, now: datetime) -> None:
        book, found = self._parts.account.portfolio, self._found.pop(symbol)
        book.reinstate(symbol)
        self._record(found, MismatchStep.AGREED)
        text = _AGREED.format(f"{book.held(symbol):,}")
        self._parts.outbox.note(now, Severity.WARNING, text, symbol)

    def _on_resolve(self, command: ResolveMismatch) -> None:
        """Do as a person has decided; a second press finds nothing to decide."""
        found = self._found.get(command.symbol)
        if found is None:
            return
        now, book = self._parts.clock.now(), self._parts.account.portfolio
        if command.takes_brokers:
            del self._found[command.symbol]
            book.claims.pop(command.symbol, None)
            self._record(found, MismatchStep.TOOK_THEIRS, command.who)
            text = _THEIRS.format(f"{book.held(command.symbol):,}")
        else:
            found = self._found[command.symbol] = replace(found, is_investigated=True)
            self._record(found, MismatchStep.TOOK_OURS, command.who)
            text = _OURS.format(f"{found.ours:,}")
        self._parts.outbox.note(now, Severity.WARNING, text, command.symbol)
        self._parts.outbox.commit(now)
        self._show()

    def _record(self, found: Mismatch, step: MismatchStep, who: str = "") -> None:
        claim = self._parts.account.portfolio.claims.get(found.symbol)
        record = mismatch_record(found, step, claim, who)
        self._parts.outbox.record(record, self._parts.clock.now())

    def _show(self) -> None:
        self._parts.desk.frozen = frozenset(self._found)
        self._parts.account.is_changed = True
        self._parts.outbox.publish(MismatchesChanged(tuple(self._found.values())))
