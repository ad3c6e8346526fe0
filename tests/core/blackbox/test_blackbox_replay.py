"""Engines on a fake broker, recorded and replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from config.schema import Settings
from config.text import Text
from core.blackbox.blocks import BlockReader, BlockWriter
from core.blackbox.codec import Codecs
from core.blackbox.errors import DivergedError, RecordingError
from core.blackbox.opening import Run, recorded_engine
from core.blackbox.player import Player, Replayed
from core.blackbox.ports import ports
from core.blackbox.reel import Reel
from core.blackbox.shelf import Shelf
from core.clock import SimClock
from core.domain.errors import BrokerError, JournalError
from core.domain.market import Tick
from core.domain.messages import ApplySettings, Event, Flatten, Noted, Severity, Start
from core.engine.day_memory import DayMemory
from core.engine.outside import Outside
from core.journal import MemoryJournal
from core.journal.encoding import dumps
from core.sessions import open_calendar
from tests.builders import OPEN, SEOUL
from tests.fakes import FakeBroker

SYMBOL = "005930"
EAGER = {
    "market.symbols": [SYMBOL],
    "strategy.ema_short": 2,
    "strategy.ema_long": 3,
    "strategy.bb_period": 2,
    "strategy.rsi_period": 2,
    "strategy.buy_threshold": 0.5,
    "strategy.rsi_overbought": 100,
    "strategy.rsi_oversold": 0,
}
CALENDAR = open_calendar("XKRX", SEOUL)


class Row(NamedTuple):
    """A record as the journal's table has it."""

    seq: int
    time: str
    kind: str
    body: str


@dataclass
class Desk:
    """A recorded engine to play with."""

    home: Path
    memory: DayMemory
    elapsed_s: float = 0.0

    def __post_init__(self) -> None:
        self.clock = SimClock(OPEN)
        self.broker = FakeBroker(self.clock)
        self.journal = MemoryJournal()
        self.settings = Settings(EAGER)
        outside = Outside(
            self.clock,
            self.broker,
            self.broker,
            self.journal,
            CALENDAR,
            day_memory=self.memory,
            elapsed_s=lambda: self.elapsed_s,
        )
        run = Run("1", "demo", 1, OPEN, "run", "")
        engine, self.tape = recorded_engine(
            self.home, self.settings, outside, [SYMBOL], run, OPEN.timestamp()
        )
        self.engine = engine
        self.engine.open()
        self.tell(Start())

    def tell(self, message: Any) -> None:
        self.broker.inbox.appendleft(message)
        while self.broker.inbox:
            try:
                self.engine.handle(self.broker.inbox.popleft())
            except Exception as error:
                self.engine.fault(error)

    def tick(self, price: float, second: float) -> None:
        self.clock.move_to(OPEN + timedelta(seconds=second))
        self.tell(Tick(SYMBOL, self.clock.now(), price, 10))

    def close(self) -> None:
        self.engine.take_events()
        self.engine.close()

    def rows(self) -> list[Row]:
        kept = self.journal.committed
        return [
            Row(number, record.time.isoformat(), record.kind, dumps(record.fields))
            for number, record in enumerate(kept, 1)
        ]

    def replay(self, rows: Sequence[Row] | None = None) -> Replayed:
        reel = Reel(Shelf(self.home).find(), SEOUL)
        return Player(reel, CALENDAR, iter(self.rows() if rows is None else rows)).play()

    def replay_changed(self, change: Callable[[list[Any]], list[Any] | None]) -> Replayed:
        """Replay the recording with its items changed, left out where `change` returns None."""
        path = Shelf(self.home).find()
        header, *blocks = BlockReader(path)
        path.unlink()
        writer = BlockWriter(path)
        writer.write(header)
        items = [change(item) for block in blocks for item in block]
        writer.write([item for item in items if item is not None])
        writer.close()
        return self.replay()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, DayMemory(tmp_path / "day.json"))
    desk.broker.fills_at_once()
    yield desk
    desk.tape.close()


def trade(desk: Desk, start: int = 0) -> None:
    """Let prices fall, rise and fall again: a buy, then the stop."""
    prices = (70_000, 69_900, 69_800, 69_700, 70_300, 70_400, 60_000)
    for minute, price in enumerate(prices):
        desk.tick(price, start + minute * 60 + 55)


def assert_same(desk: Desk, orders: int) -> None:
    found = desk.replay()
    assert found.difference is None
    assert (found.records, found.orders) == (len(desk.rows()), orders)


def test_a_session_gives_the_same_orders_and_records_again(desk):
    trade(desk)
    desk.close()
    assert {"order", "fill", "trade", "decision", "end"} <= {row.kind for row in desk.rows()}
    assert desk.replay().is_whole
    assert_same(desk, orders=2)


def test_an_order_that_the_broker_does_not_take_is_refused_again(desk):
    def refuse(_: Any) -> None:
        raise BrokerError(Text("회선 없음", "no line"))

    desk.broker.on_submit = refuse
    trade(desk)
    desk.close()
    told = "".join(row.body for row in desk.rows())
    assert "no line" in told and "회선 없음" in told
    assert_same(desk, orders=1)


def test_a_journal_that_fails_fails_again_and_is_tried_again_at_the_same_times(desk):
    desk.journal.failure = JournalError("the disk is full")
    trade(desk)
    desk.journal.failure, desk.elapsed_s = None, 5.0
    desk.tell(Flatten("button"))
    trade(desk, 600)
    desk.close()
    assert "written again" in "".join(row.body for row in desk.rows())
    assert desk.replay().difference is None


def test_an_error_inside_of_the_engine_is_raised_again(desk):
    def broken(_: Any) -> None:
        raise ZeroDivisionError("in the adapter")

    desk.broker.on_submit = broken
    trade(desk)
    desk.close()
    assert "in the adapter" in "".join(row.body for row in desk.rows())
    assert_same(desk, orders=1)


def test_changed_settings_count_in_the_replay_too(desk):
    desk.tell(ApplySettings(desk.settings.changed({"strategy.buy_threshold": 50.0})))
    trade(desk)
    desk.close()
    assert_same(desk, orders=0)


def test_what_the_day_began_with_is_remembered_in_the_replay(tmp_path):
    first = Desk(tmp_path / "a", DayMemory(tmp_path / "day.json"))
    first.broker.cash = 9_000_000
    first.close()
    second = Desk(tmp_path / "b", DayMemory(tmp_path / "day.json"))
    second.close()
    (tmp_path / "day.json").unlink()
    assert second.replay().difference is None


def test_a_recording_without_its_end_is_replayed_as_far_as_it_goes(desk):
    trade(desk)
    desk.tape.close()
    found = desk.replay()
    assert found.difference is None and not found.is_whole
    assert found.orders == 2


def test_records_that_a_killed_program_had_not_committed_are_counted(desk):
    trade(desk)
    desk.tape.close()
    found = desk.replay(desk.rows()[:-2])
    assert (found.difference, found.unwritten >= 2) == (None, True)


def test_records_beyond_the_recording_of_a_killed_program_are_counted(desk):
    trade(desk)
    desk.tape.close()
    more = [*desk.rows(), Row(99, OPEN.isoformat(), "note", "{}")]
    path = Shelf(desk.home).find()
    path.write_bytes(path.read_bytes()[:-1])
    found = desk.replay(more)
    assert (found.difference, found.beyond >= 1) == (None, True)


def differing(found: Replayed) -> DivergedError:
    assert found.difference is not None
    return found.difference


def test_a_changed_record_is_where_the_replay_stops(desk):
    trade(desk)
    desk.close()
    rows = desk.rows()
    place = next(number for number, row in enumerate(rows) if row.kind == "fill")
    rows[place] = rows[place]._replace(body=rows[place].body.replace("70300", "70200", 1))
    difference = differing(desk.replay(rows))
    assert f"record {rows[place].seq}" in difference.where.en
    assert "70200" in difference.was and "70300" in difference.now


@pytest.mark.parametrize("left_out", [0, 3, -1])
def test_a_missing_record_is_a_difference(desk, left_out):
    trade(desk)
    desk.close()
    rows = desk.rows()
    del rows[left_out]
    differing(desk.replay(rows))


def test_a_record_too_many_is_a_difference(desk):
    trade(desk)
    desk.close()
    rows = desk.rows()
    assert differing(desk.replay([*rows, rows[-1]])).now == "-"


def test_another_price_leads_to_other_orders(desk):
    trade(desk)
    desk.close()

    def dearer(item: list[Any]) -> list[Any]:
        return (
            [*item[:3], 80_000, *item[4:]] if item[:1] == ["Tick"] and item[3] == 70_300 else item
        )

    differing(desk.replay_changed(dearer))


def test_an_order_sent_then_and_not_now_is_a_difference(desk):
    desk.close()
    order = ["call", "broker.submit", [{"id": "x"}], None, None]
    found = differing(desk.replay_changed(lambda item: order if item == ["events"] else item))
    assert "broker.submit" in found.was and found.now == "-"


def test_an_order_sent_now_and_not_then_is_a_difference(desk):
    trade(desk)
    desk.close()
    found = differing(
        desk.replay_changed(lambda item: None if item[1:2] == ["broker.submit"] else item)
    )
    assert "broker.submit" in found.now


def test_a_fault_then_and_none_now_is_a_difference(desk):
    desk.close()
    fault = ["fault", "KeyError", "KeyError", "x", "core/a.py:1", {}]
    found = differing(desk.replay_changed(lambda item: fault if item == ["events"] else item))
    assert "KeyError" in found.was and found.now == "-"


def test_a_cut_recording_of_a_run_that_ended_is_named(desk):
    trade(desk)
    desk.close()
    with pytest.raises(RecordingError, match="was cut"):
        desk.replay_changed(lambda item: None if item == ["end"] else item)


def test_a_message_that_is_not_known_any_more_names_the_version(desk):
    desk.close()
    with pytest.raises(RecordingError, match=r"version 1"):
        desk.replay_changed(lambda item: ["Gone", 1] if item == ["events"] else item)


def test_the_last_messages_are_kept_in_memory(desk):
    desk.tick(70_000, 1)
    assert desk.engine.recent[-1] == Tick(SYMBOL, OPEN + timedelta(seconds=1), 70_000, 10)


def said(events: Sequence[Event]) -> list[Noted]:
    notes = [event for event in events if isinstance(event, Noted)]
    return [note for note in notes if "no longer recorded" in note.text.en]


def test_a_failing_disk_ends_the_recording_and_says_so_while_trading_goes_on(desk):
    desk.tape.failure = OSError("the disk is full")
    events = desk.engine.take_events()
    (note,) = said(events)
    assert note.severity is Severity.WARNING and "the disk is full" in note.text.en
    assert said(desk.engine.take_events()) == []
    trade(desk)
    assert len(desk.broker.submitted) == 2


def test_a_folder_that_can_not_be_made_stops_nothing(tmp_path):
    (tmp_path / "blackbox").write_text("in the way", "utf-8")
    desk = Desk(tmp_path, DayMemory())
    desk.broker.fills_at_once()
    assert len(said(desk.engine.take_events())) == 1
    trade(desk)
    desk.close()
    assert len(desk.broker.submitted) == 2


def test_a_port_that_can_not_be_recorded_is_said_and_stops_nothing(tmp_path, monkeypatch):
    def vague(_: DayMemory) -> Any: ...

    monkeypatch.setattr(DayMemory, "vague", vague, raising=False)
    desk = Desk(tmp_path, DayMemory())
    desk.broker.fills_at_once()
    trade(desk)
    assert len(said(desk.engine.take_events())) == 1
    assert len(desk.broker.submitted) == 2
    desk.close()


def test_every_port_of_the_engine_can_be_recorded():
    assert {name for name, _ in ports(Codecs())} >= {"broker", "clock", "journal", "day_memory"}


def test_a_clock_read_that_is_not_in_the_recording_is_missed(desk):
    """As is everything else the engine might ask for without its having been recorded."""
    trade(desk)
    desk.close()
    found = differing(
        desk.replay_changed(lambda item: None if item[1:2] == ["clock.now"] else item)
    )
    assert found.now == "clock.now()"
