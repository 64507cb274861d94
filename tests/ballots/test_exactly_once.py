"""A whole class votes at once over bad Wi-Fi, against a real server: each vote counts once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from sqlmodel import select

from app.ballots.models import Vote
from app.ballots.queries import count_votes
from app.core.db import Database
from app.core.tokens import new_submission_id
from tests.factories import Round, make_round
from tests.server import Server, post_and_hang_up, serve

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def set_up(address: str) -> tuple[Database, Round]:
    db = Database(address)
    with db.session(writes=True) as session:
        here = make_round(session, now=datetime.now(UTC))
    return db, here


def vote(server: Server, path: str, sent: dict[str, object], *, is_swallowed: bool) -> None:
    """Send a vote twice; when the first answer is swallowed the phone cannot know it went in."""
    with httpx2.Client(base_url=server.url, headers=SAME_ORIGIN, timeout=60) as phone:
        if is_swallowed:
            post_and_hang_up(server, path, urlencode(sent, doseq=True).encode())
        else:
            assert phone.post(path, data=sent).status_code == 200
        assert phone.post(path, data=sent).status_code == 200


def test_thirty_phones_in_one_class_each_sending_twice(any_address: str, tmp_path: Path) -> None:
    db, here = set_up(any_address)
    path = f"/b/{here.sitting.class_code}/{here.ballot.id}/votes"
    chance = random.Random(30)
    keys = [one.key for one in here.options]
    papers = [
        ["-"] if seat % 10 == 9 else chance.sample(keys, chance.randint(1, 3)) for seat in range(30)
    ]
    sends = [{"submission_id": new_submission_id(), "choices": paper} for paper in papers]
    with serve(any_address, tmp_path / "data") as server, ThreadPoolExecutor(30) as classroom:
        jobs = [
            classroom.submit(vote, server, path, sent, is_swallowed=seat % 3 == 0)
            for seat, sent in enumerate(sends)
        ]
        for job in jobs:
            job.result()
    with db.session(writes=False) as session:
        count = count_votes(session, here.ballot.id or 0)
        votes = session.exec(select(Vote)).all()
    db.close()
    chosen = Counter(key for paper in papers for key in paper if key != "-")
    assert (count.votes, count.blank) == (30, 3)
    assert count.by_option == dict(chosen)
    assert sorted(sorted(one.choices) for one in votes) == sorted(
        sorted(set(paper) - {"-"}) for paper in papers
    )


def test_fifty_identical_sends_at_once_are_one_vote(any_address: str, tmp_path: Path) -> None:
    db, here = set_up(any_address)
    path = f"/b/{here.sitting.class_code}/{here.ballot.id}/votes"
    sent = {"submission_id": new_submission_id(), "choices": ["w3", "w9"]}
    with serve(any_address, tmp_path / "data") as server, ThreadPoolExecutor(50) as taps:
        answers = list(
            taps.map(
                lambda _: httpx2.post(
                    server.url + path, data=sent, headers=SAME_ORIGIN, timeout=60
                ),
                range(50),
            )
        )
    assert {one.status_code for one in answers} == {200}
    with db.session(writes=False) as session:
        assert [one.choices for one in session.exec(select(Vote))] == [["w3", "w9"]]
    db.close()
