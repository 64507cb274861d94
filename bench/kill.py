"""A server killed while a school votes: `python -m bench.kill [--json] [--votes 10000]`.

200 phones cast 10,000 coded votes; every 1.5 seconds the server dies by `kill -9` and is started
again. A phone sends the same until it is answered. Afterwards everything is reckoned up: who was
told "stored" is stored, nobody twice, each receipt is the one its phone computes by itself, the
ledger fits link by link, and the count after the mix is exactly what was sent. A broken promise
ends the run with an error. On SQLite and on PostgreSQL; there also with the database's own
processes killed instead.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from app.ballots.queries import check_ledger
from app.core.migrate import upgrade
from bench.servers import run_postgres
from tests.ballots.box.killing import kill_backends, kill_every, kill_server, under_fire
from tests.ballots.box.phones import hand_out, vote_all
from tests.ballots.box.polls import Poll, check_box, check_receipts, open_poll
from tests.ballots.box.servers import Mortal, Mother, running

VOTES = 10_000
AT_ONCE = 200
PACE = 1.5  # seconds between deaths


def hold(address: str, folder: Path, mother: Mother, votes: int, *, kind: str) -> dict[str, Any]:
    """One school on one database; what is killed depends on the kind."""
    upgrade(address)
    with open_poll(address, folder, slips=votes) as poll:
        phones = hand_out(poll.codes, poll.options, random.Random(votes))
        with running(mother, address, folder) as server:
            strikes: list[float] = []
            began = time.perf_counter()
            voting = vote_all(phones, lambda: server.port, poll.path, at_once=AT_ONCE)
            killing = kill_every(PACE, _striker(kind, server, poll, strikes))
            asyncio.run(under_fire(voting, killing))
            seconds = time.perf_counter() - began
        check_receipts(poll, phones)
        check_box(poll, phones)
        with poll.db.session(writes=False) as session:
            faults = check_ledger(session, poll.ballot_id, keys=poll.box.keys)
    statuses = Counter(status for phone in phones for status in phone.statuses)
    return {
        "seconds": round(seconds, 1),
        "kills": len(strikes),
        "sends": statuses.total(),
        "unanswered": statuses[0],
        "later": statuses[503],
        "acknowledged": sum(phone.is_answered for phone in phones),
        "lost": 0,  # `check_box` and `check_receipts` end the run otherwise
        "doubled": 0,
        "ledger_faults": len(faults),
    }


def _striker(
    kind: str, server: Mortal, poll: Poll, strikes: list[float]
) -> Callable[[], Awaitable[None]]:
    async def strike() -> None:
        strikes.append(time.perf_counter())
        await (kill_backends(poll.db) if kind == "backends" else kill_server(server))

    return strike


def run(votes: int) -> dict[str, Any]:
    """Three schools, one after the other."""
    figures: dict[str, Any] = {"votes": votes, "phones": AT_ONCE}
    mother = Mother()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = f"sqlite:///{folder / 'wishes.db'}"
        figures["killed_sqlite"] = hold(address, folder / "one", mother, votes, kind="server")
        for kind in ("server", "backends"):
            with run_postgres(folder / f"cluster-{kind}", "kill") as (address, _):
                key = "killed_postgres" if kind == "server" else "killed_database"
                figures[key] = hold(address, folder / kind, mother, votes, kind=kind)
    mother.rest()
    return figures


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument("--votes", type=int, default=VOTES, help="how many")
    asked = parser.parse_args()
    figures = run(asked.votes)
    if not asked.json:
        for key, value in figures.items():
            print(f"{key:>18}  {value}")
    print(json.dumps(figures))
    sys.exit(0 if not any(one["ledger_faults"] for one in list(figures.values())[2:]) else 1)


if __name__ == "__main__":
    main()
