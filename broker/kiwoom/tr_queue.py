"""TR requests on their way: in order of priority, under the rate limits, page by page."""

from __future__ import annotations

import logging
from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from broker.kiwoom import errors
from broker.kiwoom.control import Control
from broker.kiwoom.notes import Notes
from broker.kiwoom.rate_limit import RollingWindows, Window
from broker.kiwoom.screens import ACCOUNT_TRS, MARKET_TRS, ScreenPool
from broker.kiwoom.tr_reading import TrReply, read
from broker.kiwoom.trs import TRS
from broker.kiwoom.watch import Alarms
from config.text import Text
from core.domain.errors import DataError
from core.ports import Clock

logger = logging.getLogger(__name__)

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_SECOND = timedelta(seconds=1, milliseconds=50)  # Kiwoom's clock is not ours to the millisecond

# Kiwoom says 5 a second, and punishes more over minutes and hours by rules it does not publish.
# About 1,000 an hour is what users found; both paces stay clear of it.
QUICK: tuple[Window, ...] = ((5, _SECOND), (60, _MINUTE), (900, _HOUR))
# What Kiwoom's guide advises: wait 17 s after a burst of 5, 90 s after 5 of them, 180 s after 10.
CAREFUL: tuple[Window, ...] = (
    (5, timedelta(seconds=18)),
    (25, timedelta(seconds=90)),
    (50, timedelta(seconds=180)),
    (1000, _HOUR),
)
# What charts may take of it: an exit that asks for the account must not wait for them.
_QUICK_CHARTS: tuple[Window, ...] = ((5, _SECOND), (50, _MINUTE), (800, _HOUR))
_CAREFUL_CHARTS: tuple[Window, ...] = (
    (3, timedelta(seconds=18)),
    (18, timedelta(seconds=90)),
    (38, timedelta(seconds=180)),
    (900, _HOUR),
)
_PACES = {"quick": (QUICK, _QUICK_CHARTS), "careful": (CAREFUL, _CAREFUL_CHARTS)}

# How long nothing is asked after one refusal for the limit, after two in a row, and so on.
_PENALTIES = tuple(timedelta(seconds=wait_s) for wait_s in (18, 90, 180, 600))
_HOPELESS = 3  # so many refusals in a row: it is the long-term limit
_LATE = 0.1  # of a time-out: by more than this its alarm is no judge any more
_REPEATS = 1  # how often a request without an answer is sent again
_ALARM = "requests"
_BLOCKED = Text(
    "키움의 조회 제한에 걸려 {}까지 조회를 멈춥니다. 다음 로그인까지 천천히 조회합니다.",
    "Kiwoom refused a request for its limit: none until {}, and slowly until the next login.",
)
_STUCK = Text(
    "키움의 장시간 조회 제한이 풀리지 않습니다. 프로그램을 다시 시작해 로그인하십시오. "
    "시세와 주문은 계속됩니다.",
    "Kiwoom's long-term limit on requests does not end: restart the program to log in anew. "
    "Market data and orders go on.",
)
_SILENT = Text("{}초 동안 응답이 없습니다{}", "no answer in {} s{}")
_INTERNAL = Text("내부 오류: {!r}", "internal error: {!r}")


def time_for_charts(pace: str, requests: int) -> timedelta:
    """Return how long it takes at least until so many chart requests have left at this pace."""
    _, charts = _PACES[pace]
    waits = ((requests - 1) // limit * length for limit, length in charts)
    return max(waits, default=timedelta(0)) if requests > 0 else timedelta(0)


class Priority(IntEnum):
    ACCOUNT = 0
    FIRST = 1  # the symbol somebody looks at
    HISTORY = 2
    CHECK = 3  # what nobody waits for


@dataclass(frozen=True, slots=True)
class TrRequest:
    """One TR with all its pages; the callbacks run inside the handler of its answer."""

    tr: str
    inputs: Mapping[str, str]  # that differ from the table's
    on_page: Callable[[TrReply, int], bool]
    """Takes page 0, 1, ...; returns whether it wants the next one, and gets page 0 again where the
    request had to begin anew."""
    on_end: Callable[[Text | None], None]
    """Called once, after the last page or with what went wrong."""
    priority: Priority = Priority.HISTORY
    outlives_line: bool = True  # begun anew after a reconnect; otherwise dropped without a word


@dataclass(slots=True)
class _Job:
    request: TrRequest
    serial: int
    name: str = ""
    screen: str = ""
    page: int = 0
    known: int = 0  # pages that have come, be it at an earlier try
    repeats: int = 0  # of the first page that has not
    said: str = ""  # Kiwoom's last words about it
    last_rows: object = field(default=None, repr=False)

    def __lt__(self, other: _Job) -> bool:
        mine, others = self.request.priority, other.request.priority
        return (mine, self.serial) < (others, other.serial)


class TrQueue:
    """One request at a time on each of a few screens; an account's never wait for a chart's.

    A request keeps its screen and its name for all its pages, and no other request ever has that
    name: an answer that comes too late fits nothing.
    """

    def __init__(
        self,
        control: Control,
        clock: Clock,
        alarms: Alarms,
        notes: Notes,
        pace: str,
        timeout_s: float,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed` is told whenever a request has left, or was refused."""
        self._control, self._clock, self._alarms, self._notes = control, clock, alarms, notes
        self._pace, self._timeout = pace, timedelta(seconds=timeout_s)
        self.windows, self._charts = (RollingWindows(windows) for windows in _PACES[pace])
        self._changed = changed
        market = ScreenPool(MARKET_TRS)
        self._pools = dict.fromkeys(Priority, market) | {Priority.ACCOUNT: ScreenPool(ACCOUNT_TRS)}
        self._waiting: list[_Job] = []
        self._flying: dict[str, _Job] = {}  # by request name
        self._serial = self._names = 0
        self._refusals = 0  # in a row
        self._is_open = self._is_pumping = False

    @property
    def note(self) -> Text | None:
        """Why nothing leaves, while that is so."""
        until = self.windows.blocked_until
        if until is None or self._clock.now() >= until:
            return None
        return _STUCK if self._refusals >= _HOPELESS else _BLOCKED.format(f"{until:%H:%M:%S}")

    def ask(self, request: TrRequest) -> None:
        """Send it when its turn has come."""
        self._serial += 1
        insort(self._waiting, _Job(request, self._serial))
        self.pump()

    def open(self) -> None:
        """Requests may leave from now on: a login has succeeded, which ends every penalty."""
        self._is_open = True
        self._refusals = 0
        self.windows.clear_block()
        self._use(self._pace)
        self.pump()

    def hold(self) -> None:
        """The line is lost, and all answers with it: begin anew what outlives that."""
        self._is_open = False
        jobs = [*self._flying.values(), *self._waiting]
        for job in jobs:
            self._land(job)
            self._free_screen(job)
            job.page = job.known = job.repeats = 0
        self._waiting = sorted(job for job in jobs if job.request.outlives_line)
        self._alarms.drop(_ALARM)

    def close(self) -> None:
        """Forget everything; nothing is called back."""
        self.hold()
        self._waiting.clear()

    # -- what the control says ----------------------------------------------------------------

    def on_message(self, name: str, text: str) -> bool:
        """Take OnReceiveMsg; return whether it was about a request of ours."""
        job = self._flying.get(name)
        if job is not None:
            job.said = text
        return job is not None

    def on_answer(self, name: str, prev_next: str) -> bool:
        """Take OnReceiveTrData, inside its handler; return whether it was an answer to us."""
        job = self._flying.get(name)
        if job is None:
            return False
        reply = read(self._control, TRS[job.request.tr], name, prev_next)
        if job.page and reply.rows and reply.rows == job.last_rows:
            logger.warning("%s: the same page twice", job.request.tr)
            return True
        job.last_rows = reply.rows
        self._refusals = 0
        self._take_page(job, reply)
        self.pump()
        return True

    def _take_page(self, job: _Job, reply: TrReply) -> None:
        self._land(job)
        page, job.page = job.page, job.page + 1
        if job.page > job.known:
            job.known, job.repeats = job.page, 0
        try:
            wants_more = job.request.on_page(reply, page)
        except DataError as error:
            self._finish(job, error.text)
            return
        except Exception as error:  # a fault of ours must not cost the screen
            self._finish(job, _INTERNAL.format(error))
            raise
        if wants_more and reply.has_more:
            insort(self._waiting, job)
        else:
            self._finish(job, None)

    # -- sending ------------------------------------------------------------------------------

    def pump(self) -> None:
        """Send what may leave now. The control may call us back in the middle of it."""
        if self._is_pumping or not self._is_open:
            return
        self._is_pumping = True
        try:
            while self._is_open and (job := self._next_job()) is not None:
                self._send(job)
        finally:
            self._is_pumping = False

    def _next_job(self) -> _Job | None:
        now = self._clock.now()
        for job in self._waiting:
            if not job.screen:
                job.screen = self._pools[job.request.priority].take() or ""
            if job.screen:
                moment = self._next_free(job, now)
                if moment > now:
                    self._alarms.set(_ALARM, moment, lambda _: self.pump())
                    return None
                self._waiting.remove(job)
                return job
        return None

    def _next_free(self, job: _Job, now: datetime) -> datetime:
        """Return when the job may leave; those of higher priority are asked about before it."""
        moment = self.windows.next_free(now)
        if job.request.priority is Priority.ACCOUNT:
            return moment
        return max(moment, self._charts.next_free(now))

    def _send(self, job: _Job) -> None:
        now, request = self._clock.now(), job.request
        if job.page == 0:
            self._names += 1
            job.name, job.last_rows, job.said = f"{request.tr}_{self._names}", None, ""
        self._flying[job.name] = job
        self.windows.take(now)
        if request.priority is not Priority.ACCOUNT:
            self._charts.take(now)
        self._await(job, now)
        inputs = {**TRS[request.tr].inputs, **request.inputs}
        for name, value in inputs.items():
            self._control.dynamicCall("SetInputValue(QString, QString)", name, value)
        code = self._control.dynamicCall(
            "CommRqData(QString, QString, int, QString)",
            job.name,
            request.tr,
            2 if job.page else 0,
            job.screen,
        )
        self._changed()
        if code != 0 and job.name in self._flying:
            self._refused(job, code)

    def _refused(self, job: _Job, code: int | None) -> None:
        self._land(job)
        if code not in errors.TOO_MANY_REQUESTS:
            self._finish(job, errors.of(code).text)
            return
        insort(self._waiting, job)
        now = self._clock.now()
        wait = _PENALTIES[min(self._refusals, len(_PENALTIES) - 1)]
        self._refusals += 1
        self._use("careful")
        self.windows.block(now + wait)
        if self._refusals == _HOPELESS:
            self._notes.error(_STUCK)
        elif self._refusals < _HOPELESS:
            self._notes.warn(_BLOCKED.format(f"{now + wait:%H:%M:%S}"))
        self._changed()

    def _await(self, job: _Job, now: datetime) -> None:
        due = now + self._timeout
        self._alarms.set(job.name, due, lambda rung: self._on_silence(job, due, rung))

    def _on_silence(self, job: _Job, due: datetime, now: datetime) -> None:
        """Nothing was answered in time: once more from the first page, under another name.

        Where this alarm itself comes late, it was our thread that was busy, or the machine asleep,
        and the answer may lie behind it in the same queue.
        """
        if now - due > self._timeout * _LATE:
            self._await(job, now)
            return
        self._land(job)
        self._control.dynamicCall("DisconnectRealData(QString)", job.screen)
        if job.repeats < _REPEATS:
            job.page, job.repeats = 0, job.repeats + 1
            insort(self._waiting, job)
        else:
            said = f": {job.said}" if job.said else ""
            self._finish(job, _SILENT.format(int(self._timeout.total_seconds()), said))
        self.pump()

    def _use(self, pace: str) -> None:
        windows, charts = _PACES[pace]
        self.windows.use(windows)
        self._charts.use(charts)

    def _land(self, job: _Job) -> None:
        self._flying.pop(job.name, None)
        self._alarms.drop(job.name)

    def _finish(self, job: _Job, error: Text | None) -> None:
        """Free the screen, and stop the real-time data that the TR has registered on it."""
        self._land(job)
        self._control.dynamicCall("DisconnectRealData(QString)", job.screen)
        self._free_screen(job)
        job.request.on_end(error)

    def _free_screen(self, job: _Job) -> None:
        if job.screen:
            self._pools[job.request.priority].give_back(job.screen)
        job.screen = ""
