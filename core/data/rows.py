"""Rows of text out of a data file, CSV, gzipped CSV or parquet, in blocks.

A recording that broke off is the normal end of a crash, so a file that is cut off gives every row
that is whole and then a note; anything else that is wrong raises `DataError`.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from config.text import Text
from core.domain.errors import DataError

Note = Callable[[Text], None]
"""Takes what a person should know about a file although it could be read."""

_CHUNK = 1 << 18  # bytes
_LONGEST_LINE = 1 << 20  # bytes; a table has no longer ones
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows of a file; an empty row is an empty line."""

    first: int  # row number of the first one, as a spreadsheet shows it: the header is row 1
    rows: Sequence[Sequence[str]]
    is_unfinished: bool = False  # one row without a line break at its end: whole, or half-written


def blocks(path: Path, columns: Sequence[str], note: Note) -> Iterator[Block]:
    """Yield the header (a block of one row) and then all rows.

    `columns` are those a parquet file is asked for, as far as it has them; CSV gives all.

    Raises:
        DataError: No such file, not of its format, damaged, or empty.
    """
    if not path.is_file():
        raise DataError(
            Text(
                f"{path}: 파일이 없습니다. 이름과 폴더를 확인하세요",
                f"{path}: there is no such file; check the name and the folder",
            )
        )
    if path.name.endswith(".parquet"):
        from core.data.parquet import parquet_blocks  # loads duckdb, which few need

        return parquet_blocks(path, columns)
    return _csv_blocks(path, note)


def half_row(path: Path, row: int, error: DataError) -> Text:
    """Return the note on an unfinished last row that didn't read well."""
    return Text(
        f"{path.name}: 쓰다 만 마지막 {row}행은 버렸습니다 ({error.text.ko}).",
        f"{path.name}: the half-written last row {row} was dropped ({error}).",
    )


def _csv_blocks(path: Path, note: Note) -> Iterator[Block]:
    lines = _line_blocks(path, note)
    first = next(lines, None)
    if first is None or not first.rows[0]:
        raise DataError(
            Text(
                f"{path.name}: 빈 파일입니다. 머리글과 그 아래 행이 있어야 합니다",
                f"{path.name}: the file is empty; it needs a header row and rows below it",
            )
        )
    yield Block(1, first.rows[:1])
    if len(first.rows) > 1:
        yield Block(2, first.rows[1:])
    yield from lines


def _line_blocks(path: Path, note: Note) -> Iterator[Block]:
    row = 1
    rest = b""
    try:
        with _opened(path) as file:
            while chunk := file.read1(_CHUNK):
                whole, line_break, rest = (rest + chunk).rpartition(b"\n")
                if line_break:
                    rows = _split(path, row, whole)
                    yield Block(row, rows)
                    row += len(rows)
                elif len(rest) > _LONGEST_LINE:
                    raise DataError(_too_long(path, row))
    except EOFError:
        note(_cut_off(path, row, rest))
        return
    except (zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            Text(
                f"{path.name}: {row - 1}행 뒤가 손상되었습니다({error}). 온전한 사본을 쓰세요",
                f"{path.name}: damaged after row {row - 1} ({error}); take a sound copy of the "
                "file",
            )
        ) from error
    except OSError as error:
        raise DataError(
            Text(f"{path}: 읽을 수 없습니다({error})", f"{path}: can't be read ({error})")
        ) from error
    if rest:
        yield Block(row, _split(path, row, rest), is_unfinished=True)


def _opened(path: Path) -> BufferedIOBase:
    is_gzip = path.name.endswith(".gz")
    with path.open("rb") as file:
        magic = file.read(2)
    if is_gzip and magic == _GZIP_MAGIC[:1]:
        raise EOFError  # cut off within its very first bytes
    if is_gzip and magic and magic != _GZIP_MAGIC:
        raise DataError(
            Text(
                f"{path.name}: gzip 파일이 아닙니다. 글자 파일이면 이름에서 .gz를 빼세요",
                f"{path.name}: not a gzip file; if it is plain text, drop .gz from its name",
            )
        )
    if not is_gzip and magic == _GZIP_MAGIC:
        raise DataError(
            Text(
                f"{path.name}: gzip 파일입니다. 이름 끝에 .gz를 붙이세요",
                f"{path.name}: a gzip file; add .gz to its name",
            )
        )
    return gzip.GzipFile(path) if is_gzip else path.open("rb")


def _split(path: Path, row: int, data: bytes) -> list[list[str]]:
    # Only columns nobody asked for may hold other than ASCII; whatever their encoding, go on.
    if b"\0" in data:
        raise DataError(
            Text(
                f"{path.name} {row}행 무렵: 글자가 아닌 바이트가 있어 CSV 파일로 읽을 수 없습니다. "
                "UTF-8 CSV 파일로 다시 저장하세요",
                f"{path.name}, near row {row}: bytes that are no text, so this is not a CSV file; "
                "save it again as CSV in UTF-8",
            )
        )
    text = data.decode("utf-8-sig" if row == 1 else "utf-8", errors="replace")
    reader = csv.reader(text.split("\n"), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        number = row + reader.line_num - 1
        raise DataError(
            Text(
                f"{path.name} {number}행: CSV 파일의 행이 아닙니다({error}). 고치거나 지우세요",
                f"{path.name}, row {number}: not a row of a CSV file ({error}); correct or delete "
                "it",
            )
        ) from error


def _too_long(path: Path, row: int) -> Text:
    return Text(
        f"{path.name} {row}행: 1 MB보다 깁니다. 표가 맞습니까?",
        f"{path.name}, row {row}: longer than 1 MB; is it a table?",
    )


def _cut_off(path: Path, row: int, rest: bytes) -> Text:
    half_ko = " 쓰다 만 마지막 행은 버렸습니다." if rest else ""
    half_en = " The half-written last row was dropped." if rest else ""
    return Text(
        f"{path.name}: 파일이 중간에 끊겼습니다. 온전한 {row - 1}행까지 읽었습니다.{half_ko}",
        f"{path.name}: the file is cut off; all is read up to row {row - 1}.{half_en}",
    )
