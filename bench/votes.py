"""How many votes a second, beside others? `python -m bench.votes [--json] [--seconds N] [--quick]`.

64 phones on keep-alive connections, each sending its next vote when the last one is answered, load
generator on the same two cores. In one run, twice, the second time in reverse order so that a
machine that grows slower favours nobody:

- ours: sealed votes, durable (SQLite, WAL, full sync), one process;
- postgres: the same on PostgreSQL with two worker processes;
- noop (a): the same form read on the same stack and our thank-you page answered, nothing stored;
- plain (b): FastAPI + SQLModel, insert and commit as in their tutorials, same SQLite settings;
- django (c): a survey page of `django-survey-and-report` under two gunicorn workers, same SQLite
  settings; the token against forgery is fetched before the time starts, and what a visit needs
  beyond the POST (the page before, the page after) is not counted;
- django_tuned: the same with each of its settings chosen for speed (see `bench.django_site`).

Ours is sent votes for the whole time in each round, the others for half of it. After each turn the
database is counted: a vote that was answered and is not there would be `lost`.

`…_us` is processor time for one vote, `cpu_ratio_to_…` theirs over ours: on a busy machine it says
more than the rates do. `others_percent` is how much of the machine went to others meanwhile; with
`--retries` a turn in which that was more than a tenth is taken again, and the calmest one kept.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.contenders import (
    NOTHING_STORED,
    Contender,
    DjangoSurvey,
    Noop,
    Ours,
    OursOnPostgres,
    Plain,
    Target,
)
from bench.django_survey import make_environment
from bench.load import Plan, run_load
from bench.servers import busy_seconds, cpu_seconds

CONNECTIONS = 64
MOST = 3_000  # sends a second made ready for one turn
WARM_UP = 500  # sends before the time starts
CALM = 0.10  # of the machine may go to others before a turn is worth repeating


def take_turn(contender: Contender, folder: Path, seconds: float) -> dict[str, Any]:
    """Serve one of them, warm it up, send for the time, count what is stored."""
    sends = round(MOST * seconds) + WARM_UP
    with contender.serve(folder, sends) as target:
        first = run_load(plan(target, target.requests[:WARM_UP], 60.0, repeat=False))
        before = Used.by(target)
        found = run_load(plan(target, target.requests[WARM_UP:], seconds, target.repeat))
        used = Used.by(target).since(before)
        stored = target.count()
    answered = sum(one["statuses"].get(str(target.done), 0) for one in (first, found))
    if set(found["samples"]) - {str(target.done)}:
        print(f"{contender.name}: {found['samples']}"[:3000], file=sys.stderr)
    others = used.machine - used.server - used.database - found["cpu_s"]
    return found | {
        "errors": sum(found["statuses"].values()) - found["statuses"].get(str(target.done), 0),
        "lost": 0 if stored == NOTHING_STORED else answered - stored,
        "server_us": 1e6 * used.server / max(1, found["sent"]),
        "database_us": 1e6 * used.database / max(1, found["sent"]),
        "generator_us": 1e6 * found["cpu_s"] / max(1, found["sent"]),
        "others": others / used.there if used.there else 0.0,
    }


@dataclass(frozen=True)
class Used:
    """Processor seconds so far: of a server, of its database, of everybody; and all there were."""

    server: float
    database: float
    machine: float
    there: float

    @classmethod
    def by(cls, target: Target) -> "Used":
        """Up to now."""
        return cls(
            cpu_seconds(target.server.pid), cpu_seconds(target.database_pid), *busy_seconds()
        )

    def since(self, before: "Used") -> "Used":
        """What was added."""
        return Used(
            self.server - before.server, self.database - before.database,
            self.machine - before.machine, self.there - before.there,
        )  # fmt: skip


def plan(target: Target, requests: list[bytes], seconds: float, repeat: bool) -> Plan:
    """Sends in a closed loop."""
    return Plan(
        target.server.host, target.server.port, requests, CONNECTIONS, seconds, repeat=repeat
    )


def sum_up(turns: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Rates and processor time are means of the rounds; latencies those of the worse one."""
    return {
        "per_s": round(fmean(one["rate"] for one in turns)),
        "slowest_s": min(one["slowest_second"] for one in turns),
        **{name: max(one[name] for one in turns)
           for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")},
        **{name: sum(one[name] for one in turns) for name in ("sent", "errors", "lost")},
        **{name: round(fmean(one[name] for one in turns))
           for name in ("server_us", "database_us", "generator_us")},
        "others_percent": round(100 * fmean(one["others"] for one in turns)),
        **({"ran_out": True} if any(one["ran_out"] for one in turns) else {}),
    }  # fmt: skip


def take_calm_turn(
    contender: Contender, folder: Path, seconds: float, retries: int
) -> dict[str, Any]:
    """A turn; taken again while others use the machine. Which one is kept, their share decides."""
    taken: list[dict[str, Any]] = []
    while len(taken) <= retries and not (taken and taken[-1]["others"] <= CALM):
        taken.append(take_turn(contender, folder / str(len(taken)), seconds))
    return min(taken, key=lambda turn: turn["others"])


def find_contenders(folder: Path, only: Sequence[str]) -> tuple[list[Contender], str]:
    """Who takes part, and why the packages of others do not, if so."""
    page = folder / "thanks.html"
    found: list[Contender] = [Ours(page), Noop(page), Plain()]
    excuse = ""
    if not only or any(name.startswith("django") for name in only):
        try:
            python = make_environment(folder / "environment")
            found.append(DjangoSurvey("django", python, is_tuned=False))
            found.append(DjangoSurvey("django_tuned", python, is_tuned=True))
        except (OSError, RuntimeError) as error:
            excuse = f"not measured, its packages could not be installed: {error}"
    found.append(OursOnPostgres())
    return [one for one in found if not only or one.name in only], excuse


def run(
    seconds: float, rounds: int, folder: Path, *, only: Sequence[str] = (), retries: int = 0
) -> dict[str, Any]:
    """All of them in turn, there and back again."""
    contenders, excuse = find_contenders(folder, only)
    turns: dict[str, list[dict[str, Any]]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for one in reversed(contenders) if number % 2 else contenders:
            time = seconds if one.name == "ours" else seconds / 2
            turns[one.name].append(
                take_calm_turn(one, folder / f"{number}-{one.name}", time, retries)
            )
    figures: dict[str, Any] = {name: sum_up(taken) for name, taken in turns.items()}
    return (
        figures
        | ({"django": excuse} if excuse else {})
        | compare(turns)
        | {"connections": CONNECTIONS, "seconds": seconds, "rounds": rounds}
    )


def compare(turns: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    """Ours over each of the others: each round apart, then their mean."""
    ours = turns.get("ours", [])
    found = {}
    for name, some in turns.items():
        if ours and name != "ours":
            pairs = list(zip(ours, some, strict=True))
            rates = [own["rate"] / (other["rate"] or 1.0) for own, other in pairs]
            costs = [_cost(other) / (_cost(own) or 1.0) for own, other in pairs]
            found[f"ratio_to_{name}"] = round(fmean(rates), 2)
            found[f"cpu_ratio_to_{name}"] = round(fmean(costs), 2)
    return found


def _cost(turn: dict[str, Any]) -> float:
    cost: float = turn["server_us"] + turn["database_us"]
    return cost


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    parser.add_argument("--seconds", type=float, default=60.0, help="of one turn of ours")
    parser.add_argument("--quick", action="store_true", help="two seconds, one round")
    parser.add_argument("--only", nargs="*", default=(), help="names of who is measured")
    parser.add_argument("--retries", type=int, default=0, help="of a turn others disturbed")
    asked = parser.parse_args()
    seconds, rounds = (2.0, 1) if asked.quick else (asked.seconds, 2)
    with tempfile.TemporaryDirectory() as name:
        figures = run(seconds, rounds, Path(name), only=asked.only, retries=asked.retries)
    if not asked.json:
        for key, value in figures.items():
            print(f"{key:>24}  {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
