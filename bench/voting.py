"""A ballot with thousands of slips, and the sends of phones: the one place that knows the app.

`prepare_box` makes the ballot, `vote` one send, `count_stored` what is in the box.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, func, select

from app.ballots import service as voting
from app.ballots.box.codes import new_code
from app.ballots.box.keys import BallotKeys
from app.ballots.models import LedgerEntry, SealedVote
from app.consultations.models import Sitting
from app.core.db import Database
from app.core.errors import Refused
from app.core.keystore import KeyStore
from app.core.migrate import upgrade
from app.core.tokens import new_class_code
from bench.wire import build_request
from tests.factories import Round, make_round

OPTIONS = 12
CHOSEN = 3
SLIPS_AT_ONCE = 500
DONE = 201  # the status of a vote that is stored now


@dataclass(frozen=True)
class Slip:
    """One slip: the page it leads to, and its code."""

    page: str
    code: str


@dataclass(frozen=True)
class Box:
    """An open ballot of twelve options, three to choose, and its slips in no order."""

    address: str
    pages: list[str]  # of each sitting
    slips: list[Slip]


def prepare_box(address: str, folder: Path, *, slips: int, sittings: int = 64) -> Box:
    """A migrated database with one ballot held at many sittings, and slips for each of them.

    `folder` is the data folder the server will have: the keys are there. A small number of slips
    is shared out among fewer sittings.
    """
    sittings = max(1, min(sittings, slips // 100))
    upgrade(address)
    now = datetime.now(UTC)
    keys = BallotKeys(KeyStore(folder / "keys"))
    db = Database(address)
    made: list[Slip] = []
    pages: list[str] = []
    with db.session(writes=True) as session:
        here = make_round(session, now=now)
        held = [here.sitting, *_add_sittings(session, here, sittings - 1, now=now)]
        for number, sitting in enumerate(held):
            page = f"/b/{sitting.class_code}/{here.ballot.id}"
            pages.append(page)
            voting.open_boxes(session, sitting, keys=keys, now=now)
            share = slips // sittings + (number < slips % sittings)
            while share > 0:
                count = min(share, SLIPS_AT_ONCE)
                codes = _issue(session, sitting, count, keys=keys, now=now)
                made += [Slip(page, code) for code in codes]
                share -= count
    db.close()
    secrets.SystemRandom().shuffle(made)
    return Box(address, pages, made)


def _issue(
    session: Session, sitting: Sitting, count: int, *, keys: BallotKeys, now: datetime
) -> Sequence[str]:
    """Slips; drawn again when a code was drawn before in this ballot, as happens among so many."""
    for _ in range(100):
        try:
            return voting.issue_slips(session, sitting, count, keys=keys, now=now)
        except Refused:
            continue
    raise RuntimeError("no slips were given")


def _add_sittings(session: Session, here: Round, count: int, *, now: datetime) -> list[Sitting]:
    """More sittings of the round, each with a class code of its own."""
    codes = {new_class_code() for _ in range(2 * count)} - {here.sitting.class_code}
    sittings = [
        Sitting(
            consultation_id=here.sitting.consultation_id, place_id=here.place.id,
            mode=here.sitting.mode, class_code=code, expected_heads=30,
            basis=here.sitting.basis, opened_at=now,
        )
        for code in sorted(codes)[:count]
    ]  # fmt: skip
    session.add_all(sittings)
    session.flush()
    return sittings


def vote_fields(code: str) -> list[tuple[str, str]]:
    """What one phone sends: its slip's code, a secret of its own, three of the options."""
    first = secrets.randbelow(OPTIONS)
    chosen = [f"w{(first + step) % OPTIONS + 1}" for step in range(CHOSEN)]
    return [("code", code), ("secret", secrets.token_hex(16)), *(("s1", key) for key in chosen)]


def vote(slip: Slip, host: str = "127.0.0.1") -> bytes:
    """One send."""
    return build_request(host, f"{slip.page}/votes", vote_fields(slip.code))


def wrong_slips(box: Box, count: int) -> list[Slip]:
    """Slips nobody was given, with a right check sign, for the first sitting's page."""
    given: set[str] = {slip.code for slip in box.slips}
    made: set[str] = set()
    while len(made) < count:
        code = new_code()
        if code not in given:
            made.add(code)
    return [Slip(box.pages[0], code) for code in made]


def count_stored(address: str) -> int:
    """Sealed votes in the box. Raises when the ledger does not hold one entry for each."""
    db = Database(address)
    with db.session(writes=False) as session:
        votes = session.exec(select(func.count()).select_from(SealedVote)).one()
        cast = session.exec(
            select(func.count()).select_from(LedgerEntry).where(LedgerEntry.kind == "cast")
        ).one()
    db.close()
    if votes != cast:
        raise RuntimeError(f"{votes} sealed votes, but {cast} entries in the ledger")
    return votes


def list_requests(slips: Sequence[Slip]) -> list[bytes]:
    """One send for each slip."""
    return [vote(slip) for slip in slips]
