"""Reading tables: every usual encoding and delimiter, ragged rows named, never a crash."""

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Refused
from app.core.spreadsheets import RowProblem, Unreadable, open_table

CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd\ufeff"),
    max_size=20,
)


def _write(folder: Path, content: bytes) -> Path:
    path = folder / "table"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_usual_file_reads_the_same(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = delimiter.join(["id", "what would you change"]) + "\r\n"
    content += delimiter.join(["1", '"a café, a £5 bus; a park\tor | swings"']) + "\r\n"
    table = open_table(_write(tmp_path, content.encode(encoding)))

    assert table.columns == ("id", "what would you change")
    assert [row.cells for row in table.rows()] == [
        {"id": "1", "what would you change": "a café, a £5 bus; a park\tor | swings"}
    ]


def test_ragged_blank_and_broken_rows_keep_their_numbers(tmp_path: Path) -> None:
    content = b'\na,b,b,\n1,2,3,\n\n1,2\n1,2,3,,,\n1,2,3,4\n"line\nbreak",2,3\n'
    content += "é€,2,3\n".encode() * 3 + b"\xff,2,3\n"
    table = open_table(_write(tmp_path, content))

    assert table.columns == ("a", "b", "b (2)")
    assert [(row.number, row.problem) for row in table.rows()] == [
        (3, None), (5, RowProblem.TOO_FEW_CELLS), (6, None), (7, RowProblem.TOO_MANY_CELLS),
        (8, None), (9, None), (10, None), (11, None), (12, RowProblem.BROKEN_LETTERS),
    ]  # fmt: skip


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        open_table(_write(tmp_path, b"a," * 600))
    assert refused.value.reason is Unreadable.TOO_MANY_COLUMNS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_what_a_spreadsheet_writes_comes_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("id", "text"), *rows])
    table = open_table(_write(tmp_path, out.getvalue().encode("utf-8-sig")))

    assert [tuple(row.cells.values()) for row in table.rows()] == [
        row for row in rows if any(cell.strip() for cell in row)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.binary(max_size=300) | st.binary(max_size=200).map(lambda raw: b"PK\x03\x04" + raw)
)
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(Refused):
        for row in open_table(_write(tmp_path, content)).rows():
            assert row.number > 1


def test_a_comma_in_the_heading_does_not_win_over_the_delimiter(tmp_path: Path) -> None:
    content = "id;words, what would you change?\n1;more buses\n2;a park\n"
    assert open_table(_write(tmp_path, content.encode())).columns[0] == "id"
