"""A whole class votes at once over bad Wi-Fi, against a real server: each vote counts once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest
from sqlmodel import select

from app.ballots import service
from app.ballots.models import SealedVote
from app.ballots.queries import count_papers, list_unmixed_boxes
from app.consultations.models import Sitting
from app.core.db import Database
from app.core.tokens import new_submission_id
from tests.factories import Box, make_round, put_up_box
from tests.server import Server, post_and_hang_up, serve

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def set_up(address: str, folder: Path, slips: int) -> tuple[Database, Box]:
    db, now = Database(address), datetime.now(UTC)
    with db.session(writes=True) as session:
        here = make_round(session, now=now)
        return db, put_up_box(session, here, folder, slips=slips, now=now)


def path_of(box: Box) -> str:
    return f"/b/{box.round.sitting.class_code}/{box.round.ballot.id}/votes"


def post(server: Server, path: str, sent: dict[str, object]) -> httpx2.Response:
    return httpx2.post(server.url + path, data=sent, headers=SAME_ORIGIN, timeout=60)


def open_box(db: Database, box: Box) -> Counter[str]:
    """Close and mix everything; what was in the box."""
    now = datetime.now(UTC)
    with db.session(writes=True) as session:
        sitting = session.get_one(Sitting, box.round.sitting.id)
        sitting.closed_at = now
        service.close_boxes(session, sitting, is_waited=False, now=now)
        boxes = list_unmixed_boxes(session, box.round.ballot.id or 0)
        service.mix_boxes(session, boxes, keys=box.keys, now=now + timedelta(seconds=1))
    with db.session(writes=False) as session:
        return count_papers(session, box.round.ballot.id or 0)


def vote(server: Server, path: str, sent: dict[str, object], *, is_swallowed: bool) -> None:
    """Send a vote twice; when the first answer is swallowed the phone cannot know it went in."""
    if is_swallowed:
        post_and_hang_up(server, path, urlencode(sent, doseq=True).encode())
    else:
        assert post(server, path, sent).status_code == 201
    again = post(server, path, sent)
    assert again.status_code in ((200, 201) if is_swallowed else (200,))


def test_thirty_phones_in_one_class_each_sending_twice(any_address: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db, box = set_up(any_address, folder, 30)
    chance = random.Random(30)
    keys = [one.key for one in box.round.options]
    papers = [
        ["-"] if seat % 10 == 9 else chance.sample(keys, chance.randint(1, 3)) for seat in range(30)
    ]
    sends = [
        {"secret": new_submission_id(), "code": code, "s1": paper}
        for code, paper in zip(box.codes, papers, strict=True)
    ]
    with serve(any_address, folder) as server, ThreadPoolExecutor(30) as classroom:
        jobs = [
            classroom.submit(vote, server, path_of(box), sent, is_swallowed=seat % 3 == 0)
            for seat, sent in enumerate(sends)
        ]
        for job in jobs:
            job.result()
    expected = Counter("s1=" + ",".join(key for key in keys if key in paper) for paper in papers)
    assert open_box(db, box) == expected
    db.close()


def test_fifty_identical_sends_at_once_are_one_vote(any_address: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db, box = set_up(any_address, folder, 1)
    sent = {"secret": new_submission_id(), "code": box.codes[0], "s1": ["w3", "w9"]}
    with serve(any_address, folder) as server, ThreadPoolExecutor(50) as taps:
        answers = list(taps.map(lambda _: post(server, path_of(box), sent), range(50)))
    assert sorted(one.status_code for one in answers) == [200] * 49 + [201]
    assert len({one.text for one in answers}) == 1  # the same receipt on every page
    assert open_box(db, box) == Counter({"s1=w3,w9": 1})
    db.close()


def test_fifty_different_sends_with_one_code_are_one_vote(any_address: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    db, box = set_up(any_address, folder, 1)
    sends = [
        {"secret": new_submission_id(), "code": box.codes[0], "s1": f"w{1 + n % 12}"}
        for n in range(50)
    ]
    with serve(any_address, folder) as server, ThreadPoolExecutor(50) as taps:
        answers = list(taps.map(lambda sent: post(server, path_of(box), sent), sends))
    statuses = [one.status_code for one in answers]
    assert sorted(statuses) == [201] + [409] * 49
    accepted = sends[statuses.index(201)]["s1"]
    assert open_box(db, box) == Counter({f"s1={accepted}": 1})
    db.close()


@pytest.mark.parametrize("written", ["lower", "spaces", "look_alike"])
def test_codes_are_read_forgivingly(any_address: str, tmp_path: Path, written: str) -> None:
    folder = tmp_path / "data"
    db, box = set_up(any_address, folder, 1)
    code = box.codes[0]
    typed = {
        "lower": code.lower(),
        "spaces": f" {code[:4]} – {code[4:]} ",
        "look_alike": code.translate(str.maketrans({"2": "Z", "5": "S", "8": "B", "D": "0"})),
    }[written]
    sent = {"secret": new_submission_id(), "code": typed, "s1": "w1"}
    with serve(any_address, folder) as server:
        assert post(server, path_of(box), sent).status_code == 201
    with db.session(writes=False) as session:
        assert len(session.exec(select(SealedVote)).all()) == 1
    db.close()
