"""The record of everything that has to do with money."""

from core.journal.memory import MemoryJournal as MemoryJournal
from core.journal.memory import NullJournal as NullJournal
from core.journal.records import KINDS as KINDS
from core.journal.writer import SqlJournal as SqlJournal
from core.journal.writer import open_or_set_aside as open_or_set_aside
