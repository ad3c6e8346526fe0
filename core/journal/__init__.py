"""The record of everything that has to do with money."""

from core.journal.export import export_csv as export_csv
from core.journal.memory import MemoryJournal as MemoryJournal
from core.journal.memory import NullJournal as NullJournal
from core.journal.reader import StoredRecord as StoredRecord
from core.journal.reader import last_session as last_session
from core.journal.reader import read as read
from core.journal.records import KINDS as KINDS
from core.journal.verify import Verification as Verification
from core.journal.verify import verify as verify
from core.journal.writer import SqlJournal as SqlJournal
from core.journal.writer import open_or_set_aside as open_or_set_aside
