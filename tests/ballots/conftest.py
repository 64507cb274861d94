"""What tests of voting share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.db import Database
from tests.ballots.papers import hold_paper
from tests.ballots.phones import Room, Rooms
from tests.conftest import fresh_address
from tests.server import serve


@pytest.fixture(scope="module")
def rooms(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Any
) -> Iterator[Rooms]:
    """`rooms([WISHES])` is a room with this paper; made once for each."""
    with_servers: dict[str, tuple[Any, Room]] = {}

    def open_room(*ballots: Any, **options: Any) -> Room:
        key = repr((ballots, options))
        if key not in with_servers:
            folder = tmp_path_factory.mktemp("vote")
            address = fresh_address("sqlite", request, folder)
            db = Database(address)
            with db.session(writes=True) as session:
                paper = hold_paper(
                    session, folder / "data", *ballots, now=datetime.now(UTC), slips=40, **options
                )
            running = serve(address, folder / "data")
            with_servers[key] = (running, Room(running.__enter__(), db, paper, browser))
        return with_servers[key][1]

    yield open_room
    for running, room in with_servers.values():
        running.__exit__(None, None, None)
        room.db.close()
