"""The exchange's books in a file: they survive a kill, change hands, and go on where they were."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import BrokerError
from core.domain.market import Tick
from core.domain.messages import AccountReported
from core.domain.order import OrderAccepted, OrderFilled, OrderStatus, Side
from core.simulation.state import ExchangeState
from tests.core.simulation.sim_builders import (
    CASH,
    DAY,
    SEOUL,
    Outside,
    a_session,
    an_order,
    sessions_before,
    synthetic,
)

SESSION = a_session(minutes=20)
LOWEST = 50_100  # daily limit of 005930

# A venue that trades all the time, tells every report on stdout, and dies without a goodbye.
_VICTIM = """
import os, sys
from datetime import timedelta
from pathlib import Path
from core.domain.messages import AccountReported
from core.domain.order import OrderAccepted, OrderFilled, Side
from core.simulation.state import ExchangeState
from tests.core.simulation.sim_builders import SEOUL, a_session, an_order, synthetic

state = ExchangeState(Path(sys.argv[1]), SEOUL)
outside = synthetic(session=a_session(minutes=20), state=state)
outside.run_to(a_session().open + timedelta(seconds=20))
told = []

def tell(message):
    if isinstance(message, (OrderAccepted, OrderFilled)):
        fill = getattr(message, "fill", None)
        told.append(message)
        print(message.order_id, fill.id if fill else "-", flush=True)
        if len(told) == int(sys.argv[2]):
            os._exit(9)

outside.venue.attach(tell)
for number in range(1000):
    side = Side.BUY if number % 3 < 2 else Side.SELL
    outside.submit(an_order(side, 1 + number % 4, id=f"V{number}"))
    outside.run(7)
"""


def opened(path: Path, **kwargs: object) -> Outside:
    return synthetic(session=SESSION, state=ExchangeState(path, SEOUL), **kwargs)  # type: ignore[arg-type]


def fail(*_: object) -> None:
    raise BrokerError("the disk is full")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "exchange.db"


@pytest.mark.parametrize("reports", [1, 8, 23])
def test_a_killed_process_has_kept_everything_it_told(path: Path, reports: int) -> None:
    root = Path(__file__).resolve().parents[3]
    run = subprocess.run(
        [sys.executable, "-c", _VICTIM, str(path), str(reports)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 9, run.stderr
    told = [line.split() for line in run.stdout.splitlines()]

    found = ExchangeState(path, SEOUL).load()

    assert found is not None
    assert len(told) == reports
    orders = {order.id: order for order in found.orders}
    fills = {id for order in found.orders for id in order.fill_ids}
    assert {order_id for order_id, _ in told} <= set(orders)
    assert {fill_id for _, fill_id in told if fill_id != "-"} <= fills
    rows = sqlite3.connect(path).execute("SELECT side, price, quantity, commission, tax FROM fills")
    cash, held = CASH, 0
    for side, price, quantity, commission, tax in rows:
        sign = Side(side).sign
        cash -= sign * price * quantity + commission + tax
        held += sign * quantity
    assert found.account.cash == cash
    assert sum(lot.quantity for lot in found.account.lots.values()) == held
    assert sum(order.intent.side.sign * order.filled for order in found.orders) == held


def test_a_restart_goes_on_at_the_same_market_time_with_the_same_account(path: Path) -> None:
    before = opened(path)
    before.run_to(SESSION.open + timedelta(minutes=5))
    before.submit(an_order(quantity=10), waiting := an_order(quantity=3, limit=LOWEST))
    before.run_for(seconds=1)
    before.venue.close()

    after = opened(path, cash=1)
    after.venue.request_account("again", after.venue.now)
    after.run_for(seconds=20)

    (report,) = after.got(AccountReported)
    assert after.venue.start >= SESSION.open + timedelta(minutes=4, seconds=58)
    assert after.got(Tick)[0].time >= after.venue.start
    assert [holding.quantity for holding in report.holdings] == [10]
    assert [order.id for order in report.orders] == [waiting.id]
    assert report.cash - report.available == 3 * LOWEST + 22


def test_the_restarted_market_is_the_one_that_was_left(path: Path) -> None:
    whole = synthetic(session=SESSION)
    whole.run_out()
    first = opened(path)
    first.run_to(SESSION.open + timedelta(minutes=6))
    first.venue.close()

    second = opened(path)
    second.run_out()

    assert first.got(Tick) + second.got(Tick) == whole.got(Tick)


def test_what_was_lived_in_the_last_minute_does_not_come_again(path: Path) -> None:
    """Without changes the time is saved now and then only, but at the end it is."""
    before = opened(path)
    before.run_to(SESSION.close)
    seen = len(before.got(Tick))
    while len(before.got(Tick)) == seen:
        before.venue.step()
    before.venue.close()

    after = opened(path)
    after.run_out()

    assert after.venue.start == before.got(Tick)[-1].time
    assert not after.got(Tick)


def test_a_step_done_in_part_keeps_no_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened(path)
    before.run_to(SESSION.open + timedelta(minutes=2))
    before.submit(order := an_order(quantity=1))
    with monkeypatch.context() as patched:
        patched.setattr(ExchangeState, "save", fail)
        with pytest.raises(BrokerError, match="disk is full"):
            before.run_for(seconds=1)
    before.venue.close()

    found = ExchangeState(path, SEOUL).load()

    assert found is not None
    assert order.id not in {kept.id for kept in found.orders}
    assert found.time is not None
    assert found.time < before.venue.now


def test_who_has_lost_the_file_leaves_its_time_alone(path: Path) -> None:
    first = opened(path)
    first.run_to(SESSION.open + timedelta(minutes=3))
    second = opened(path)
    assert second.venue.now < first.venue.now
    second.venue.close()

    first.venue.close()

    found = ExchangeState(path, SEOUL).load()
    assert found is not None
    assert found.time == second.venue.now


def test_restored_orders_still_work_and_numbers_go_on(path: Path) -> None:
    before = opened(path)
    before.run_to(SESSION.open + timedelta(minutes=2))
    before.submit(an_order(quantity=5))
    before.run_for(seconds=1)
    bid = before.got(Tick)[-1].bid
    before.submit(resting := an_order(quantity=2, limit=int(bid or 0)))
    before.run_for(milliseconds=100)
    before.venue.close()
    used = {report.fill.id for report in before.got(OrderFilled)}

    after = opened(path)
    after.submit(extra := an_order(Side.SELL, 5))
    after.run_to(SESSION.continuous_end)

    again = after.got(OrderFilled)
    assert used.isdisjoint(report.fill.id for report in again)
    assert {report.order_id for report in again} == {resting.id, extra.id}
    numbers = {m.broker_id for m in before.got(OrderAccepted) + after.got(OrderAccepted)}
    assert len(numbers) == 3


def test_an_order_sent_before_the_restart_can_not_be_sent_again(path: Path) -> None:
    before = opened(path)
    before.run_to(SESSION.open + timedelta(minutes=1))
    before.submit(order := an_order(quantity=1))
    before.run_for(seconds=1)
    before.venue.close()

    with pytest.raises(BrokerError, match="sent before"):
        opened(path).submit(order)


def test_the_next_day_begins_at_its_open_and_old_orders_are_expired(path: Path) -> None:
    yesterday = sessions_before(DAY, 1)[0]
    before = synthetic(session=yesterday, state=ExchangeState(path, SEOUL))
    before.run_to(yesterday.open + timedelta(minutes=2))
    before.submit(an_order(quantity=4), old := an_order(quantity=1, limit=LOWEST))
    before.run_for(seconds=1)
    before.venue.close()

    after = opened(path)

    assert after.venue.start == SESSION.open - timedelta(seconds=30)
    account = after.venue.exchange.account
    assert account.lots["005930"].quantity == 4
    assert account.available == account.cash
    after.venue.close()
    found = ExchangeState(path, SEOUL).load()
    assert found is not None
    assert {o.id: o.status for o in found.orders}[old.id] is OrderStatus.EXPIRED


def test_a_day_that_is_over_stays_over(path: Path) -> None:
    """The closing auction must not come again for whoever takes over after it."""
    before = opened(path)
    before.run_out()
    before.venue.close()

    after = opened(path)
    after.submit(order := an_order(quantity=1))
    after.run_out()

    assert after.venue.start == before.venue.now == SESSION.close + timedelta(seconds=30)
    assert not after.got(Tick)
    assert "주문시간이 아닙니다" in after.about(order)[-1].note


def test_whoever_opens_the_file_last_has_the_exchange(path: Path) -> None:
    first = opened(path)
    first.run_to(SESSION.open + timedelta(minutes=1))
    second = opened(path)
    reported = len(first.posts)
    first.submit(order := an_order(quantity=1))

    with pytest.raises(BrokerError, match="another process has taken over"):
        first.run_for(seconds=5)

    assert first.about(order) == []
    assert not any(isinstance(post, OrderAccepted) for post in first.posts[reported:])
    second.submit(other := an_order(quantity=1))
    second.run_for(seconds=5)
    assert len(second.about(other)) == 2


def test_the_old_owner_notices_even_without_orders(path: Path) -> None:
    first = opened(path)
    first.run_to(SESSION.open + timedelta(minutes=1))
    opened(path)

    with pytest.raises(BrokerError, match="taken over"):
        first.run_for(minutes=2)


def test_a_note_about_the_market_is_there_for_the_successor(path: Path) -> None:
    ExchangeState(path, SEOUL).note_market('{"seed": 5}')

    assert ExchangeState(path, SEOUL).market == '{"seed": 5}'


def test_a_file_that_is_no_exchange_state_is_refused(path: Path) -> None:
    path.write_text("certainly not a database, but long enough to look at" * 50)

    with pytest.raises(BrokerError, match=r"exchange\.db"):
        ExchangeState(path, SEOUL)


def test_a_state_of_a_newer_program_is_refused(path: Path) -> None:
    ExchangeState(path, SEOUL).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
    db.close()

    with pytest.raises(BrokerError, match="newer program"):
        ExchangeState(path, SEOUL)


def test_a_locked_file_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = opened(path)
    outside.venue.exchange._state._db.execute("PRAGMA busy_timeout = 0")  # type: ignore[union-attr]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(BrokerError, match="locked"):
        outside.run_for(minutes=3)
    other.close()
