from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.journal.writer import SqlJournal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[SqlJournal]:
    journal = SqlJournal(path, busy_timeout_ms=1)
    yield journal
    journal.engine.dispose()
