"""`wishes check`: what is wrong with this installation, in words that say how to mend it."""

import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from app.core.db import Database
from app.core.migrate import check, upgrade
from app.core.settings import ROOT, Settings

# Versions of SQLite with the repaired write-ahead-log reset; older ones are safe here because one
# writer does all checkpoints, so this is a hint, not a fault.
WAL_RESET_REPAIRED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


@dataclass(frozen=True)
class Line:
    """One thing looked at."""

    ok: bool
    text: str


def check_migrations() -> list[Line]:
    """Whether an empty database migrated to the newest revision has exactly the models' tables."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'empty.db'}"
        try:
            upgrade(address)
            check(address)
        except CommandError as error:
            return [Line(False, f"Tables and migrations differ: {error}")]
    return [Line(True, "The migrations reach the tables without drift.")]


LookFurther = Callable[[Database, Settings], list[Line]]


def check_site(look_further: LookFurther) -> list[Line]:
    """Settings, database, built files. `look_further` asks the floors above what they know of a
    database that is ready.
    """
    settings = Settings()
    return [
        *_settings(settings),
        *_database(settings, look_further),
        Line(
            (ROOT / "static" / "vendor" / "htmx.min.js").exists(),
            "Built files (htmx, font, icons) are in static/vendor; `make setup` brings them.",
        ),
    ]


def _settings(settings: Settings) -> list[Line]:
    lines = [
        Line(True, f"Data folder: {settings.data_dir}"),
        Line(
            not (settings.base_url.startswith("https") and not settings.secure_cookies),
            "With an https base address, set WISHES_SECURE_COOKIES=true.",
        ),
    ]
    secret = settings.data_dir / "secret"
    if not settings.secret_key and secret.exists():
        private = secret.stat().st_mode & 0o077 == 0
        lines.append(Line(private, f"Only its owner may read {secret} (chmod 600)."))
    return lines


def _database(settings: Settings, look_further: LookFurther) -> list[Line]:
    db = Database(settings.database_address)
    try:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM alembic_version")
        check(settings.database_address)
    except (SQLAlchemyError, CommandError) as error:
        return [Line(False, f"The database is not ready ({type(error).__name__}): wishes migrate")]
    finally:
        db.close()
    lines = [Line(True, f"The database is up to date ({db.engine.dialect.name}).")]
    if db.is_sqlite:
        version = sqlite3.sqlite_version_info
        repaired = version >= WAL_RESET_REPAIRED[0] or any(
            version[:2] == good[:2] and version >= good for good in WAL_RESET_REPAIRED[1:]
        )
        note = "" if repaired else " (has the old WAL-reset fault; one writer sidesteps it)"
        lines.append(Line(True, f"SQLite {sqlite3.sqlite_version}{note}."))
    try:
        return lines + look_further(db, settings)
    finally:
        db.close()
