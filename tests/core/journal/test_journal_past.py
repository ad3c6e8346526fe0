"""What the journal leaves to the next run: of one account, of today's orders, as last known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from config.text import Text
from core.domain.messages import AccountReported, FlattenProgressed, FlattenStep
from core.domain.order import (
    BrokerOrderId,
    Fill,
    Order,
    OrderAccepted,
    OrderStatus,
    Reason,
)
from core.domain.risk import TradingState
from core.journal import SqlJournal
from core.journal.past import read_past
from core.journal.records import (
    Record,
    broker_account_record,
    end_record,
    fill_record,
    flatten_record,
    order_record,
    report_record,
    session_record,
    state_record,
)
from tests.builders import OPEN, a_fill, an_order

TODAY = OPEN.date()
YESTERDAY = OPEN - timedelta(days=3)
TEXT = Text.of("text")


class Books:
    """A journal to write sessions into."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def session(self, *records: Record, account: str = "mine", at: datetime = OPEN) -> None:
        journal = SqlJournal(self.path)
        start = session_record(
            mode="demo", version="0", start_capital=1, settings={}, account=account
        )
        adopted = broker_account_record(AccountReported(at, 1_000_000, 0, (), ()), ())
        for kind, fields in (start, adopted, *records):
            journal.record(kind, at, fields)
        journal.close()

    def past(self, account: str = "mine", today: date = TODAY):
        return read_past(self.path, account, today)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "journal.sqlite")


def accepted(order: Order, number: str = "77") -> Record:
    report = OrderAccepted(order.id, BrokerOrderId(number), OPEN)
    sent = Order(order.id, order.intent, OrderStatus.SUBMITTED)
    return report_record(report, sent.apply(report))


def filled(fill: Fill, cash: int, held: int) -> Record:
    return fill_record(fill, Reason.SIGNAL, cash, held)


def test_an_account_that_is_new_to_the_journal_has_no_past(books):
    books.session(account="another")
    assert books.past() is None


def test_positions_cash_and_orders_are_as_last_written(books):
    order = an_order()
    fill = a_fill(quantity=4, commission=100)
    books.session(order_record(order), accepted(order), filled(fill, 719_900, 4))
    past = books.past()
    assert (past.cash, past.was_cut_off) == (719_900, True)
    (position,) = past.positions
    assert (position.quantity, position.commission) == (4, 100)
    (known,) = past.orders
    assert (known.order.filled, known.numbers, known.commission) == (4, ("77",), 100)
    assert known.order.status is OrderStatus.PARTIALLY_FILLED


def test_an_order_that_was_written_may_have_been_sent(books):
    books.session(order_record(an_order()))
    (known,) = books.past().orders
    assert known.order.is_working and known.numbers == ()


def test_orders_of_an_earlier_day_are_over_but_positions_stay(books):
    order = an_order()
    fill = a_fill(quantity=4, time=YESTERDAY)
    books.session(order_record(order), accepted(order), filled(fill, 720_000, 4), at=YESTERDAY)
    past = books.past()
    assert past.orders == ()
    assert [position.quantity for position in past.positions] == [4]


def test_sessions_of_other_accounts_in_between_do_not_count(books):
    order = an_order()
    books.session(order_record(order), accepted(order))
    books.session(account="another")
    (known,) = books.past().orders
    assert known.numbers == ("77",)


def test_a_run_that_died_before_it_knew_the_account_changes_nothing(books):
    fill = a_fill(quantity=4)
    order = an_order()
    books.session(order_record(order), filled(fill, 720_000, 4))
    journal = SqlJournal(books.path)
    kind, fields = session_record(
        mode="demo", version="0", start_capital=1, settings={}, account="mine"
    )
    journal.record(kind, OPEN, fields)
    journal.close()
    assert [position.quantity for position in books.past().positions] == [4]


def progress(is_done: bool = False, reason: Reason = Reason.FLATTEN) -> Record:
    return flatten_record(
        FlattenProgressed(FlattenStep.SELL, OPEN, OPEN, (), is_done, TEXT), reason
    )


FLATTENING = state_record(TradingState.FLATTENING, TEXT)
HALTED = state_record(TradingState.HALTED, TEXT)
END = end_record(cash=1, equity=1, holdings={}, counts={})


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([FLATTENING], Reason.FLATTEN),
        ([FLATTENING, progress(reason=Reason.LIMIT)], Reason.LIMIT),
        ([FLATTENING, progress(), progress(is_done=True)], None),
        ([FLATTENING, progress(), HALTED], None),
        ([FLATTENING, progress(), END], None),
    ],
)
def test_a_flatten_without_an_end_is_left_to_go_on(books, records, reason):
    books.session(*records)
    assert books.past().flatten is reason


def test_what_closed_an_earlier_day_is_over_an_emergency_is_not(books):
    books.session(FLATTENING, progress(reason=Reason.EOD), at=YESTERDAY)
    assert books.past().flatten is None
    books.session(FLATTENING, progress(), at=YESTERDAY)
    assert books.past().flatten is Reason.FLATTEN
