"""What one batch of events holds: everything that happened, and the newest state once."""

from __future__ import annotations

from core.domain.messages import AccountUpdated, BarClosed, GaugesUpdated, QuoteUpdated
from core.domain.order import Reason
from tests.builders import OPEN, a_fill, a_tick


def test_many_closed_bars_make_one_account_in_a_batch(make_desk):
    desk = make_desk(("005930", "000660"))
    for minute in range(3):
        for symbol in ("005930", "000660"):
            time = OPEN.replace(minute=minute)
            desk.engine.handle(a_tick(time=time, symbol=symbol))
    events = desk.engine.take_events()
    kinds = [type(event) for event in events]
    assert kinds.count(BarClosed) == 4
    assert kinds.count(QuoteUpdated) == 2
    assert kinds.count(AccountUpdated) == kinds.count(GaugesUpdated) == 1


def test_a_quiet_batch_repeats_neither_quotes_nor_account(desk):
    desk.tick(70_000, 1)
    kinds = {type(event) for event in desk.engine.take_events()}
    assert not kinds & {QuoteUpdated, AccountUpdated, GaugesUpdated}


def test_a_held_symbol_that_moved_marks_the_account_anew(desk):
    desk.engine.account.portfolio.apply(a_fill(price=70_000), Reason.SIGNAL)
    desk.tick(70_100, 1)
    assert desk.said(AccountUpdated)[-1].positions[0].last_price == 70_100
    desk.events.clear()
    desk.tick(70_200, 2)
    assert desk.said(AccountUpdated)[-1].positions[0].last_price == 70_200
