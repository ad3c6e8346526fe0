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


class CalendarError(TerminalError):
    """A date or calendar that has no trading session, or is not known."""


class OrderError(TerminalError):
    """An order transition that can't be, or an order that is not known."""


class JournalError(TerminalError):
    """The journal can't be opened, read or written."""


class BrokerError(TerminalError):
    """The broker refused or can't be reached."""


class InstanceError(TerminalError):
    """Another instance works on the same home folder."""
