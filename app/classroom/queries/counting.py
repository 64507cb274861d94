"""Numbers of a room: who is there, what was given out, what came in. Never what was chosen, until
the votes are mixed and there are ten or more of them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from app.ballots import queries as ballots
from app.ballots.rules import RightKind
from app.classroom.models import Arrival
from app.classroom.queries.rooms import find_room, get_doors
from app.classroom.rules import (
    ArrivalState,
    BallotAccount,
    Door,
    RevealedSection,
    RevealState,
    RoomAccount,
    may_reveal,
    reveal,
)
from app.consultations.models import Ballot, Sitting
from app.consultations.queries import list_ballots, list_surveys
from app.consultations.rules import read_definition
from app.paper import queries as paper
from app.responses import queries as responses


@dataclass(frozen=True)
class RoomCounts:
    """What the desk and the big screen show while people take part."""

    heads: int | None
    arrived: int  # phones in the lobby, whether let in or not
    waiting: int
    let_in: int
    turned_away: int
    voted: int
    responses: int
    has_ballots: bool
    has_survey: bool

    @property
    def goal(self) -> int:
        """How many votes (or surveys, where there is no vote) the room is waiting for."""
        return max(self.heads or 0, self.done, self.let_in, 1)

    @property
    def done(self) -> int:
        """How many have voted, or answered where there is no vote."""
        return self.voted if self.has_ballots else self.responses


def count_room(session: Session, sitting: Sitting) -> RoomCounts:
    """The numbers of a room now. After the end the lobby is forgotten and its numbers are kept."""
    sitting_id = sitting.id or 0
    by_state = select(Arrival.state, func.count()).where(Arrival.sitting_id == sitting_id)
    states = {
        ArrivalState(state): count
        for state, count in session.exec(by_state.group_by(col(Arrival.state)))
    }
    room = find_room(session, sitting_id)
    waiting, let_in, away = (states.get(state, 0) for state in ArrivalState)
    return RoomCounts(
        heads=sitting.expected_heads,
        arrived=waiting + let_in + (room.arrived if room else 0),
        waiting=waiting,
        let_in=let_in + (room.let_in if room else 0),
        turned_away=away,
        voted=ballots.count_by_sitting(session, sitting_id),
        responses=responses.count_by_sitting(session, sitting_id),
        has_ballots=bool(list_ballots(session, sitting.consultation_id)),
        has_survey=bool(list_surveys(session, sitting.consultation_id)),
    )


def get_account(
    session: Session, sitting: Sitting, *, slips_in_hand: int | None = None
) -> RoomAccount:
    """The account of a room as it stands. `slips_in_hand`: what the worker counted, if anything;
    after the close it is on record.
    """
    room = find_room(session, sitting.id or 0)
    doors = get_doors(session, sitting)
    if slips_in_hand is None and room is not None:
        slips_in_hand = room.slips_in_hand
    asked = list_ballots(session, sitting.consultation_id)
    return RoomAccount(
        heads=sitting.expected_heads,
        ballots=tuple(_account_of(session, ballot, sitting) for ballot in asked),
        responses=responses.count_by_sitting(session, sitting.id or 0),
        has_paper=Door.PAPER in doors
        and not all(paper.is_counted(session, ballot.id or 0, sitting.id or 0) for ballot in asked),
        slips_in_hand=slips_in_hand,
    )


def _account_of(session: Session, ballot: Ballot, sitting: Sitting) -> BallotAccount:
    kinds = ballots.count_rights_by_kind(session, ballot.id or 0, sitting.id or 0)
    seats, slips, turns = (kinds[one] for one in (RightKind.SEAT, RightKind.SLIP, RightKind.KIOSK))
    return BallotAccount(
        ballot_id=ballot.id or 0,
        title=ballot.title,
        seats=seats.issued - seats.revoked,
        slips=slips.issued,
        turns=turns.issued - turns.revoked,
        voted=seats.spent + slips.spent + turns.spent,
        papers=paper.count_at_sitting(session, ballot.id or 0, sitting.id or 0),
        spoilt=slips.revoked,
        unused=seats.unused + slips.unused + turns.unused,
        unused_slips=slips.unused,
    )


def find_reveal_state(session: Session, sitting: Sitting, *, now: datetime) -> RevealState | None:
    """How far the votes of a room have come; None when it has no ballots."""
    boxes = ballots.list_boxes(session, sitting_id=sitting.id or 0)
    if not boxes:
        return None
    if any(box.closed_at is None for box in boxes):
        return RevealState.OPEN
    if list_revealed(session, sitting):
        return RevealState.READY
    waiting = [box for box in boxes if box.mixed_at is None]
    if any(box.grace_until is not None and box.grace_until > now for box in waiting):
        return RevealState.WAITING
    counts = [ballots.count_sealed(session, [box.id or 0]) for box in waiting]
    return RevealState.MIXING if any(map(may_reveal, counts)) else RevealState.POOLED


def list_revealed(
    session: Session, sitting: Sitting
) -> list[tuple[Ballot, int, tuple[RevealedSection, ...]]]:
    """The ballots of a room whose votes were mixed by themselves, ten or more of them: with the
    number of votes and the bars. Empty while any box of the ballot waits.
    """
    shown = []
    for ballot in list_ballots(session, sitting.consultation_id):
        tally = ballots.find_tally(session, ballot.id or 0, sitting.id or 0)
        if tally is None or not may_reveal(tally.counts["votes"]):
            continue
        boxes = ballots.list_boxes(session, ballot_id=ballot.id, sitting_id=sitting.id)
        if any(box.mixed_at is None for box in boxes):
            continue
        sections = reveal(read_definition(ballot.definition), tally.counts)
        shown.append((ballot, int(tally.counts["votes"]), sections))
    return shown
