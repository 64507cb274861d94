"""Giving and taking back the right to vote: slips, seats, turns at the shared tablet."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, insert

from app.ballots import queries
from app.ballots.box.codes import new_codes
from app.ballots.box.keys import BallotKeys, BallotSecrets
from app.ballots.models import BallotBox, BallotLedger, SealedVote, VotingRight
from app.ballots.rules import Reason, RightKind
from app.ballots.service.ledger import add_entry
from app.consultations.models import Ballot, Sitting
from app.consultations.queries import get_sitting, list_ballots
from app.core import audit
from app.core.errors import NotFound, Refused

MOST_SLIPS = 5_000


def issue_slips(
    session: Session, sitting: Sitting, count: int, *, keys: BallotKeys, now: datetime
) -> Sequence[str]:
    """New slip codes, each good for one vote in every ballot of the sitting.

    The codes are returned once and kept nowhere; what is kept is inserted in one shuffled go, so
    no order of rows is the order of slips. Refused: too many, the sitting has ended.
    """
    if not 1 <= count <= MOST_SLIPS:
        raise Refused(Reason.TOO_MANY_RIGHTS)
    if sitting.closed_at is not None:
        raise Refused(Reason.BOX_CLOSED)
    ballots = list_ballots(session, sitting.consultation_id)
    codes = _draw_codes(session, [secrets_of(ballot, keys) for ballot in ballots], count)
    for ballot in ballots:
        _add_rights(session, ballot, sitting, codes, RightKind.SLIP, keys=keys, now=now)
    return codes


def add_seat(
    session: Session,
    sitting: Sitting,
    codes: Sequence[str],
    kind: RightKind,
    *,
    keys: BallotKeys,
    now: datetime,
) -> None:
    """Let browsers (or turns at the tablet) in: their random tokens become codes.

    A token that was let in before stays so: safe to repeat.
    """
    if sitting.closed_at is not None:
        raise Refused(Reason.BOX_CLOSED)
    for ballot in list_ballots(session, sitting.consultation_id):
        held = secrets_of(ballot, keys)
        fresh = [code for code in codes if session.get(VotingRight, held.right_of(code)) is None]
        if fresh:
            _add_rights(session, ballot, sitting, fresh, kind, keys=keys, now=now)


def let_in(
    session: Session,
    *,
    sitting_id: int,
    codes: Sequence[str],
    kind: RightKind,
    keys: BallotKeys,
    now: datetime,
) -> None:
    """`add_seat` for a sitting known by its id."""
    add_seat(session, get_sitting(session, sitting_id), codes, kind, keys=keys, now=now)


def revoke_right(
    session: Session,
    sitting: Sitting,
    code: str,
    *,
    why: str,
    is_spent_too: bool,
    keys: BallotKeys,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Take a slip back in every ballot of the sitting; gives in how many it had been used.

    A vote that was sealed under it is taken out unread. Refused: a code that was never given; one
    that has been used, unless that is meant (`is_spent_too`: two people decide that); one whose
    votes are mixed already, for then nobody can find them.
    """
    ballots = list_ballots(session, sitting.consultation_id)
    boxes = queries.list_boxes(session, sitting_id=sitting.id)
    queries.lock_boxes(session, [box.id or 0 for box in boxes])  # no vote comes in meanwhile
    found = []
    for ballot in ballots:
        name = secrets_of(ballot, keys).right_of(code)
        right = session.get(VotingRight, name, populate_existing=True)
        if right is None or right.sitting_id != sitting.id or right.is_revoked:
            raise Refused(Reason.CODE_WRONG)
        sealed = queries.find_sealed(session, right)
        if right.cs is not None and (not is_spent_too or sealed is None):
            raise Refused(Reason.VOTED_ALREADY)
        found.append((ballot, right, sealed))
    ledgers = queries.lock_ledgers(session, [ballot.id or 0 for ballot in ballots])
    for ballot, right, sealed in found:
        _revoke(session, ledgers[ballot.id or 0], right, sealed, why=why, now=now)
    spent = sum(sealed is not None for _, _, sealed in found)
    audit.note(session, "revoke_right", f"sitting:{sitting.id}", actor_id=actor_id, now=now,
               why=why, spent=spent)  # fmt: skip
    return spent


def _draw_codes(session: Session, held: Sequence[BallotSecrets], count: int) -> Sequence[str]:
    """Codes nobody was given yet. In a whole city's ballot some are drawn twice: drawn again."""
    codes: set[str] = set()
    while len(codes) < count:
        drawn = new_codes(count - len(codes))
        for one in held:
            known = queries.list_known_rights(session, [one.right_of(code) for code in drawn])
            drawn = [code for code in drawn if one.right_of(code) not in known]
        codes.update(drawn)
    mixed = sorted(codes)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def take_back_unspent(
    session: Session, sitting: Sitting, code: str, *, why: str, keys: BallotKeys, now: datetime
) -> int:
    """Take a seat or a turn back where it was not used; gives in how many ballots it was.

    For a phone that was let in by mistake and for a turn given up: a vote that was cast stays.
    """
    boxes = queries.list_boxes(session, sitting_id=sitting.id)
    queries.lock_boxes(session, [box.id or 0 for box in boxes])  # no vote comes in meanwhile
    found = []
    for ballot in list_ballots(session, sitting.consultation_id):
        name = secrets_of(ballot, keys).right_of(code)
        right = session.get(VotingRight, name, populate_existing=True)
        if right is not None and right.sitting_id == sitting.id and not right.is_revoked:
            found.append(right)
    unspent = [right for right in found if right.cs is None]
    ledgers = queries.lock_ledgers(session, [right.ballot_id for right in unspent])
    for right in unspent:
        _revoke(session, ledgers[right.ballot_id], right, None, why=why, now=now)
    session.flush()
    return len(found) - len(unspent)


def secrets_of(ballot: Ballot, keys: BallotKeys) -> BallotSecrets:
    """The keys of a ballot that is held; refused when their folder is lost or destroyed."""
    held = keys.find_secrets(ballot.definition_hash)
    if held is None:
        raise Refused(Reason.KEY_MISSING)
    return held


def _revoke(
    session: Session,
    ledger: BallotLedger,
    right: VotingRight,
    sealed: SealedVote | None,
    *,
    why: str,
    now: datetime,
) -> None:
    digest = None
    if sealed is not None:
        digest = queries.sealed_digest(sealed.sealed)
        session.delete(sealed)
    right.is_revoked = True
    session.add(right)
    box = _current_box(session, right)
    add_entry(session, ledger, "voided", now=now, box=box.id, sealed=digest, reason=why)


def _current_box(session: Session, right: VotingRight) -> BallotBox:
    box = queries.find_open_box(session, right.ballot_id, right.sitting_id)
    if box is None:
        raise NotFound
    return box


def _add_rights(
    session: Session,
    ballot: Ballot,
    sitting: Sitting,
    codes: Sequence[str],
    kind: RightKind,
    *,
    keys: BallotKeys,
    now: datetime,
) -> None:
    held = secrets_of(ballot, keys)
    box = queries.find_open_box(session, ballot.id or 0, sitting.id or 0)
    if box is None:
        raise NotFound
    rows = [
        {"rh": held.right_of(code), "ballot_id": ballot.id, "sitting_id": sitting.id,
         "kind": kind, "is_revoked": False}
        for code in codes
    ]  # fmt: skip
    secrets.SystemRandom().shuffle(rows)
    try:
        with session.begin_nested():
            session.connection().execute(insert(VotingRight), rows)
    except IntegrityError:  # drawn by two people in one moment: one in many millions
        raise Refused(Reason.TOO_MANY_RIGHTS) from None
    ledger = queries.lock_ledgers(session, [ballot.id or 0])[ballot.id or 0]
    add_entry(session, ledger, "rights", now=now, box=box.id, kind=kind.value, count=len(rows))
