"""First counts of a pile, and first counts of a revision. Neither counts before it is confirmed."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.consultations.models import Ballot, Sitting
from app.consultations.queries import get_ballot, list_own_place_ids
from app.consultations.rules import may_see_place
from app.core.errors import NotFound, Refused
from app.paper import queries, rules
from app.paper.models import PaperBatch
from app.paper.rules import BatchKind, Contents, Reason
from app.paper.service.looking import add_look, note, refuse_if, refuse_written, refuse_wrong
from app.places.models import Place
from app.staff.models import StaffAccount


def enter_batch(
    session: Session,
    ballot: Ballot,
    *,
    sitting: Sitting | None = None,
    place: Place | None = None,
    kind: BatchKind,
    name: str = "",
    contents: Contents,
    actor: StaffAccount,
    now: datetime,
) -> PaperBatch:
    """Enter a pile from a sitting, or one that was sent in for a place. A second person must count
    it before it counts. The same entry sent twice is one pile.
    """
    place_id = sitting.place_id if sitting else place.id if place else None
    _refuse_elsewhere(session, ballot, sitting, place_id, actor)
    contents = refuse_wrong(ballot, kind, contents)
    refuse_if(Reason.EMPTY if not contents.issued else None)
    refuse_written(session, ballot)
    facts: dict[str, Any] = {"sitting_id": sitting.id if sitting else None, "place_id": place_id,
                             "kind": kind, "name": " ".join(name.split())}  # fmt: skip
    known = queries.find_batch(session, ballot.id or 0, **facts)
    if known is not None:
        return _same_again(session, known, contents, actor)
    batch = _add_batch(session, ballot, facts, actor, now)
    add_look(session, batch, number=1, look=1, contents=contents, actor=actor, now=now)
    note(session, "enter_batch", batch, actor, now, ballot=ballot.id)
    return batch


def revise_batch(
    session: Session,
    batch: PaperBatch,
    *,
    contents: Contents,
    reason: str,
    actor: StaffAccount,
    now: datetime,
) -> PaperBatch:
    """Begin a revision of a pile that counts, saying why. What counts stays so until a second
    person confirms the new count. Allowed until the ballot is final, also after a release.
    """
    queries.lock_batch(session, batch.id or 0)
    history = queries.get_history(session, batch)
    ballot = get_ballot(session, batch.ballot_id)
    refuse_written(session, ballot)
    contents = refuse_wrong(ballot, batch.kind, contents)
    refuse_if(
        rules.why_not_revise(
            history.counting, contents, reason=reason, is_waiting=not history.is_confirmed
        )
    )
    number = history.number + 1
    add_look(
        session, batch, number=number, look=1, contents=contents, reason=reason.strip(),
        actor=actor, now=now,
    )  # fmt: skip
    note(session, "revise_batch", batch, actor, now, revision=number)
    return batch


def _refuse_elsewhere(
    session: Session, ballot: Ballot, sitting: Sitting | None, place_id: int | None,
    actor: StaffAccount,
) -> None:  # fmt: skip
    """Only where the ballot is held, and only at one's own places."""
    if sitting is not None and sitting.consultation_id != ballot.consultation_id:
        raise NotFound
    if sitting is None and place_id is None:
        raise NotFound
    if not may_see_place(place_id, list_own_place_ids(session, actor)):
        raise NotFound


def _same_again(
    session: Session, known: PaperBatch, contents: Contents, actor: StaffAccount
) -> PaperBatch:
    """A form that was sent twice has entered one pile; anything else is a second pile."""
    history = queries.get_history(session, known)
    is_same = len(history.rows) == 1 and history.find_own(actor.id or 0) == contents
    refuse_if(None if is_same else Reason.PILE_KNOWN)
    return known


def _add_batch(
    session: Session, ballot: Ballot, facts: dict[str, Any], actor: StaffAccount, now: datetime
) -> PaperBatch:
    batch = PaperBatch(ballot_id=ballot.id or 0, created_by_id=actor.id, created_at=now, **facts)
    try:
        with session.begin_nested():
            session.add(batch)
            session.flush()
    except IntegrityError as error:  # somebody entered a pile of this name at this very moment
        raise Refused(Reason.PILE_KNOWN) from error
    return batch
