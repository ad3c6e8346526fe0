"""Our ledger of a day against the broker's word, line by line and to the won; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from config.masking import masked_text
from config.text import Text
from core.certificate import texts
from core.certificate.certificate import (
    AmountLine,
    Certificate,
    Figures,
    OrderLine,
    Verdict,
)
from core.certificate.ledger import Ledger, Turnover, Word
from core.domain.messages import DayOrder
from core.domain.order import OrderId
from core.domain.past import Past, PastOrder
from core.domain.price import Price
from core.execution.recovery import match

_NOTHING = Text.of("")
_NEWS = timedelta(minutes=5)  # what the broker said before that is not of the present


def certify(ledger: Ledger, now: datetime, is_answered: bool = True) -> Certificate:
    """Compare both sides of the day; where the broker did not say, nothing agrees.

    `is_answered` is False where it was asked just now and has not answered.
    """
    past, word = ledger.past, ledger.word
    lines = (
        order_lines(past.orders, word.orders) if past and word and word.orders is not None else ()
    )
    if not lines and past is not None:
        lines = tuple(_alone(each) for each in past.orders)
    ours = _own_ids(past)
    foreign = tuple(line for line in lines if line.order_id not in ours)
    own = tuple(line for line in lines if line.order_id in ours)
    money = _money(past, word, lines)
    shares = tuple(_shares(past, word)) if past and word else ()
    realized = tuple(_realized(ledger.turnover, past, word))
    every: list[OrderLine | AmountLine] = [*lines, *money, *shares, *realized]
    verdict, note = _verdict(ledger, every, is_answered)
    return Certificate(
        day=ledger.day,
        made=now,
        mode=ledger.mode,
        account=_masked(past.identity) if past else "",
        version=ledger.version,
        verdict=verdict,
        note=note,
        reported=word.time if word else None,
        orders=own,
        foreign=foreign,
        money=money,
        shares=shares,
        realized=realized,
        fills=ledger.fills,
        records=ledger.records,
        notes=tuple(_notes(ledger)),
    )


# -- orders -----------------------------------------------------------------------------------


def order_lines(ours: Sequence[PastOrder], theirs: Sequence[DayOrder]) -> tuple[OrderLine, ...]:
    """Return a line for each order of the day that either side has, oldest first."""
    found = match(ours, theirs)
    pairs = [_pair(mine, listed) for mine, listed in found.pairs]
    paired = {mine.order.id for mine, _ in found.pairs}
    alone = [_unlisted(mine) for mine in ours if mine.order.id not in paired]
    strangers = [_unknown(listed) for listed in found.strangers]
    return tuple(sorted((*pairs, *alone, *strangers), key=lambda line: line.time))


def _pair(mine: PastOrder, listed: DayOrder) -> OrderLine:
    ours, theirs = _ours(mine), _theirs(listed)
    wrong = [
        texts.FIELDS[name].format(_number(getattr(ours, name)), _number(getattr(theirs, name)))
        for name in texts.FIELDS
        if getattr(ours, name) != getattr(theirs, name)
    ]
    numbers = tuple(dict.fromkeys((*mine.numbers, *listed.numbers, listed.broker_id)))
    return OrderLine(
        mine.order.intent.symbol,
        mine.order.intent.side,
        mine.sent,
        mine.order.id,
        numbers,
        ours,
        theirs,
        Verdict.DIFFERS if wrong else Verdict.AGREES,
        theirs.cash(listed.side) - ours.cash(mine.order.intent.side),
        texts.joined(wrong),
    )


def _unlisted(mine: PastOrder) -> OrderLine:
    """An order that the broker does not list: right for one that was refused or never sent."""
    ours, side = _ours(mine), mine.order.intent.side
    return _one_sided(
        mine,
        Verdict.AGREES if ours.is_empty else Verdict.DIFFERS,
        texts.NOT_LISTED_EMPTY if ours.is_empty else texts.NOT_LISTED,
        -ours.cash(side),
    )


def _alone(mine: PastOrder) -> OrderLine:
    """An order of a day that the broker did not list."""
    return _one_sided(mine, Verdict.NOT_COMPARED, texts.NO_LIST, 0)


def _one_sided(mine: PastOrder, verdict: Verdict, note: Text, difference: Price) -> OrderLine:
    intent = mine.order.intent
    return OrderLine(
        intent.symbol,
        intent.side,
        mine.sent,
        mine.order.id,
        mine.numbers,
        _ours(mine),
        None,
        verdict,
        difference,
        note,
    )


def _unknown(listed: DayOrder) -> OrderLine:
    """An order of somebody else that our journal has never heard of."""
    theirs = _theirs(listed)
    return OrderLine(
        listed.symbol,
        listed.side,
        listed.time,
        None,
        tuple(dict.fromkeys((*listed.numbers, listed.broker_id))),
        None,
        theirs,
        Verdict.AGREES if theirs.is_empty else Verdict.DIFFERS,
        theirs.cash(listed.side),
        texts.STRANGER_EMPTY if theirs.is_empty else texts.STRANGER,
    )


def _own_ids(past: Past | None) -> frozenset[OrderId]:
    """Return the ids of the orders made here."""
    orders = past.orders if past is not None else ()
    return frozenset(each.order.id for each in orders if not each.is_foreign)


def _ours(mine: PastOrder) -> Figures:
    order = mine.order
    return Figures(
        order.intent.quantity,
        order.filled,
        order.filled_value,
        mine.commission,
        mine.tax,
        order.remaining,
    )


def _theirs(listed: DayOrder) -> Figures:
    return Figures(
        listed.quantity,
        listed.filled,
        listed.filled_value,
        listed.commission,
        listed.tax,
        listed.remaining,
    )


# -- amounts ----------------------------------------------------------------------------------


def _money(
    past: Past | None, word: Word | None, lines: Sequence[OrderLine]
) -> tuple[AmountLine, ...]:
    cash = _amount(
        "cash",
        texts.CASH,
        past.cash if past else None,
        word.cash if word else None,
        texts.NO_BOOKS if past is None else texts.NO_WORD,
    )
    is_listed = word is not None and word.orders is not None
    return (cash, *(_total(name, lines, is_listed) for name in texts.TOTALS))


def _total(name: str, lines: Sequence[OrderLine], is_listed: bool) -> AmountLine:
    """Return one sum over all orders of the day."""
    ours = sum(_part(name, line, line.ours) for line in lines)
    theirs = sum(_part(name, line, line.theirs) for line in lines) if is_listed else None
    return _amount(name, texts.TOTALS[name], ours, theirs, texts.NO_LIST)


def _part(name: str, line: OrderLine, figures: Figures | None) -> Price:
    if figures is None:
        return 0
    if name in ("bought", "sold"):
        return figures.value if (line.side.sign > 0) is (name == "bought") else 0
    amount: Price = getattr(figures, name)
    return amount


def _shares(past: Past, word: Word) -> Iterator[AmountLine]:
    """Yield what is held by symbol; of a frozen symbol our side is what we had."""
    ours = {held.symbol: held.quantity for held in past.positions if held.quantity}
    claims = {held.symbol: held.quantity for held in past.claims}
    for frozen in past.mismatches:
        ours[frozen.symbol] = claims.get(frozen.symbol, 0)
    for symbol in sorted({*ours, *word.holdings}):
        theirs = word.holdings.get(symbol, 0)
        if ours.get(symbol, 0) or theirs:
            yield _amount(symbol, Text.of(symbol), ours.get(symbol, 0), theirs, _NOTHING)


def _realized(
    turnover: Mapping[str, Turnover], past: Past | None, word: Word | None
) -> Iterator[AmountLine]:
    """Yield the net profit by symbol, where all of it was made on the day on both sides."""
    listed = word.orders if word is not None else None
    for symbol in sorted({*turnover, *(each.symbol for each in listed or () if each.filled)}):
        ours = turnover.get(symbol, Turnover())
        theirs = None if listed is None else _round_of(symbol, listed)
        why = texts.NO_LIST if listed is None else texts.NO_ROUND
        profit = ours.net_pnl if past is not None and (ours.is_round or ours.net_pnl) else None
        yield _amount(symbol, Text.of(symbol), profit, theirs if ours.is_round else None, why)


def _round_of(symbol: str, listed: Iterable[DayOrder]) -> Price | None:
    """Return what a symbol's orders of the day have brought, None unless all was sold again."""
    orders = [each for each in listed if each.symbol == symbol]
    if sum(each.side.sign * each.filled for each in orders):
        return None
    return sum(_theirs(each).cash(each.side) for each in orders)


def _amount(
    name: str, title: Text, ours: Price | None, theirs: Price | None, why: Text
) -> AmountLine:
    """Return the line of an amount; `why` says why a side is missing."""
    if ours is None or theirs is None:
        return AmountLine(name, title, ours, theirs, Verdict.NOT_COMPARED, 0, why)
    difference = theirs - ours
    verdict = Verdict.DIFFERS if difference else Verdict.AGREES
    return AmountLine(name, title, ours, theirs, verdict, difference, _NOTHING)


# -- the whole --------------------------------------------------------------------------------


def _verdict(
    ledger: Ledger, lines: Sequence[OrderLine | AmountLine], is_answered: bool
) -> tuple[Verdict, Text]:
    """Return what it all comes to: one line that differs is enough, one that is missing too."""
    differing = sum(line.verdict is Verdict.DIFFERS for line in lines)
    if not ledger.records.is_chain_good:
        return Verdict.DIFFERS, texts.CHAIN
    if differing:
        cash = sum(line.difference for line in lines if _is_cash(line))
        return Verdict.DIFFERS, texts.DIFFERING.format(differing, cash)
    why = _why_not(ledger, is_answered)
    if why is not None:
        return Verdict.NOT_COMPARED, why
    assert ledger.word is not None and ledger.word.orders is not None
    return Verdict.AGREES, texts.AGREED.format(
        f"{ledger.word.time:%H:%M:%S}", len(ledger.word.orders), ledger.fills
    )


def _is_cash(line: OrderLine | AmountLine) -> bool:
    return isinstance(line, AmountLine) and line.name == "cash"


def _why_not(ledger: Ledger, is_answered: bool) -> Text | None:
    """Return why the day can't be said to agree, though nothing differs."""
    word = ledger.word
    if ledger.past is None:
        return texts.NO_BOOKS
    if word is None:
        return texts.NO_WORD
    if word.orders is None:
        return texts.NO_LIST
    if ledger.fills_after:
        return texts.LATER.format(ledger.fills_after)
    moment = f"{word.time:%H:%M:%S}"
    if not is_answered:
        return texts.SILENT.format(moment)
    if ledger.active is not None and ledger.active > word.time + _NEWS:
        return texts.OLD.format(moment, f"{ledger.active:%H:%M:%S}")
    return None


def _masked(identity: str) -> str:
    """Return "real:80******11" whatever the broker's adapter has told."""
    server, colon, number = identity.partition(":")
    return f"{server}{colon}{masked_text(number)}"


def _notes(ledger: Ledger) -> Iterator[Text]:
    if ledger.past is not None:
        for frozen in ledger.past.mismatches:
            yield texts.FROZEN.format(frozen.symbol, frozen.theirs, frozen.ours)
    if ledger.fills_after:
        yield texts.LATER.format(ledger.fills_after)
    if ledger.adoptions:
        yield texts.ADOPTED.format(ledger.adoptions)
    yield texts.IN_SUM


def _number(value: Price) -> str:
    return f"{value:,}"
