"""The broker's list of its whole day: asked for after the close and on demand, and journaled."""

from __future__ import annotations

from datetime import timedelta

from core.domain.messages import AskForDay, CertificateIssued, DayReported, Severity, TimePassed
from tests.builders import OPEN, at
from tests.core.engine.conftest import Desk, notes

CLOSE = at(15, 30)


def asked(desk: Desk) -> list[str]:
    """Return the requests whose answers are in the journal, on disk."""
    ids = [record.fields.get("request_id", "") for record in desk.journal.of("account")]
    return [each for each in ids if "certificate" in each]


def issued(verdict: str = "AGREES", differing: int = 0) -> CertificateIssued:
    return CertificateIssued(OPEN.date(), verdict, differing, 0, "ab" * 32, "2026-11-23.json")


def test_the_day_is_asked_for_three_minutes_after_the_close(desk: Desk) -> None:
    desk.pass_to(CLOSE + timedelta(minutes=2, seconds=59))
    assert not desk.said(DayReported)
    desk.pass_to(CLOSE + timedelta(minutes=3))
    assert asked(desk) == ["day-certificate-1"]
    (told,) = desk.said(DayReported)
    assert (told.is_answered, told.is_asked, told.day) == (True, False, OPEN.date())
    desk.pass_to(at(18))
    assert len(desk.said(DayReported)) == 1


def test_who_starts_in_the_evening_asks_by_hand(desk: Desk) -> None:
    desk.clock.move_to(at(17))
    desk.tell(TimePassed(at(17)))
    assert not desk.said(DayReported)
    desk.tell(AskForDay())
    assert [told.is_asked for told in desk.said(DayReported)] == [True]


def test_it_is_asked_on_demand_at_any_time_and_after_the_close_again(desk: Desk) -> None:
    desk.tell(AskForDay())
    desk.tell(AskForDay())
    desk.pass_to(at(16))
    assert asked(desk) == ["day-certificate-1", "day-certificate-2", "day-certificate-3"]


def test_a_broker_that_does_not_answer_is_said_and_heard_later(desk: Desk) -> None:
    held = []
    desk.broker.request_account = held.append  # type: ignore[method-assign]
    desk.tell(AskForDay())
    desk.pass_to(OPEN + timedelta(minutes=3))
    assert [told.is_answered for told in desk.said(DayReported)] == [False]
    desk.tell(desk.broker.account(held[0]))
    assert [told.is_answered for told in desk.said(DayReported)] == [False, True]


def test_a_certificate_is_journaled_published_and_told(desk: Desk) -> None:
    desk.tell(issued())
    (record,) = desk.journal.of("certificate")
    assert record.fields["certificate"].sha256 == "ab" * 32
    assert desk.said(CertificateIssued) == [issued()]
    assert any("agree to the won" in text for text in notes(desk, Severity.INFO))


def test_a_certificate_that_differs_is_an_error(desk: Desk) -> None:
    desk.tell(issued("DIFFERS", 2))
    assert "2 lines differ" in notes(desk, Severity.ERROR)[-1]
    desk.tell(issued("NOT_COMPARED"))
    assert "not compared" in notes(desk)[-1]
