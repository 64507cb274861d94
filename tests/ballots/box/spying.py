"""What an adversary copies: every table with its hidden columns, and the bytes of every file."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from sqlalchemy import text

from app.core.db import Database

Row = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """A whole copy, taken at one moment."""

    rows: dict[str, list[Row]]  # of each table, in the order the database gives them
    files: dict[str, bytes]


class Spy(Protocol):
    """Somebody who can copy everything but the keys."""

    def look(self) -> Look:
        """Copy all of it now."""


class SqliteSpy:
    """Copies the file, its write-ahead log and the log's index."""

    def __init__(self, address: str) -> None:
        self._path = Path(address.removeprefix("sqlite:///"))

    def look(self) -> Look:
        """The three files, and the rows of a copy opened elsewhere."""
        files = {
            end: Path(f"{self._path}{end}").read_bytes()
            for end in ("", "-wal", "-shm")
            if Path(f"{self._path}{end}").exists()
        }
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            for end, content in files.items():
                Path(f"{copy}{end}").write_bytes(content)
            connection = sqlite3.connect(copy)
            connection.row_factory = sqlite3.Row
            names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            rows = {name: _rows(connection, name) for (name,) in names.fetchall()}
            connection.close()
        return Look(rows, files)


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    try:
        found = connection.execute(f"SELECT rowid AS _rowid, * FROM {table}")
    except sqlite3.OperationalError:  # a table without row numbers
        found = connection.execute(f"SELECT * FROM {table}")
    return [dict(row) for row in found]


class PostgresSpy:
    """Asks for the hidden columns, and reads data files and log behind the server's back."""

    def __init__(self, address: str, *, watched: Sequence[str]) -> None:
        self._db = Database(address)
        self._watched = watched
        with self._db.engine.connect() as connection:
            names = connection.execute(text(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            ))  # fmt: skip
            self._tables = sorted(names.scalars())
            self._folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())

    def look(self) -> Look:
        """All rows with where, by which transaction and by which command they were written."""
        with self._db.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("CHECKPOINT"))
            rows = {
                table: [_plain(dict(row)) for row in connection.execute(text(
                    "SELECT xmin::text::bigint AS _xmin, xmax::text::bigint AS _xmax,"
                    " cmin::text::bigint AS _cmin, cmax::text::bigint AS _cmax,"
                    f" ctid::text AS _ctid, * FROM {table}"
                )).mappings()]
                for table in self._tables
            }  # fmt: skip
            paths = {
                table: connection.execute(
                    text("SELECT pg_relation_filepath(:name)"), {"name": table}
                ).scalar_one()
                for table in self._watched
            }
        files = {table: (self._folder / path).read_bytes() for table, path in paths.items()}
        return Look(rows, files)

    def read_log(self) -> bytes:
        """The write-ahead log as it lies on the disk, older segments first."""
        segments = sorted(path for path in (self._folder / "pg_wal").iterdir() if path.is_file())
        return b"".join(path.read_bytes() for path in segments)

    def close(self) -> None:
        """Go away."""
        self._db.close()


def _plain(row: Row) -> Row:
    block, _, place = str(row["_ctid"]).strip("()").partition(",")
    values = {name: bytes(one) if isinstance(one, memoryview) else one for name, one in row.items()}
    return values | {"_ctid": (int(block), int(place))}


def visible(look: Look) -> Look:
    """The same without hidden columns: a lock alone changes those."""
    rows = {
        table: [{name: row[name] for name in row if name[0] != "_"} for row in rows]
        for table, rows in look.rows.items()
    }
    return Look(rows, look.files)


def changed_rows(before: Look, now: Look) -> dict[str, list[Row]]:
    """In each table the rows that are new or not what they were."""
    changed = {}
    for table, rows in now.rows.items():
        known = {repr(row) for row in before.rows.get(table, [])}
        fresh = [row for row in rows if repr(row) not in known]
        gone = len(rows) - len(fresh) < len(before.rows.get(table, []))
        if fresh or gone:
            changed[table] = fresh
    return changed
