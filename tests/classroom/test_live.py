"""The stream of a room: it sends what changed, and ends when it should."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from app.classroom.rules import Door
from app.core.tokens import new_secret, plain_hash
from app.staff.guards import COOKIE
from app.staff.models import StaffSession
from app.staff.rules import Role
from tests.classroom.rooms import Room, hold_room
from tests.server import serve
from tests.site import Site


@pytest.fixture
def room(site: Site) -> Room:
    site.sign_in(Role.OFFICER)
    return hold_room(site, [Door.PHONES])


def test_a_closed_sitting_is_said_once_and_the_stream_ends(room: Room) -> None:
    room.site.post(f"{room.desk}/close", {"note": "Over.", "waiting": "done"})
    answer = room.site.client.get(f"{room.desk}/events?part=room")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("event: room\ndata: ")
    assert answer.text.rstrip().endswith("event: over\ndata:")


def test_a_stream_ends_when_the_server_is_asked_to_stop(room: Room) -> None:
    room.site.app.state.stopping.ask()
    assert room.site.client.get(f"{room.desk}/events").text == ""


@pytest.mark.parametrize("query", ["part=options", "part="])
def test_there_are_only_two_streams(room: Room, query: str) -> None:
    assert room.site.client.get(f"{room.desk}/events?{query}").status_code == 422


def test_a_real_server_streams_an_arrival_and_stops_at_once(site: Site) -> None:
    """The stream tells of a phone that joins; a stopped server does not wait for the screen."""
    token = new_secret()
    room = hold_room(site, [Door.PHONES])
    account_id = site.sign_in(Role.OFFICER)
    with site.session() as session:
        session.add(_session_of(account_id, token))
    with serve(site.settings.database_url, site.settings.data_dir) as server:
        client = httpx2.Client(base_url=server.url, cookies={COOKIE: token}, timeout=20)
        with client.stream("GET", f"{room.desk}/events?part=screen") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: screen"
            joined = httpx2.post(
                f"{server.url}/s/{room.code}/arrivals", headers={"sec-fetch-site": "same-origin"}
            )
            assert joined.status_code == 303
            seen = ""
            until = time.monotonic() + 10
            while "<dt>arrived</dt><dd>1</dd>" not in seen and time.monotonic() < until:
                seen += next(lines)
            assert "<dt>arrived</dt><dd>1</dd>" in seen
            stopped = time.monotonic()
            os.kill(server.pid, signal.SIGTERM)
            for _ in lines:
                pass
            assert time.monotonic() - stopped < 5


def _session_of(account_id: int, token: str) -> StaffSession:
    now = datetime.now(UTC)
    return StaffSession(
        token_hash=plain_hash(token), staff_id=account_id, created_at=now, last_seen_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
