"""A replay in the window: played, paused, moved, and begun anew for whoever goes back."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from core.commands.replay import Replay
from core.commands.screen import check_screen
from core.commands.transport import Transport
from core.commands.wire import Calls, WindowRun, Wire
from core.drivers import Inbox
from core.simulation.venue import Venue

Replayed = Callable[[Venue, Inbox, Transport], Wire]
_ACCOUNT = "80******11"
_TURN_S = 0.0005


def watch(
    args: Namespace, chosen: Replay, replayed: Replayed, open_window: Callable[[WindowRun], int]
) -> int:
    """Open the window; open another one on a fresh market whenever somebody goes back in time.

    So everything there is comes from the market's start: nothing is wound back.

    Raises:
        ConfigError: There is no screen.
        DataError: The files can't be read.
    """
    check_screen()
    with _fair_turns():
        return _watch(args, chosen, replayed, open_window)


@contextmanager
def _fair_turns() -> Iterator[None]:
    """Let threads take turns more often: at full speed two of them never rest.

    With Python's own 5 ms the window waits that long at every call of Qt, 0.3 s in bad moments;
    so it is 20 ms, and the replay itself is faster.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _watch(
    args: Namespace, chosen: Replay, replayed: Replayed, open_window: Callable[[WindowRun], int]
) -> int:
    last, again = chosen.last(), None
    speed, is_playing = args.speed or 1.0, True
    while True:
        venue = chosen.make_venue()
        transport = Transport(venue.start, last, speed, is_playing)
        if again is not None:
            transport.run_to(again)
        code = open_window(_run(chosen, replayed, venue, transport))
        again = transport.again
        if again is None:
            return code
        speed, is_playing = transport.speed, transport.resumes


def _run(chosen: Replay, replayed: Replayed, venue: Venue, transport: Transport) -> WindowRun:
    return WindowRun(
        "replay",
        chosen.symbols,
        lambda: transport,
        partial(_wired, replayed, venue),
        _ACCOUNT,
        transport=transport,
        **chosen.terms,
    )


def _wired(replayed: Replayed, venue: Venue, inbox: Inbox, _: Calls, transport: Transport) -> Wire:
    return replayed(venue, inbox, transport)
