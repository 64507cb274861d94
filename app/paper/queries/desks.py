"""What a page of counting is about: which pile of which ballot, counted in which way."""

from dataclasses import dataclass

from sqlmodel import Session

from app.consultations import queries as consultations
from app.consultations.models import Ballot, Sitting
from app.consultations.rules import Definition, may_see_place, read_definition
from app.core.errors import NotFound, Refused
from app.paper.models import PaperBatch
from app.paper.queries.batches import History, get_batch, get_history
from app.paper.rules import BatchKind, Purpose, Reason, has_ranked
from app.places.models import Place
from app.places.queries import get_place
from app.staff.models import StaffAccount


@dataclass(frozen=True)
class Desk:
    """One pile on the table, and who sits there."""

    purpose: Purpose
    ballot: Ballot
    definition: Definition
    kind: BatchKind
    is_one_by_one: bool
    sitting: Sitting | None
    place: Place | None
    batch: PaperBatch | None = None
    history: History | None = None

    @property
    def where(self) -> str:
        """The place and the group, in words."""
        name = self.place.name if self.place else "Public link"
        return name + (f", {self.sitting.label}" if self.sitting and self.sitting.label else "")


def new_desk(
    session: Session, actor: StaffAccount, ballot_id: int, *, kind: BatchKind, way: str = "",
    sitting_id: int | None = None, place_id: int | None = None,
) -> Desk:  # fmt: skip
    """The table for a first count. NotFound at a place or a sitting that is not one's own."""
    ballot = consultations.get_ballot(session, ballot_id)
    if not ballot.definition:
        raise Refused(Reason.NOT_HELD)
    sitting = consultations.get_sitting(session, sitting_id) if sitting_id else None
    if sitting is not None and sitting.consultation_id != ballot.consultation_id:
        raise NotFound
    place_id = sitting.place_id if sitting else place_id
    if not may_see_place(place_id, consultations.list_own_place_ids(session, actor)):
        raise NotFound
    definition = read_definition(ballot.definition)
    is_hands = kind is BatchKind.HANDS_UP
    if is_hands and has_ranked(definition):
        raise Refused(Reason.HANDS_CANNOT_RANK)
    return Desk(
        Purpose.ENTER, ballot, definition, kind,
        is_one_by_one=not is_hands and (has_ranked(definition) or way == "papers"),
        sitting=sitting, place=get_place(session, place_id) if place_id else None,
    )  # fmt: skip


def desk_of(
    session: Session, actor: StaffAccount, batch_id: int, purpose: Purpose, *, way: str = ""
) -> Desk:
    """The table for a pile that was entered before; it is counted in the way it was, but a revision
    may choose the other one.
    """
    own = consultations.list_own_place_ids(session, actor)
    batch = get_batch(session, batch_id, own_place_ids=own)
    history = get_history(session, batch)
    is_one_by_one = history.is_one_by_one
    if purpose is Purpose.REVISE and way and batch.kind is BatchKind.PAPER_BALLOTS:
        is_one_by_one = way == "papers" or has_ranked(history.definition)
    return Desk(
        purpose, consultations.get_ballot(session, batch.ballot_id), history.definition, batch.kind,
        is_one_by_one=is_one_by_one,
        sitting=consultations.get_sitting(session, batch.sitting_id) if batch.sitting_id else None,
        place=get_place(session, batch.place_id) if batch.place_id else None,
        batch=batch, history=history,
    )  # fmt: skip
