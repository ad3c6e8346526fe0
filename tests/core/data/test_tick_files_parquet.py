from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from core.data.ticks import TickFile
from core.domain.errors import DataError
from tests.core.data.files import (
    NEW_YORK,
    REAL,
    needs_real_data,
    no_note,
    ticks_of,
)


@needs_real_data
@pytest.mark.parametrize("codec", ["snappy", "gzip", "zstd", "uncompressed"])
def test_parquet_gives_the_ticks_of_the_csv(tmp_path: Path, codec: str) -> None:
    source, path = REAL / "005490_ticks.csv.gz", tmp_path / "005490_ticks.parquet"
    duckdb.sql(
        "COPY (SELECT datetime::TIMESTAMPTZ AS datetime, * EXCLUDE (datetime) FROM"
        f" read_csv_auto('{source}', types={{'datetime': 'VARCHAR'}}))"
        f" TO '{path}' (FORMAT parquet, CODEC '{codec}')"
    )

    assert ticks_of(path) == ticks_of(source)


@needs_real_data
@pytest.mark.parametrize("kind", ["TIMESTAMPTZ", "VARCHAR", "TIMESTAMP"])
def test_parquet_keeps_prices_and_times_of_any_type(tmp_path: Path, kind: str) -> None:
    source, path = REAL / "IBM_ticks.csv.gz", tmp_path / "IBM_ticks.parquet"
    # A time without offset is the market's own.
    time = "left(datetime, 23)::TIMESTAMP" if kind == "TIMESTAMP" else f"datetime::{kind}"
    duckdb.sql(
        f"COPY (SELECT {time} AS datetime, volume, price::DOUBLE AS price FROM"
        f" read_csv_auto('{source}', types={{'datetime': 'VARCHAR'}}) LIMIT 5000)"
        f" TO '{path}' (FORMAT parquet)"
    )

    read = list(TickFile(path, NEW_YORK, no_note, in_won=False))

    assert read == list(TickFile(source, NEW_YORK, no_note, in_won=False))[:5000]


def parquet(path: Path, query: str) -> Path:
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def test_parquet_in_a_folder_with_odd_letters(tmp_path: Path) -> None:
    folder = tmp_path / "틱 [1] *"
    folder.mkdir()
    made = parquet(
        tmp_path / "005490_ticks.parquet",
        "SELECT TIMESTAMP '2020-06-04 09:04:58' AS datetime, 208000 AS price, 3 AS volume",
    )
    path = made.rename(folder / made.name)

    assert [tick.price for tick in ticks_of(path)] == [208_000]


def test_an_empty_cell_in_parquet_is_a_bad_row(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "005490_ticks.parquet",
        "SELECT TIMESTAMP '2020-06-04 09:04:58' AS datetime, NULL::INT AS price, 3 AS volume",
    )

    with pytest.raises(DataError, match="row 2: price '' is not a number"):
        ticks_of(path)


def test_a_parquet_file_without_its_columns_is_told(tmp_path: Path) -> None:
    path = parquet(tmp_path / "005490_ticks.parquet", "SELECT 1 AS a, 2 AS price")

    with pytest.raises(DataError, match="no column datetime, volume"):
        ticks_of(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet" * 99])
def test_a_damaged_parquet_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "005490_ticks.parquet"
    path.write_bytes(content)

    with pytest.raises(DataError, match="not a parquet file that can be read") as caught:
        ticks_of(path)

    assert "pending query" not in str(caught.value)  # duckdb's first line: no help to anybody
