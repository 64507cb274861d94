"""Killing what serves while phones vote."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from sqlalchemy import text

from app.core.db import Database
from tests.ballots.box.phones import Phone
from tests.ballots.box.servers import Mortal


def answered(phones: Sequence[Phone]) -> int:
    """How many phones have been told "stored"."""
    return sum(phone.is_answered for phone in phones)


async def kill_at(
    marks: Sequence[int], phones: Sequence[Phone], strike: Callable[[], Awaitable[None]]
) -> None:
    """Strike each time so many phones have been answered."""
    for mark in marks:
        while answered(phones) < mark:
            await asyncio.sleep(0.002)
        await strike()


async def kill_every(seconds: float, strike: Callable[[], Awaitable[None]]) -> None:
    """Strike at this pace until cancelled."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(seconds)
        await strike()
        if time.monotonic() - began > 60:
            raise RuntimeError("the server takes a minute to come back")


async def kill_server(server: Mortal) -> None:
    """kill -9, and up again."""
    server.kill()
    await asyncio.to_thread(server.start)


async def kill_backends(db: Database) -> None:
    """kill -9 every process of PostgreSQL that serves this database's clients but our own."""
    await asyncio.to_thread(_kill_backends, db)


def _kill_backends(db: Database) -> None:
    with db.engine.connect() as connection:
        found = connection.execute(text(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )).scalars().all()  # fmt: skip
    for pid in found:
        with suppress(ProcessLookupError):  # the first death ends the others
            os.kill(pid, signal.SIGKILL)
