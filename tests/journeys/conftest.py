"""What journeys share: a browser, and a city to walk in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.core.db import Database
from app.sample.reference import load_reference
from tests.conftest import fresh_address
from tests.journeys.visitor import Visitor
from tests.server import Server, serve


@dataclass(frozen=True)
class Town:
    """A running site, its database, and browsers to open."""

    server: Server
    db: Database
    data_dir: Path
    browser: Any

    def visitor(self, **options: Any) -> Visitor:
        """Somebody with a browser of their own (see Visitor for the options)."""
        return Visitor(self.browser, self.server.url, **options)


OpenTown = Callable[..., Any]


@pytest.fixture(scope="module")
def open_town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Any
) -> OpenTown:
    """`with open_town(prepare, worker="true") as town:` serves a fresh SQLite database.

    `prepare(db, data_dir)` fills it before the server starts. With `empty=True` not even the
    reference data is loaded.
    """

    @contextmanager
    def opened(
        prepare: Callable[[Database, Path], None] | None = None, *, empty: bool = False,
        **settings: str,
    ) -> Iterator[Town]:  # fmt: skip
        folder = tmp_path_factory.mktemp("town")
        address = fresh_address("sqlite", request, folder)
        db = Database(address)
        if not empty:
            with db.session(writes=True) as session:
                load_reference(session, now=datetime.now(UTC))
        if prepare is not None:
            prepare(db, folder / "data")
        with serve(address, folder / "data", **settings) as server:
            yield Town(server, db, folder / "data", browser)
        db.close()

    return opened
