"""The audit bundle against the script that is shipped in it, run apart from this program."""

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from app.ballots import service as voting
from app.ballots.queries import get_ledger
from app.consultations.rules import BallotRule
from app.core.errors import Refused
from app.paper import service as counting
from app.paper.rules import BatchKind
from app.results import queries, service
from app.results.exports import VERIFIER, pack_bundle
from app.results.rules import Reason, ResultStatus
from tests.paper.papers import one_by_one
from tests.results.world import (
    Desk,
    Paper,
    cut_ledger,
    define,
    finish_ballot,
    held_and_closed,
    hold_ballot,
    make_section,
    open_desk,
    release,
)

DEFINITION = define(
    make_section(BallotRule.STV, seats=2),
    make_section(BallotRule.CHOICES, key="s2", most=2),
    make_section(BallotRule.BORDA, key="s3"),
)
PAPERS = {
    "s1=o1,o2,o3,o4;s2=o1,o2;s3=o1,o2": 7,
    "s1=o1,o3;s2=o3;s3=o2": 4,
    "s1=o2;s2=;s3=o3,o1,o2,o4": 5,
    "s1=o3,o4;s2=o2;s3=": 5,
    "s1=;s2=o4;s3=o4": 2,
}


@pytest.fixture
def desk(session: Session, now: datetime, tmp_path: Path) -> Desk:
    return open_desk(session, held_and_closed(session, tmp_path, DEFINITION, PAPERS, now=now))


def save(session: Session, desk: Desk, path: Path) -> Path:
    files = queries.list_bundle_files(session, desk.ballot, keys=desk.held.keys)
    path.write_bytes(b"".join(pack_bundle(files)))
    return path


def verify(*words: str | Path) -> tuple[int, str]:
    """The script's exit code and words, with no module of ours in reach."""
    command = [sys.executable, "-I", str(VERIFIER), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def rewrite(bundle: Path, name: str, change: Callable[[str], str]) -> Path:
    """The same bundle with one file changed."""
    fresh = bundle.with_name(f"changed-{name}.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(fresh, "w") as new:
        for one in old.namelist():
            text = old.read(one).decode()
            new.writestr(one, change(text) if one == name else text)
    return fresh


def test_a_real_ballot_is_recounted_by_the_script(
    session: Session, desk: Desk, now: datetime, tmp_path: Path
) -> None:
    code, said = verify(save(session, desk, tmp_path / "early.zip"))
    assert code == 0, said  # counted, not released yet
    release(session, desk, status=ResultStatus.CONFIRMED, now=now)
    bundle = save(session, desk, tmp_path / "bundle.zip")
    code, said = verify(bundle)
    assert code == 0, said
    assert "FAIL" not in said
    with zipfile.ZipFile(bundle) as files:
        names = set(files.namelist())
        assert files.read("verify.py") == VERIFIER.read_bytes()
        assert files.read("definition.json").decode() == desk.ballot.definition
        lines = files.read("votes.jsonl").decode().splitlines()
    assert names == {
        "definition.json", "public_key.txt", "ledger.jsonl", "checkpoints.jsonl", "votes.jsonl",
        "paper.jsonl", "result.json", "README.txt", "verify.py",
    }  # fmt: skip
    votes = [json.loads(line) for line in lines]
    assert len(votes) == 23
    assert [vote["leaf"] for vote in votes] == sorted(vote["leaf"] for vote in votes)
    assert set(votes[0]) == {"leaf", "r", "choices", "group"}
    assert {vote["group"] for vote in votes} == {desk.held.round.place.id}


def test_the_same_content_gives_the_same_bytes(
    session: Session, desk: Desk, tmp_path: Path
) -> None:
    first = save(session, desk, tmp_path / "a.zip").read_bytes()
    assert save(session, desk, tmp_path / "b.zip").read_bytes() == first


def test_paper_is_recounted_and_a_newer_bundle_continues_the_older(
    session: Session, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = Paper(monkeypatch)
    definition = define(make_section(BallotRule.PLURALITY))
    held = held_and_closed(session, tmp_path, definition, {"s1=o1": 9, "s1=o2": 5}, now=now)
    desk = open_desk(session, held)
    paper.count_pile(session, held, marks={"s1": {"o2": 6}}, valid=7, blank=1, unused=2, now=now)
    paper.count_pile(session, held, batch=2, papers={"s1=o3": 3}, spoilt=1, now=now)
    release(session, desk, now=now)
    old = save(session, desk, tmp_path / "old.zip")
    code, said = verify(old)
    assert code == 0, said
    paper.count_pile(session, held, marks={"s1": {"o2": 16}}, valid=17, blank=1, now=now)
    stale = save(session, desk, tmp_path / "between.zip")
    code, said = verify(stale)  # the bundle tells what a count gives now
    assert code == 0, said
    service.correct_result(
        session, desk.ballot, reason="a pile again", public_note="About 10 papers more.",
        keys=held.keys, actor=desk.first, now=now,
    )  # fmt: skip
    service.approve_result(session, desk.ballot, 2, keys=held.keys, actor=desk.second, now=now)
    new = save(session, desk, tmp_path / "new.zip")
    for words in ((new,), ("verify-diff", old, new)):
        code, said = verify(*words)
        assert code == 0, said
    code, said = verify("verify-diff", new, old)
    assert code == 1, said
    with zipfile.ZipFile(new) as files:
        result = json.loads(files.read("result.json"))
    assert result["paper"] == {"valid": 20, "blank": 1, "spoilt": 1}
    assert result["sections"]["s1"]["totals"]["o2"] == 21


TAMPERINGS: list[tuple[str, Callable[[str], str]]] = [
    ("votes.jsonl", lambda text: text.replace("s1=o1,o3", "s1=o3,o1", 1)),
    ("votes.jsonl", lambda text: text.split("\n", 1)[1]),
    ("ledger.jsonl", lambda text: text.replace('"kind":"cast"', '"kind":"late"', 1)),
    ("ledger.jsonl", lambda text: "\n".join(text.splitlines()[:-1]) + "\n"),
    ("result.json", lambda text: text.replace('"winners":["o1"', '"winners":["o2"', 1)),
    ("checkpoints.jsonl", lambda text: text.replace('"size":', '"size":1', 1)),
    ("public_key.txt", lambda text: "0" * 64 + "\n"),
    ("definition.json", lambda text: text.replace("Pizza", "Pasta")),
]


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one[0])
def test_tampering_is_found(
    session: Session,
    desk: Desk,
    now: datetime,
    tmp_path: Path,
    tampering: tuple[str, Callable[[str], str]],
) -> None:
    release(session, desk, now=now)
    changed = rewrite(save(session, desk, tmp_path / "bundle.zip"), *tampering)
    code, said = verify(changed)
    assert code in (1, 2), said
    assert "FAIL" in said


def test_once_final_no_single_vote_is_left_in_it(
    session: Session, desk: Desk, now: datetime, tmp_path: Path
) -> None:
    release(session, desk, now=now)
    old = save(session, desk, tmp_path / "old.zip")
    later = now + timedelta(days=29)
    assert voting.finalise_ballot(
        session, desk.ballot, keys=desk.held.keys, recount_days=28, now=later
    )
    new = save(session, desk, tmp_path / "new.zip")
    with zipfile.ZipFile(new) as files:
        names = files.namelist()
        leaves = files.read("leaves.txt").decode().splitlines()
        everything = b"".join(files.read(name) for name in names)
    assert "votes.jsonl" not in names
    assert len(leaves) == 23
    assert b'"r":' not in everything
    for words in ((new,), ("verify-diff", old, new)):
        code, said = verify(*words)
        assert code == 0, said
    receipts = queries.Receipts()
    assert receipts.look_up(session, desk.held.id, desk.held.receipts[0]) == "found"


def test_the_bundle_of_a_restored_database_says_so(
    session: Session, desk: Desk, now: datetime, tmp_path: Path
) -> None:
    release(session, desk, now=now)
    cut_ledger(session, desk.held, keep=get_ledger(session, desk.held.id).size - 1)
    service.explain_gap(
        session, desk.ballot, words="Restored from the copy of 10:00.", keys=desk.held.keys,
        actor=desk.first, now=now,
    )  # fmt: skip
    code, said = verify(save(session, desk, tmp_path / "bundle.zip"))
    assert code == 0, said
    assert "Restored from the copy" in said


def test_it_leaves_in_chunks_while_it_is_made() -> None:
    made: list[int] = []

    def lines() -> object:
        for number in range(40_000):
            made.append(number)
            yield f"{number * 7919 % 99_991:>40}\n".encode()

    chunks = pack_bundle([("lines.txt", lines())])  # type: ignore[list-item]
    first = next(chunks)
    assert len(made) < 40_000
    whole = first + b"".join(chunks)
    with zipfile.ZipFile(io.BytesIO(whole)) as files:
        assert files.testzip() is None
        assert files.read("lines.txt").count(b"\n") == 40_000


def test_ten_thousand_votes_are_packed_and_verified_in_seconds(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    definition = define(make_section(BallotRule.CHOICES, most=2))
    papers = {"s1=o1,o2": 4000, "s1=o2": 3000, "s1=o3,o4": 2500, "s1=": 500}
    held = held_and_closed(session, tmp_path, definition, papers, now=now)
    desk = open_desk(session, held)
    started = time.perf_counter()
    release(session, desk, now=now)
    bundle = save(session, desk, tmp_path / "bundle.zip")
    packed = time.perf_counter() - started
    code, said = verify(bundle)
    assert code == 0, said
    assert packed < 8, f"{packed:.1f} seconds"
    assert time.perf_counter() - started < 30


def test_real_piles_of_paper_are_recounted_and_corrected(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    """The floor below, not its stand-in: hands counted twice, papers one by one, a revision."""
    definition = define(make_section(BallotRule.PLURALITY), make_section(BallotRule.IRV, key="s2"))
    papers = {"s1=o1;s2=o1": 9, "s1=o2;s2=o2,o1": 5}
    held = hold_ballot(session, tmp_path, definition, papers, now=now)
    desk, ballot = open_desk(session, held), held.ballot
    found = one_by_one(("s1=o2;s2=o2", 8), ("s1=;s2=o3", 2), blank=1, spoilt=1)
    pile = counting.enter_batch(
        session, ballot, sitting=held.round.sitting, kind=BatchKind.PAPER_BALLOTS, contents=found,
        actor=desk.first, now=now,
    )  # fmt: skip
    finish_ballot(session, held, now=now)
    confirmed = {"status": ResultStatus.CONFIRMED, "now": now}
    with pytest.raises(Refused) as caught:
        release(session, desk, **confirmed)
    assert caught.value.reason is Reason.PAPER_WAITS
    counting.confirm_batch(session, pile, contents=found, actor=desk.second, now=now)
    first = json.loads(release(session, desk, **confirmed).body)
    assert first["paper"] == {"valid": 10, "blank": 1, "spoilt": 1}
    assert first["sections"]["s1"]["winners"] == ["o2"]
    old = save(session, desk, tmp_path / "old.zip")
    again = one_by_one(("s1=o1;s2=o2", 8), ("s1=;s2=o3", 2), blank=1, spoilt=1)
    counting.revise_batch(
        session, pile, contents=again, reason="read wrongly", actor=desk.first, now=now
    )
    counting.confirm_batch(session, pile, contents=again, actor=desk.second, now=now)
    service.correct_result(
        session, ballot, reason="The pile was read wrongly.", keys=held.keys, actor=desk.first,
        public_note="About 10 papers were read wrongly.", now=now,
    )  # fmt: skip
    service.approve_result(session, ballot, 2, keys=held.keys, actor=desk.second, now=now)
    new = save(session, desk, tmp_path / "new.zip")
    for words in ((old,), (new,), ("verify-diff", old, new)):
        code, said = verify(*words)
        assert code == 0, said
