"""What the commands `wishes bundle`, `wishes verify` and `wishes check` do with results."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.ballots.box.chain import Fault
from app.ballots.queries import check_ledgers
from app.ballots.sweeps import keys_of
from app.consultations.queries import get_ballot
from app.core.checkup import Line
from app.core.clock import LEEDS, utc_now
from app.core.db import Database
from app.core.errors import NotFound, Refused
from app.core.settings import Settings
from app.results import queries, service
from app.results.exports import VERIFIER, pack_bundle
from app.results.queries import BallotGap
from app.results.rules import Reason

SHOWN = 5  # faults of one ballot


def write_bundle(
    db: Database, settings: Settings, ballot_id: int, file: Path, *, now: datetime | None = None
) -> str:
    """Write a ballot's audit bundle where only its owner can read it; says so.

    Whole or not at all: it is written beside its place and then moved there. Refused when there is
    no such ballot or it is not closed.
    """
    keys = keys_of(settings)
    try:
        with db.session(writes=True) as session:
            service.note_bundle(
                session, get_ballot(session, ballot_id), actor=None, now=now or utc_now()
            )
    except NotFound:
        raise Refused(Reason.NOT_CLOSED) from None
    fresh = file.with_name(f".{file.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with db.session(writes=False) as session, os.fdopen(handle, "wb") as out:
            queries.hold_snapshot(session)
            ballot = get_ballot(session, ballot_id)
            for chunk in pack_bundle(queries.list_bundle_files(session, ballot, keys=keys)):
                out.write(chunk)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    size = file.stat().st_size
    return f"{file}: {size:,} bytes, readable by you only. Delete it after the check."


def run_verifier(bundles: Sequence[Path]) -> int:
    """Run the script that is shipped in every bundle, apart from this program; its exit code."""
    words = ["verify-diff"] if len(bundles) > 1 else []
    command = [sys.executable, "-I", str(VERIFIER), *words, *map(str, bundles)]
    return subprocess.run(command, check=False).returncode  # noqa: S603  # our own script


def check_records(db: Database, settings: Settings) -> list[Line]:
    """Whether every ballot that is held still has all its records, unchanged."""
    keys = keys_of(settings)
    with db.session(writes=False) as session:
        gaps = queries.list_gaps(session, keys=keys)
        faults = check_ledgers(session, keys=keys)
    return [_tell_gap(one) for one in gaps] + [
        Line(not found, f"Ballot {ballot_id}: {_tell_faults(found)}")
        for ballot_id, found in faults.items()
    ]


def _tell_gap(one: BallotGap) -> Line:
    since = one.gap.since.astimezone(LEEDS)
    return Line(
        False,
        f"Ballot {one.ballot.id}: {one.gap.missing} records missing since {since:%d.%m.%Y %H:%M}. "
        f"Write down what happened at /staff/ballots/{one.ballot.id}; no result goes out before.",
    )


def _tell_faults(faults: Sequence[Fault]) -> str:
    told = "; ".join(f"{one.kind} (entry {one.seq})" for one in faults[:SHOWN])
    return told or "all records fit."
