"""Errors of the core; each text says what, where, the value, and what to do."""

from __future__ import annotations


class TerminalError(Exception):
    """Something a person can act on; shown as one line, without a traceback."""


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
