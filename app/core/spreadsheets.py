"""Reading uploaded tables: CSV in any usual encoding and delimiter, XLSX; row by row.

Pure over bytes on disk. A file that cannot be a table is refused whole (`Refused(Unreadable…)`);
a row that is not right is yielded with its reason, under the number a spreadsheet program shows
(the heading is row 1), so that a person can find it. Formulas and HTML are only ever text here.
"""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.core.errors import Refused

UNPACKED_LIMIT = 100 * 1024 * 1024  # bytes an XLSX may unpack to; a bomb is refused unopened
MOST_COLUMNS = 500
CELL_LIMIT = 8 * 1024 * 1024
_BLOCK = 1 << 20
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, or an XLSX behind a password


class Unreadable(StrEnum):
    """Why a file cannot be read as a table."""

    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    OLD_OR_LOCKED = "old_or_locked"
    HAS_MACROS = "has_macros"
    UNPACKS_TOO_BIG = "unpacks_too_big"
    DAMAGED = "damaged"
    TOO_MANY_COLUMNS = "too_many_columns"


class RowProblem(StrEnum):
    """Why one row cannot be used as it is."""

    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    BROKEN_LETTERS = "broken_letters"


@dataclass(frozen=True)
class Row:
    """One row under the heading: its number, its cells by column name, and what is wrong."""

    number: int
    cells: dict[str, str]
    problem: RowProblem | None = None


@dataclass(frozen=True)
class Table:
    """An opened file: the column names, and how it was read (`xlsx`, or encoding and delimiter)."""

    path: Path
    columns: tuple[str, ...]
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, in order. May be called again."""
        found = _number_rows(_read_cells(self.path, self.encoding, self.delimiter))
        next(found)
        for number, cells in found:
            yield _make_row(number, cells, self.columns)


def open_table(path: Path) -> Table:
    """Look at the file and read its heading; raises `Refused(Unreadable)` for what is no table."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head.strip():
        raise Refused(Unreadable.EMPTY)
    if head.startswith(_OLD_OFFICE):
        raise Refused(Unreadable.OLD_OR_LOCKED)
    if head.startswith(b"PK"):
        _check_workbook(path)
        encoding, delimiter = "xlsx", ""
    else:
        encoding = _find_encoding(path)
        delimiter = _find_delimiter(path, encoding)
    first = next(_number_rows(_read_cells(path, encoding, delimiter)), None)
    if first is None:
        raise Refused(Unreadable.EMPTY)
    if len(first[1]) > MOST_COLUMNS:
        raise Refused(Unreadable.TOO_MANY_COLUMNS)
    return Table(path, _name_columns(first[1]), encoding, delimiter)


def _make_row(number: int, cells: list[str], columns: tuple[str, ...]) -> Row:
    extra = any(cell.strip() for cell in cells[len(columns) :])
    named = dict(zip(columns, cells, strict=False))
    problem = None
    if extra:
        problem = RowProblem.TOO_MANY_CELLS
    elif len(cells) < len(columns):
        problem = RowProblem.TOO_FEW_CELLS
    elif any("\ufffd" in cell for cell in cells):
        problem = RowProblem.BROKEN_LETTERS
    return Row(number, named, problem)


def _name_columns(heading: list[str]) -> tuple[str, ...]:
    """Names that are never empty and never twice."""
    names: list[str] = []
    while heading and not heading[-1].strip():
        heading = heading[:-1]
    for position, cell in enumerate(heading, start=1):
        name = " ".join(cell.split())[:200] or f"column {position}"
        times = 2
        plain = name
        while name in names:
            name, times = f"{plain} ({times})", times + 1
        names.append(name)
    return tuple(names)


def _number_rows(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        if any(cell.strip() for cell in cells):
            yield number, cells


# Windows-1252 once read as Latin-1 and saved as UTF-8 leaves control signs (U+0092) where
# apostrophes and dashes stood: the government's school register has them. Zero bytes go.
_MENDED: dict[int, str] = {0: ""} | {
    sign: bytes([sign]).decode("cp1252", errors="ignore") or chr(sign) for sign in range(128, 160)
}


def _read_cells(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    if encoding == "xlsx":
        yield from _read_workbook(path)
        return
    csv.field_size_limit(CELL_LIMIT)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            lines = (line.translate(_MENDED) for line in file)
            yield from csv.reader(lines, delimiter=delimiter)
        except csv.Error:
            raise Refused(Unreadable.DAMAGED) from None


def _find_encoding(path: Path) -> str:
    """BOM first, then UTF-16 by its zero bytes, then UTF-8 if all of it is, else Windows-1252."""
    with path.open("rb") as file:
        head = file.read(4096)
        for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                          (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
            if head.startswith(bom):
                return name
        if head[1::2].count(0) > len(head) // 3:
            return "utf-16-le"
        if head[0::2].count(0) > len(head) // 3:
            return "utf-16-be"
        if (
            b"\x00" in head
            or head.startswith(b"%PDF")
            or sum(byte < 9 for byte in head) > len(head) // 20
        ):
            raise Refused(Unreadable.NOT_A_TABLE)
        file.seek(0)
        return _utf8_or_windows(file)


def _utf8_or_windows(file: Any) -> str:
    """UTF-8 unless most of what is not ASCII is not UTF-8: one broken byte is one broken row."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = good = 0
    while block := file.read(_BLOCK):
        text = decoder.decode(block)
        bad = text.count("\ufffd")
        broken += bad
        good += sum(sign > "\x7f" for sign in text) - bad
    return "cp1252" if broken > good else "utf-8"


def _find_delimiter(path: Path, encoding: str) -> str:
    """The sign that cuts most of the first rows into as many cells as the heading."""

    def fit(sign: str) -> tuple[float, int, bool]:
        rows = [cells for _, cells in islice(_number_rows(_read_cells(path, encoding, sign)), 20)]
        width = len(rows[0]) if rows else 1
        alike = sum(len(cells) == width for cells in rows) / max(1, len(rows))
        return (alike if width > 1 else 0.0, width, sign == ",")

    return max(",;\t|", key=fit)


def _check_workbook(path: Path) -> None:
    """Refuse bombs, macros and damage before the workbook reader sees the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
                raise Refused(Unreadable.UNPACKS_TOO_BIG)
            names = {entry.filename.lower() for entry in entries}
            if any(name.endswith("vbaproject.bin") for name in names):
                raise Refused(Unreadable.HAS_MACROS)
            if not any(name.startswith("xl/workbook") for name in names):
                raise Refused(Unreadable.NOT_A_TABLE)
            _unpack_honestly(archive, entries)
    except _ZIP_ERRORS:
        raise Refused(Unreadable.DAMAGED) from None


def _unpack_honestly(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """The directory may lie about sizes: count what really comes out, in blocks."""
    left = UNPACKED_LIMIT
    for entry in entries:
        entry.file_size = UNPACKED_LIMIT + 1  # or the reader would stop at the claimed size
        with archive.open(entry) as member:
            while block := member.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise Refused(Unreadable.UNPACKS_TOO_BIG)


def _read_workbook(path: Path) -> Iterator[list[str]]:
    """The first sheet."""
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        rows = sheet.iter_rows()  # from the first row of the sheet, blank ones too
    except (CalamineError, OSError, IndexError, ValueError):
        raise Refused(Unreadable.DAMAGED) from None
    for row in rows:
        yield [_cell_text(value) for value in row]


def _cell_text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
