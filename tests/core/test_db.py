"""The traps of SQLite and of migrations, each held shut by a test."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, select

from app.core import audit
from app.core.db import Database
from app.core.migrate import check, upgrade
from app.places.models import Place
from app.places.rules import PlaceKind
from app.wishes.models import Wish, WishEdition


@pytest.fixture
def database(any_address: str) -> Database:
    return Database(any_address)


def test_read_then_write_from_many_threads_loses_nothing(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "race.db"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    with db.session(writes=True) as session:
        session.add(WishEdition(year=0, name="counter", source="test"))

    def add_many() -> None:
        for _ in range(25):
            with db.session(writes=True) as session:
                edition = session.exec(select(WishEdition)).one()
                edition.year += 1

    threads = [threading.Thread(target=add_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.session(writes=False) as session:
        assert session.exec(select(WishEdition)).one().year == 200
    db.close()


def test_sqlite_is_durable_and_checks_parents(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'durable.db'}")
    with db.engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2
        assert pragma("foreign_keys") == 1
        assert pragma("secure_delete") == 1
    db.close()


def test_a_row_without_its_parent_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session(writes=True) as session:
        session.add(Place(kind=PlaceKind.CLUB, name="Club", ward_code="E99999999"))
    database.close()


def test_an_enum_the_database_does_not_know_is_refused(database: Database) -> None:
    with pytest.raises((IntegrityError, StatementError)), database.session(writes=True) as session:
        session.execute(
            sa.text(
                "INSERT INTO place (kind, name, is_special, postcode, is_open)"
                " VALUES ('castle', 'x', false, '', true)"
            )
        )
    database.close()


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))
    with database.session(writes=True) as session:
        audit.note(session, "tested", "test:1", actor_id=None, now=summer)
    with database.session(writes=False) as session:
        at = audit.list_entries(session)[0].at
    assert at == datetime(2026, 7, 1, 11, 0, tzinfo=UTC)
    assert at.utcoffset() == timedelta(0)
    database.close()


def test_naive_times_are_refused(database: Database) -> None:
    with pytest.raises((StatementError, ValueError)), database.session(writes=True) as session:
        naive = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001
        audit.note(session, "tested", "test:1", actor_id=None, now=naive)
    database.close()


def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    def fail() -> None:
        with database.session(writes=True) as session:
            session.add(WishEdition(year=2040, name="x", source="test"))
            session.flush()
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError):
        fail()
    with database.session(writes=False) as session:
        assert session.exec(select(WishEdition)).all() == []
    database.close()


def test_migrations_reach_the_models_without_drift(any_address: str) -> None:
    upgrade(any_address)  # a second run changes nothing
    check(any_address)


def test_rebuilding_a_table_while_migrating_keeps_its_children(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """With foreign keys on, the implicit DROP TABLE of a rebuild would delete the wishes."""
    path = tmp_path / "rebuild.db"
    path.write_bytes(sqlite_template.read_bytes())
    with Database(f"sqlite:///{path}").session(writes=True) as session:
        edition = WishEdition(year=2022, name="2022", source="test")
        session.add(edition)
        session.flush()
        session.add(_wish(edition.id or 0))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:  # as migrations/env.py prepares it
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("wish_edition", recreate="always") as batch:
            batch.add_column(sa.Column("extra", sa.Integer()))
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        connection.commit()
    assert sqlite3.connect(path).execute("SELECT count(*) FROM wish").fetchone() == (1,)


def _wish(edition_id: int) -> Wish:
    return Wish(
        edition_id=edition_id,
        number=1,
        slug="one",
        title="t",
        title_source="s",
        short_label="s",
        child_label="c",
        scope="s",
    )


def test_migrating_stops_at_rows_without_a_parent(tmp_path: Path) -> None:
    path = tmp_path / "orphans.db"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    raw.execute("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))")
    raw.execute("INSERT INTO child VALUES (7)")
    raw.commit()
    raw.close()
    with pytest.raises(RuntimeError, match="without their parent"):
        upgrade(f"sqlite:///{path}")


def test_a_session_that_only_reads_does_not_wait_for_a_writer(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "read.db"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    with db.session(writes=True) as writer:
        writer.add(WishEdition(year=2022, name="2022", source="test"))
        writer.flush()
        with Session(db.engine) as reader:
            assert reader.exec(select(WishEdition)).all() == []
    db.close()
