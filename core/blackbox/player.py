"""Makes an engine anew on a recording, and compares all that it does with what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from config.text import Text
from core.blackbox.codec import Codecs
from core.blackbox.compared import ComparedJournal, Row
from core.blackbox.errors import DivergedError, RecordingError
from core.blackbox.items import CLOSE, END, EVENTS, FAULT, OPEN, Item, is_message, unpacker
from core.blackbox.ports import Call, Method, given, replaced
from core.blackbox.raising import fault_of, remade
from core.blackbox.reel import Reel, TornError, described
from core.domain.messages import Event
from core.engine import Engine
from core.engine.outside import Outside
from core.sessions import TradingCalendar


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to.

    Attributes:
        difference: The first one; None: everything was the same.
        is_whole: The recorded run ended in good order; else the recording ends with its tail.
        unwritten: Records made after the journal's last one, by a program that was killed.
        beyond: Records of the journal made after the recording's end, likewise.
    """

    messages: int
    records: int
    orders: int
    is_whole: bool
    unwritten: int
    beyond: int
    difference: DivergedError | None


class Player:
    """Plays one recording, once."""

    def __init__(
        self,
        reel: Reel,
        calendar: TradingCalendar,
        rows: Iterator[Row] | None,
        publish: Callable[[Sequence[Event]], object] = lambda _: None,
    ) -> None:
        """`rows` are those of the session's journal, after its `session` record.

        Where they are None nothing is compared with a journal. `publish` gets all events, in the
        batches in which they were taken.
        """
        self._reel, self._calendar, self._publish = reel, calendar, publish
        self._has_rows = rows is not None
        self._journal = ComparedJournal(iter(()) if rows is None else rows)
        self._codecs = Codecs(calendar.zone)
        self._message = unpacker(calendar.zone)
        self._messages = self._orders = 0
        self._error: Exception | None = None  # raised by the message before

    def play(self) -> Replayed:
        """Play to the end, or to the first difference.

        Raises:
            RecordingError: The recording was changed, or ends before the session does.
        """
        difference = None
        try:
            self._run()
        except TornError:
            pass  # `_leftovers` says whether that may be
        except DivergedError as error:
            difference = error
        beyond = 0
        if difference is None and self._has_rows:
            beyond, difference = self._leftovers()
        reel, journal = self._reel, self._journal
        counts = self._messages, journal.count, self._orders
        return Replayed(*counts, reel.is_whole, journal.unwritten, beyond, difference)

    def _run(self) -> None:
        header = self._reel.header
        engine = Engine(header.settings, self._outside(), header.symbols, header.run_id)
        try:
            self._drive(engine)
        finally:  # the last events of a run are taken when nothing is recorded any more
            self._publish(engine.last_events())

    def _drive(self, engine: Engine) -> None:
        driven: dict[str, Callable[[Item], object]] = {
            OPEN: lambda _: engine.open(),
            EVENTS: lambda _: self._publish(engine.take_events()),
            FAULT: lambda item: engine.fault(self._fault(item)),
            CLOSE: lambda _: engine.close(),
            END: lambda _: None,
        }
        while (item := self._reel.next()) is not None:
            if self._error is not None and item[0] != FAULT:
                raise DivergedError(self._reel.where, described(item), repr(self._error))
            if is_message(item):
                self._handle(engine, item)
            elif item[0] in driven:
                driven[item[0]](item)
            else:
                self._look_ahead(engine, item)

    def _look_ahead(self, engine: Engine, item: Item) -> None:
        """Do what the driver did when something was called outside of any message."""
        where, count = self._reel.where, self._reel.count
        self._reel.put_back(item)
        _ = engine.wakeup
        if self._reel.count < count:  # it was called then, and is not now
            raise DivergedError(where, described(item), "-")

    def _handle(self, engine: Engine, item: Item) -> None:
        message = self._unpacked(item)
        self._messages += 1
        try:
            engine.handle(message)
        except Exception as error:  # as the driver does; its fault comes next
            self._error = error

    def _unpacked(self, item: Item) -> Any:
        try:
            return self._message(item)
        except (KeyError, TypeError, ValueError) as error:
            where, version = self._reel.where, self._reel.header.version
            raise RecordingError(
                Text(
                    f"{where.ko}({item[0]})을 읽을 수 없습니다. 다른 프로그램(버전 {version})이 "
                    f"녹화했습니다: {error!r}",
                    f"{where.en} ({item[0]}) can't be read; another program (version {version}) "
                    f"recorded it: {error!r}",
                )
            ) from error

    def _fault(self, item: Item) -> Exception:
        """Return the error that the message before raised, which must be the recorded one."""
        error, self._error = self._error, None
        if error is None or fault_of(error) != item[1:]:
            now = "-" if error is None else repr(error)
            raise DivergedError(self._reel.where, described(item), now)
        return error

    def _leftovers(self) -> tuple[int, DivergedError | None]:
        """Look at what the journal has beyond the recording, and the other way round."""
        journal, whole = self._journal, self._reel.is_whole
        rest = journal.rest()
        end = Text("매매일지의 끝", "the end of the journal's session")
        if whole and (rest or journal.unwritten):
            was = rest[0] if rest else "-"
            now = "-" if rest else f"{journal.unwritten} more records"
            return 0, DivergedError(end, was, now)
        if not whole and journal.has_ended:
            raise RecordingError(self._cut())
        return len(rest), None

    def _cut(self) -> Text:
        path = self._reel.path
        return Text(
            f"{path}: 녹화가 세션보다 먼저 끝납니다. 파일이 잘렸거나, 그때 녹화가 멈췄습니다"
            "(매매일지의 알림을 보세요)",
            f"{path}: the recording ends before its session does: the file was cut, or recording "
            "had stopped (a note in the journal says so)",
        )

    def _outside(self) -> Outside:
        absent = self._reel.header.absent
        there: Any = {f.name: None if f.name in absent else self for f in fields(Outside)}
        outside = replace(Outside(**there), calendar=self._calendar)
        return replaced(outside, self._answering, self._codecs)

    def _answering(self, method: Method) -> Call:
        """Return a function that checks a call of the engine, and answers what was answered."""
        if not method.is_recorded:
            return self._journal.record
        name, unpack = method.full_name, method.result.unpack

        def call(*args: Any, **named: Any) -> Any:
            told = given(args, named) if method.is_told else []
            *_, error, result = self._reel.answer(name, told)
            self._orders += name == "broker.submit"
            if error is not None:
                raise remade(*error)
            return unpack(result) if unpack else result

        return call
