"""The whole city votes: `python -m bench.city [--json] [--sittings 6500] [--heads 29]`.

Every sitting is opened with a box of its own, its slips are drawn, every slip is used once, the
sitting closes, its box is mixed, the key destroyed; then the ballot is closed, counted, bundled and
checked by the stand-alone script. All by the verbs the site uses, on SQLite on this machine's disk,
one transaction a sitting where the site has one; votes come in batches of 64 as from the inbox. Not
measured here: the web (that is `bench.votes`).
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.ballots import queries, service, sweeps
from app.ballots.models import BallotBox
from app.consultations.models import Consultation, Sitting
from app.consultations.queries import get_ballot
from app.consultations.rules import ConsultationStatus, ParticipationBasis, SittingMode
from app.core.db import Database
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.core.tokens import ALPHABET, new_submission_id
from app.results.command import write_bundle
from app.results.exports import VERIFIER
from app.results.service import count_result
from tests.factories import Round, make_round

BATCH = 64


class City:
    """The database under measure, and what each part took."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, secret_key="only for measuring")
        folder.mkdir(parents=True)
        upgrade(self.settings.database_address)
        self.db = Database(self.settings.database_address)
        self.keys = sweeps.keys_of(self.settings)
        self.now = datetime.now(UTC)
        self.figures: dict[str, Any] = {}
        with self.db.session(writes=True) as session:
            self.here: Round = make_round(session, now=self.now)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note the seconds a part took, and the memory the process has needed so far."""
        began = time.perf_counter()
        yield
        self.figures[f"{name}_s"] = round(time.perf_counter() - began, 1)
        self.figures[f"{name}_peak_mb"] = peak_mb()

    def size_mb(self) -> float:
        """The database file with its log."""
        files = self.settings.data_dir.glob("wishes.db*")
        return round(sum(file.stat().st_size for file in files) / 1e6, 1)


def peak_mb() -> int:
    """The most memory this process ever held, in megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def class_code(number: int) -> str:
    """A class code of its own for each sitting, without drawing and asking."""
    signs = ""
    for _ in range(4):
        number, place = divmod(number, len(ALPHABET))
        signs += ALPHABET[place]
    return signs


def open_sittings(city: City, count: int, heads: int) -> list[tuple[str, list[str]]]:
    """Sittings with boxes and slips: the class code and the slip codes of each."""
    opened = []
    for number in range(count):
        with city.db.session(writes=True) as session:
            sitting = Sitting(
                consultation_id=city.here.consultation.id or 0, place_id=city.here.place.id,
                mode=SittingMode.CLASS_CODE, class_code=class_code(number + 1),
                expected_heads=heads, basis=ParticipationBasis.INFORMED_OPT_OUT,
                opened_at=city.now,
            )  # fmt: skip
            session.add(sitting)
            session.flush()
            service.open_boxes(session, sitting, keys=city.keys, now=city.now)
            codes = service.issue_slips(session, sitting, heads, keys=city.keys, now=city.now)
            opened.append((sitting.class_code, list(codes)))
    return opened


def cast_all(city: City, opened: list[tuple[str, list[str]]]) -> int:
    """Every slip is used; votes of several classes meet in a batch, as they do in the inbox."""
    dice = random.Random(189_600)
    held = city.keys.make_secrets(city.here.ballot.definition_hash)
    stored = 0
    batch: list[service.Sent] = []
    for code, slips in opened:
        with city.db.session(writes=False) as session:
            ballot = queries.get_opened_ballot(session, code, city.here.ballot.id or 0)
        for slip in slips:
            chosen = sorted(dice.sample(range(1, 13), dice.choice((1, 2, 3))))
            choices = "s1=" + ",".join(f"w{number}" for number in chosen)
            batch.append(
                service.make_sent(
                    ballot, held, code=slip, secret=new_submission_id(), choices=choices,
                    now=city.now,
                )
            )  # fmt: skip
            if len(batch) == BATCH:
                stored += _cast(city, batch)
                batch = []
    return stored + _cast(city, batch)


def _cast(city: City, batch: list[service.Sent]) -> int:
    with city.db.session(writes=True) as session:
        outcomes = service.cast_votes(session, batch)
    assert all(one is True for one in outcomes), outcomes
    return len(outcomes)


def close_all(city: City) -> None:
    """Every worker closes: all have voted, so nothing is waited for."""
    with city.db.session(writes=False) as session:
        boxes = queries.list_boxes(session, ballot_id=city.here.ballot.id)
    for box in boxes:
        with city.db.session(writes=True) as session:
            session.get_one(Sitting, box.sitting_id).closed_at = city.now
            service.close_box(session, session.get_one(BallotBox, box.id), now=city.now)


def run_worker(city: City) -> None:
    """Let the sweeps mix, cut the way back and close the ballot."""
    later = city.now + timedelta(seconds=1)
    with city.db.session(writes=True) as session:
        round_ = session.get_one(Consultation, city.here.consultation.id)
        round_.status = ConsultationStatus.CLOSED
    while any(
        [
            sweeps.mix_ready_boxes(city.db, city.settings, later),
            sweeps.cut_the_way_back(city.db, city.settings, later),
        ]
    ):
        pass
    city.figures["mixed_peak_mb"] = peak_mb()
    while sweeps.finish_closed_ballots(city.db, city.settings, later):
        pass


def recount(city: City, folder: Path) -> int:
    """The audit bundle, and the stand-alone script over it in a process without our packages."""
    bundle, later = folder / "bundle.zip", city.now + timedelta(minutes=1)
    with city.timed("count"), city.db.session(writes=False) as session:
        ballot = get_ballot(session, city.here.ballot.id or 0)
        counted = count_result(session, ballot, keys=city.keys)
    with city.timed("bundle"):
        write_bundle(city.db, city.settings, city.here.ballot.id or 0, bundle, now=later)
    with city.timed("verify"):
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(VERIFIER), str(bundle)], capture_output=True,
            text=True, check=False,
        )  # fmt: skip
    city.figures["bundle_mb"] = round(bundle.stat().st_size / 1e6, 1)
    city.figures["verify_exit"] = done.returncode
    if done.returncode:
        print(done.stdout[-3000:], file=sys.stderr)
    return int(counted.read_body()["votes"])


def run(sittings: int, heads: int) -> dict[str, Any]:
    """Everything, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        city = City(folder / "data")
        with city.timed("total"):
            with city.timed("open"):
                opened = open_sittings(city, sittings, heads)
            city.figures["start_peak_mb"] = peak_mb()
            with city.timed("cast"):
                stored = cast_all(city, opened)
            city.figures["db_before_mix_mb"] = city.size_mb()
            with city.timed("close"):
                close_all(city)
            with city.timed("mix"):
                run_worker(city)
            city.figures["db_after_close_mb"] = city.size_mb()
            counted = recount(city, folder)
        city.db.close()
    city.figures |= {"sittings": sittings, "rights": sittings * heads, "stored": stored,
                     "counted": counted}  # fmt: skip
    city.figures["casts_per_s"] = round(stored / max(city.figures["cast_s"], 0.1))
    return city.figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sittings", type=int, default=6_537)
    parser.add_argument("--heads", type=int, default=29)
    asked = parser.parse_args()
    figures = run(asked.sittings, asked.heads)
    print(json.dumps(figures) if asked.json else json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
