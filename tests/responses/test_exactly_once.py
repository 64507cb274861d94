"""A whole class answers at once over bad Wi-Fi, against a real server: each answer counts once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from sqlmodel import select

from app.core.db import Database
from app.core.tokens import new_submission_id
from app.responses.models import Answer, Response
from app.texts.models import FreeText
from tests.factories import Round, make_round
from tests.server import Server, post_and_hang_up, serve

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def set_up(address: str) -> tuple[Database, Round, str]:
    db = Database(address)
    with db.session(writes=True) as session:
        here = make_round(session, now=datetime.now(UTC))
    return db, here, f"/s/{here.sitting.class_code}/survey/{here.survey.id}/responses"


def words_on(page: httpx2.Response) -> tuple[str, ...]:
    assert page.status_code == 200, page.text[:500]
    slip = re.search(r'<ol class="slip-words".*?</ol>', page.text, re.DOTALL)
    assert slip is not None
    return tuple(re.findall(r"<li>(\w+)</li>", slip.group(0)))


def answer(
    server: Server, path: str, sent: dict[str, str], *, is_swallowed: bool
) -> tuple[str, ...]:
    """Send twice; the words shown at the end, the same each time an answer arrives."""
    with httpx2.Client(base_url=server.url, headers=SAME_ORIGIN, timeout=60) as phone:
        if is_swallowed:
            post_and_hang_up(server, path, urlencode(sent).encode())
            return words_on(phone.post(path, data=sent))
        first = words_on(phone.post(path, data=sent))
        assert words_on(phone.post(path, data=sent)) == first
        return first


def test_thirty_phones_in_one_class_each_sending_twice(any_address: str, tmp_path: Path) -> None:
    db, here, path = set_up(any_address)
    first, text = here.questions[0].id, here.questions[3].id
    sends = [
        {
            "submission_id": new_submission_id(),
            f"q{first}": "yes",
            f"q{text}": f"Words of seat {seat}",
        }
        for seat in range(30)
    ]
    with serve(any_address, tmp_path / "data") as server, ThreadPoolExecutor(30) as classroom:
        jobs = [
            classroom.submit(answer, server, path, sent, is_swallowed=seat % 3 == 0)
            for seat, sent in enumerate(sends)
        ]
        slips = {job.result() for job in jobs}
    assert len(slips) == 30
    with db.session(writes=False) as session:
        assert len(session.exec(select(Response)).all()) == 30
        assert len(session.exec(select(Answer)).all()) == 120
        texts = sorted(session.exec(select(FreeText.text)))
    db.close()
    assert texts == sorted(f"Words of seat {seat}" for seat in range(30))


def test_fifty_identical_sends_at_once_are_one_response(any_address: str, tmp_path: Path) -> None:
    db, here, path = set_up(any_address)
    sent = {"submission_id": new_submission_id(), f"q{here.questions[3].id}": "Only once"}
    with serve(any_address, tmp_path / "data") as server, ThreadPoolExecutor(50) as taps:
        pages = list(
            taps.map(
                lambda _: httpx2.post(
                    server.url + path, data=sent, headers=SAME_ORIGIN, timeout=60
                ),
                range(50),
            )
        )
    assert len({words_on(page) for page in pages}) == 1
    with db.session(writes=False) as session:
        assert len(session.exec(select(Response)).all()) == 1
        assert session.exec(select(FreeText.text)).all() == ["Only once"]
    db.close()
