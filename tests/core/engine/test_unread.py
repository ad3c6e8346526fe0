"""A security that the account report could not tell: our books stand in, nothing is bought."""

from __future__ import annotations

from datetime import timedelta

from core.domain.messages import AccountReported, Holding, Noted
from core.domain.order import Reason
from core.engine.unread import Unread
from core.execution.flatten import FlattenJob
from core.portfolio import Portfolio
from tests.builders import OPEN

LATER = OPEN + timedelta(seconds=5)


class Ears:
    def __init__(self) -> None:
        self.notes: list[tuple[str, bool]] = []

    def note(self, now: object, severity: object, text: object, *, stops_entries: bool = False):
        self.notes.append((text.en, stops_entries))


def a_book(*held: Holding) -> Portfolio:
    book = Portfolio(10_000_000)
    for each in held:
        book.take_over(each.symbol, each, OPEN)
    return book


def a_report(*holdings: Holding, unreadable: tuple[str, ...] = ()) -> AccountReported:
    return AccountReported(OPEN, 10, 10, holdings, (), unreadable=unreadable)


OURS, OTHER = Holding("000660", 5, 200_000, 5), Holding("005930", 3, 70_000, 3)


def test_our_books_stand_in_for_what_could_not_be_read() -> None:
    ears = Ears()
    unread = Unread(a_book(OURS, OTHER), ears)  # type: ignore[arg-type]
    report = unread.fill_in(a_report(OTHER, unreadable=("000660",)), OPEN)
    assert {each.symbol: each.quantity for each in report.holdings} == {"005930": 3, "000660": 5}
    assert unread.symbols == ("000660",)
    ((text, stops),) = ears.notes
    assert "000660" in text and stops


def test_a_row_of_no_known_code_may_be_any_that_we_hold() -> None:
    unread = Unread(a_book(OURS, OTHER), Ears())  # type: ignore[arg-type]
    report = unread.fill_in(a_report(OTHER, unreadable=("",)), OPEN)
    assert {each.symbol for each in report.holdings} == {"005930", "000660"}


def test_the_end_of_it_is_told_once() -> None:
    ears = Ears()
    unread = Unread(a_book(OURS), ears)  # type: ignore[arg-type]
    unread.fill_in(a_report(unreadable=("000660",)), OPEN)
    unread.fill_in(a_report(unreadable=("000660",)), LATER)
    whole = a_report(OURS)
    assert unread.fill_in(whole, LATER) is whole
    assert unread.fill_in(whole, LATER) is whole
    assert len(ears.notes) == 2
    assert unread.symbols == ()


def test_a_flatten_is_not_done_while_a_security_cannot_be_read() -> None:
    job = FlattenJob(Reason.FLATTEN, OPEN)
    job.take(a_report(unreadable=("000660",)))
    assert not job.is_done
    job.take(a_report())
    assert job.is_done


def test_entries_wait_and_a_sell_does_not(desk) -> None:
    told = AccountReported(OPEN, 10_000_000, 10_000_000, (), (), unreadable=("000660",))
    desk.tell(told)
    assert desk.engine._line.entry_block == "account"
    assert any("000660" in each.text.en for each in desk.events if isinstance(each, Noted))
    desk.tell(AccountReported(OPEN, 10_000_000, 10_000_000, (), ()))
    assert desk.engine._line.entry_block == ""
