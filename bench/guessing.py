"""Somebody guesses codes from inside the class: `python -m bench.guessing [--json] [--quick]`.

Ten thousand wrong slip codes, each with a right check sign, are sent from the address of a class as
fast as its server lets them, on 200 connections, while its thirty pupils load the paper and vote
with the slips they hold. No wrong code may be accepted and every pupil must get through; one who is
refused tries again, as a pupil would. SQLite, one process.
"""

import argparse
import http.client
import json
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import voting
from bench.load import Plan, finish_load, start_load
from bench.servers import HOST, Running, run_site

GUESSES = 10_000
CONNECTIONS = 200
PUPILS = 30
SPREAD = 20.0  # seconds in which the pupils begin
TRIES = 20  # before a pupil gives up


@dataclass
class Pupil:
    """How one pupil fared."""

    is_done: bool = False
    statuses: list[int] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)


def vote(server: Running, slip: voting.Slip, wait: float) -> Pupil:
    """Wait a little, load the paper, send the vote until it is in."""
    pupil = Pupil()
    time.sleep(wait)
    connection = http.client.HTTPConnection(server.host, server.port, timeout=120)
    headers = {"sec-fetch-site": "same-origin", "accept-encoding": "gzip"}

    def ask(method: str, path: str, body: str | None = None) -> int:
        kind = {"content-type": "application/x-www-form-urlencoded"} if body else {}
        began = time.perf_counter()
        connection.request(method, path, body, headers | kind)
        answer = connection.getresponse()
        answer.read()
        pupil.taken.append(time.perf_counter() - began)
        pupil.statuses.append(answer.status)
        return answer.status

    ask("GET", slip.page)
    body = urlencode(voting.vote_fields(slip.code))  # the same secret at every try
    for _ in range(TRIES):
        if ask("POST", f"{slip.page}/votes", body) in {200, voting.DONE}:
            pupil.is_done = True
            break
        time.sleep(1)
    connection.close()
    return pupil


def sum_up(pupils: Sequence[Pupil], attack: dict[str, Any]) -> dict[str, Any]:
    """The figures."""
    statuses = attack["statuses"]
    taken = sorted(one for pupil in pupils for one in pupil.taken)
    return {
        "guesses": attack["sent"],
        "accepted": sum(statuses.get(str(one), 0) for one in (200, 201)),
        "answers": statuses,
        "guessing_s": attack["last_answer_s"],
        "pupils": len(pupils),
        "pupils_done": sum(pupil.is_done for pupil in pupils),
        "pupils_refused": sum(status >= 400 for pupil in pupils for status in pupil.statuses),
        "pupils_p50_ms": round(1000 * taken[len(taken) // 2], 1),
        "pupils_p95_ms": round(1000 * taken[len(taken) * 95 // 100], 1),
        "pupils_max_ms": round(1000 * taken[-1], 1),
    }


def run(guesses: int, pupils: int, folder: Path, *, spread: float = SPREAD) -> dict[str, Any]:
    """One class, one guesser."""
    address = f"sqlite:///{folder / 'wishes.db'}"
    box = voting.prepare_box(address, folder, slips=pupils, sittings=1)
    wrong = voting.list_requests(voting.wrong_slips(box, guesses))
    with run_site(address, folder) as server, ThreadPoolExecutor(pupils) as room:
        attack = start_load(Plan(
            HOST, server.port, wrong, min(CONNECTIONS, guesses), seconds=600, patience=60
        ))  # fmt: skip
        waits = [random.uniform(0, spread) for _ in box.slips]
        sent = [room.submit(vote, server, *one) for one in zip(box.slips, waits, strict=True)]
        done = [one.result() for one in sent]
        figures = sum_up(done, finish_load(attack))
        stored = voting.count_stored(address)
    return figures | {"stored": stored}


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument("--quick", action="store_true", help="300 guesses, ten pupils")
    asked = parser.parse_args()
    size = (300, 10) if asked.quick else (GUESSES, PUPILS)
    with tempfile.TemporaryDirectory() as name:
        figures = run(*size, Path(name), spread=1.0 if asked.quick else SPREAD)
    if not asked.json:
        for key, value in figures.items():
            print(f"{key:>16}  {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
