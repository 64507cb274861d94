"""The database: one engine, reading and writing sessions, SQLite's traps closed.

Why the SQLite listeners exist: the driver's own transaction handling opens a transaction only at
the first write, so two read-then-write requests lose an update without an error. With it switched
off, a writing session begins with BEGIN IMMEDIATE (waits its turn) and a reading one with BEGIN.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import JSON, Column, Connection, Engine, Enum, event, exc
from sqlmodel import Session, SQLModel, create_engine, select

Row = TypeVar("Row", bound=SQLModel)

# The database cannot be read or written just now: disk full, failed fsync, restart, too busy.
NOT_NOW = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

AFTER_COMMIT = "after_commit"  # where a session keeps what is to be done then

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an answered send is on disk, not in a cache
    "busy_timeout=10000",
    "foreign_keys=ON",
    "secure_delete=ON",  # deleted words are overwritten, not only forgotten
    "temp_store=MEMORY",  # nothing of a statement lies about in temporary files
    "cache_size=-16384",  # KiB
    "wal_autocheckpoint=4000",  # pages; a page that changes often is written back less often
)


def make_engine(address: str) -> Engine:
    """An engine for SQLite or PostgreSQL with our transaction rules."""
    if not address.startswith("sqlite"):
        return create_engine(
            address, pool_size=10, max_overflow=40, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_engine(
        address,
        connect_args={"isolation_level": None, "check_same_thread": False},
        hide_parameters=True,  # an error in a log must not quote a child
        pool_size=20,
        max_overflow=40,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _commit_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _commit_sqlite(connection: Connection) -> None:
    """Say COMMIT aloud. After an I/O error SQLite takes a whole transaction back by itself; the
    driver's own commit is then silent, and what was lost would be called stored."""
    connection.exec_driver_sql("COMMIT")


class Database:
    """The engine and its two kinds of session."""

    def __init__(self, address: str) -> None:
        self.engine = make_engine(address)
        self._writer = self.engine.execution_options(writes=True)
        self.is_sqlite = address.startswith("sqlite")

    @contextmanager
    def session(self, *, writes: bool) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        bind = self._writer if writes else self.engine
        with Session(bind, expire_on_commit=False) as session:
            yield session
            session.commit()
            for act in session.info.pop(AFTER_COMMIT, ()):
                act()

    def scrub_log(self) -> None:
        """SQLite: write the log back and cut it to nothing, so no deleted row is left in it."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def compact(self) -> None:
        """SQLite: rewrite the file without the space of deleted rows; others do it themselves."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.execute("VACUUM")
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give every connection back to the operating system."""
        self.engine.dispose()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do this once what the session wrote is durable, and not at all when it is taken back."""
    session.info.setdefault(AFTER_COMMIT, []).append(act)


def enum_column(kind: type[StrEnum], *, nullable: bool = False, index: bool = False) -> Any:
    """A column that stores an enum by value under a CHECK, so the database refuses a wrong one."""
    stored = Enum(
        kind,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return Column(stored, nullable=nullable, index=index)


def json_column() -> Any:
    """A JSON column. Assign a new value to change it: edits in place are not noticed."""
    return Column(JSON, nullable=False)


def upsert(session: Session, table: type[Row], key: Mapping[str, Any], **facts: Any) -> Row:
    """The row with this key, brought up to these facts; added when there is none. Flushes."""
    row = session.exec(select(table).filter_by(**key)).first()
    if row is None:
        row = table(**key, **facts)
    else:
        for name, value in facts.items():
            setattr(row, name, value)
    session.add(row)
    session.flush()
    return row
