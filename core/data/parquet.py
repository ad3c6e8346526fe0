"""Rows of text out of a parquet file, through duckdb (pyarrow has no wheel for 32-bit Windows)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from config.text import Text
from core.data.rows import Block
from core.domain.errors import DataError

_ROWS = 10_000


def parquet_blocks(path: Path, columns: Sequence[str]) -> Iterator[Block]:
    """Yield the header and then all rows, in the file's order, as `core.data.rows.blocks` does.

    Numbers and times come as text, as CSV would hold them, so that one parser reads both; duckdb
    writes the shortest text that gives the same number, and aware times in UTC.
    """
    # One thread, or rows could come in another order.
    with duckdb.connect(config={"threads": 1}) as db:
        try:
            yield from _blocks(db, path, columns)
        except duckdb.Error as error:
            why = _cause(error)
            raise DataError(
                Text(
                    f"{path.name}: 읽을 수 있는 parquet 파일이 아닙니다({why}). snappy, gzip, "
                    "zstd로 압축하거나 압축하지 마세요",
                    f"{path.name}: not a parquet file that can be read ({why}); compress it with "
                    "snappy, gzip, zstd or not at all",
                )
            ) from error


def _blocks(db: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[str]) -> Iterator[Block]:
    source = "read_parquet(?)"
    file = [str(path).replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")]
    names = [row[0] for row in db.execute(f"DESCRIBE SELECT * FROM {source}", file).fetchall()]
    wanted = [name for name in names if name.strip().lower() in columns]
    yield Block(1, [wanted or names])
    if not wanted:
        return
    texts = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '')" for name in wanted)
    found = db.execute(f"SELECT {texts} FROM {source}", file)
    row = 2
    while rows := found.fetchmany(_ROWS):
        yield Block(row, rows)
        row += len(rows)


def _cause(error: Exception) -> str:
    """Return what is wrong; of a prepared query duckdb tells it in the second line, after Error:"""
    first, _, rest = str(error).partition("\n")
    return rest.partition("\n")[0].removeprefix("Error: ") or first
