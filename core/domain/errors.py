"""Errors of the core; each text says what, where, the value, and what to do."""

from __future__ import annotations

from config.text import Text


class TerminalError(Exception):
    """Something a person can act on; shown as one line, without a traceback.

    Attributes:
        text: The message in both languages; `str()` of the error is the English one.
    """

    def __init__(self, message: Text | str) -> None:
        self.text = message if isinstance(message, Text) else Text.of(message)
        super().__init__(self.text.en)


class DataError(TerminalError):
    """A data file or a feed gave something unusable."""


class OutputError(TerminalError):
    """Results can't be written where they were asked for."""


class CalendarError(TerminalError):
    """A date or calendar that has no trading session, or is not known."""


class OrderError(TerminalError):
    """An order transition that can't be, or an order that is not known."""


class JournalError(TerminalError):
    """The journal can't be opened, read or written."""


class BrokerError(TerminalError):
    """The broker refused or can't be reached."""


class HandlerError(TerminalError):
    """A run has ended in good order, but handlers have raised on its way: a bug to be reported."""

    def __init__(self, first: Text, count: int) -> None:
        """`first` tells of the first one."""
        self.text = Text(
            f"{count}번의 내부 오류가 있었습니다. 진입은 멈추고 청산은 계속했습니다. "
            f"로그를 보내 알려 주세요. 처음 오류: {first.ko}",
            f"{count} internal errors on the way: entries were stopped, exits went on. Please "
            f"report it with the log. The first one: {first.en}",
        )
        super().__init__(self.text.en)


class SweepError(TerminalError):
    """A sweep can't go on, or not where it was broken off."""


class InstanceError(TerminalError):
    """Another instance works on the same home folder."""
