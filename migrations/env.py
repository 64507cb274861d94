"""Runs migrations on the address the caller set, or on the one in the environment.

SQLite: foreign keys are off while tables are rebuilt (a rebuild drops the old table, and with
foreign keys on that deletes its children), and checked before the transaction ends.
"""

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from app.core.settings import Settings
from app.tables import metadata

address = context.config.attributes.get("address") or Settings().database_address


def is_real_change(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Leave tables alone that are not ours (an extension's, a search index's)."""
    return kind != "table" or name in metadata.tables


def migrate(connection: Connection, *, sqlite: bool) -> None:
    """All pending revisions in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        compare_type=True,
        include_object=is_real_change,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"rows without their parent after migrating: {broken[:5]}")


def run() -> None:
    """Connect, prepare, migrate."""
    sqlite = address.startswith("sqlite")
    engine = create_engine(address, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        migrate(connection, sqlite=sqlite)
        connection.commit()


run()
