from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from config.text import Text
from core.domain.errors import JournalError
from core.domain.messages import Noted, Severity
from core.domain.order import Side
from core.journal.export import export_csv
from core.journal.records import note_record
from core.journal.views import VIEWS
from core.journal.writer import SqlJournal
from tests.core.journal.days import OPEN, Day


@pytest.fixture
def written(path: Path) -> Path:
    journal = SqlJournal(path)
    day = Day(journal)
    day.round_trip()
    day.write(*note_record(Noted(OPEN, Severity.INFO, Text("한글", '=HYPERLINK("x")'))))
    day.end()
    journal.close()
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_kind_has_its_file(written: Path, tmp_path: Path) -> None:
    files = export_csv(written, tmp_path / "out")

    assert [file.name for file in files] == [f"{view.name}.csv" for view in VIEWS]
    assert sorted(tmp_path.joinpath("out").iterdir()) == sorted(files)


def test_excel_in_korea_reads_the_files(written: Path, tmp_path: Path) -> None:
    export_csv(written, tmp_path)

    assert (tmp_path / "notes.csv").read_bytes().startswith("\ufeffseq,".encode())
    assert table(tmp_path / "notes.csv")[0]["text_ko"] == "한글"


def test_fills_and_trades_have_the_written_numbers(written: Path, tmp_path: Path) -> None:
    export_csv(written, tmp_path)

    bought, sold = table(tmp_path / "fills.csv")
    assert (bought["side"], bought["price"], bought["cash_after"]) == ("BUY", "70000", "9299985")
    assert (sold["side"], sold["tax"], sold["position_after"]) == ("SELL", "30", "0")
    (trade,) = table(tmp_path / "trades.csv")
    assert (trade["gross_pnl"], trade["net_pnl"]) == ("5000", "4940")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_file_has_the_columns_and_rows_of_its_sql_view(
    written: Path, tmp_path: Path, view: object
) -> None:
    export_csv(written, tmp_path)
    name = view.name  # type: ignore[attr-defined]

    with sqlite3.connect(written) as db:
        rows = db.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in rows.description]
        count = len(rows.fetchall())

    with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == columns
    assert len(lines) == count + 1


def test_a_text_never_becomes_a_formula(written: Path, tmp_path: Path) -> None:
    export_csv(written, tmp_path)

    assert table(tmp_path / "notes.csv")[0]["text"] == '\'=HYPERLINK("x")'


def test_one_session_can_be_exported(written: Path, tmp_path: Path) -> None:
    journal = SqlJournal(written)
    Day(journal).fill(Day(journal).order(Side.BUY, 1))
    journal.close()

    export_csv(written, tmp_path, session=1)

    assert len(table(tmp_path / "fills.csv")) == 2


def test_a_failed_export_leaves_the_old_files(written: Path, tmp_path: Path) -> None:
    export_csv(written, tmp_path / "out")
    before = {file: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    with sqlite3.connect(written) as db:
        db.execute("UPDATE records SET body = 'torn' WHERE seq = 9")

    with pytest.raises(JournalError, match="record 9 can't be understood"):
        export_csv(written, tmp_path / "out")

    assert {file: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before


def test_a_folder_that_is_a_file_is_told(written: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")

    with pytest.raises(JournalError, match="can't write the export"):
        export_csv(written, tmp_path / "taken")
