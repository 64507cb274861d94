"""Boxes and rights: which are open, what was issued, what is spent. Never what was chosen."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlalchemy import select as any_select
from sqlmodel import Session, col, func, select

from app.ballots.models import BallotBox, SealedVote, Tally, VotingRight
from app.ballots.rules import BoxFacts, RightKind
from app.consultations.models import Ballot, Consultation, Sitting
from app.consultations.rules import ConsultationStatus, SittingMode
from app.core.errors import NotFound

READ_AT_ONCE = 2_000


def get_box(session: Session, box_id: int) -> BallotBox:
    """The box with this id."""
    box = session.get(BallotBox, box_id)
    if box is None:
        raise NotFound
    return box


def find_open_box(session: Session, ballot_id: int, sitting_id: int) -> BallotBox | None:
    """The newest box of a ballot at a sitting: the one a vote goes into (or went, if closed)."""
    query = (
        select(BallotBox)
        .where(BallotBox.ballot_id == ballot_id, BallotBox.sitting_id == sitting_id)
        .order_by(col(BallotBox.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def list_boxes(
    session: Session, *, ballot_id: int | None = None, sitting_id: int | None = None
) -> list[BallotBox]:
    """The boxes of a ballot, of a sitting, or of one at the other; oldest first."""
    query = select(BallotBox).order_by(col(BallotBox.id))
    if ballot_id is not None:
        query = query.where(BallotBox.ballot_id == ballot_id)
    if sitting_id is not None:
        query = query.where(BallotBox.sitting_id == sitting_id)
    return list(session.exec(query))


def lock_boxes(session: Session, box_ids: Collection[int]) -> list[BallotBox]:
    """These boxes as they stand now, held until the transaction ends: no vote comes in."""
    query = (
        select(BallotBox)
        .where(col(BallotBox.id).in_(box_ids))
        .order_by(col(BallotBox.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.exec(query))


def read_box_facts(session: Session, box_ids: Collection[int]) -> dict[int, BoxFacts]:
    """What decides whether these boxes take a vote, kept from changing until this send is in.

    On PostgreSQL a share lock, so that a close or a mix waits for sends under way. On the boxes
    alone: who ends a sitting holds its row already and then waits for the boxes. What this send
    reads of the sitting may therefore be a moment old; a box that was closed meanwhile never is.
    """
    query = (
        any_select(
            col(BallotBox.id), col(Consultation.status), col(Sitting.closed_at),
            col(BallotBox.closed_at), col(BallotBox.grace_until), col(BallotBox.mixed_at),
        )
        .join(Sitting, col(Sitting.id) == BallotBox.sitting_id)
        .join(Consultation, col(Consultation.id) == Sitting.consultation_id)
        .where(col(BallotBox.id).in_(box_ids))
        .order_by(col(BallotBox.id))
        .with_for_update(read=True, of=BallotBox)
    )  # fmt: skip
    rows: Iterable[Any] = session.connection().execute(query)
    return {box_id: BoxFacts(*facts) for box_id, *facts in rows}


def list_boxes_to_close(session: Session) -> list[BallotBox]:
    """Boxes still open although their sitting has ended."""
    query = (
        select(BallotBox)
        .join(Sitting, col(Sitting.id) == BallotBox.sitting_id)
        .where(col(BallotBox.closed_at).is_(None), col(Sitting.closed_at).is_not(None))
    )
    return list(session.exec(query))


def list_boxes_to_mix(session: Session, *, now: datetime, at_least: int, limit: int) -> list[int]:
    """Closed boxes whose grace is over and that hold enough votes to be mixed, or none at all."""
    votes = func.count(col(SealedVote.rh))
    query = (
        select(BallotBox.id)
        .join(SealedVote, col(SealedVote.box_id) == BallotBox.id, isouter=True)
        .where(col(BallotBox.mixed_at).is_(None), col(BallotBox.grace_until) < now)
        .group_by(col(BallotBox.id))
        .having(or_(votes >= at_least, votes == 0))
        .order_by(col(BallotBox.id))
        .limit(limit)
    )
    return [box_id or 0 for box_id in session.exec(query)]


def list_spent_boxes(session: Session) -> list[BallotBox]:
    """Boxes that are mixed and hold nothing any more, but whose key is not destroyed yet."""
    holds = select(SealedVote.rh).where(SealedVote.box_id == BallotBox.id).exists()
    query = select(BallotBox).where(
        col(BallotBox.mixed_at).is_not(None), col(BallotBox.key_destroyed_at).is_(None), ~holds
    )
    return list(session.exec(query))


def list_boxes_to_roll(session: Session, *, opened_before: datetime) -> list[BallotBox]:
    """Boxes of public links that have stood open since before this moment."""
    query = (
        select(BallotBox)
        .join(Sitting, col(Sitting.id) == BallotBox.sitting_id)
        .where(
            Sitting.mode == SittingMode.PUBLIC_LINK, col(Sitting.closed_at).is_(None),
            col(BallotBox.closed_at).is_(None), BallotBox.opened_at < opened_before,
        )
    )  # fmt: skip
    return list(session.exec(query))


def list_sittings_without_box(session: Session) -> list[tuple[int, int]]:
    """Open sittings of open rounds that lack the box of a ballot: (sitting id, ballot id)."""
    has_box = (
        select(BallotBox.id)
        .where(BallotBox.ballot_id == Ballot.id, BallotBox.sitting_id == Sitting.id)
        .exists()
    )
    query = (
        select(Sitting.id, Ballot.id)
        .join(Ballot, col(Ballot.consultation_id) == Sitting.consultation_id)
        .join(Consultation, col(Consultation.id) == Sitting.consultation_id)
        .where(
            Consultation.status == ConsultationStatus.OPEN, col(Sitting.closed_at).is_(None),
            col(Ballot.definition) != "", ~has_box,
        )
    )  # fmt: skip
    return [(sitting or 0, ballot or 0) for sitting, ballot in session.exec(query)]


def list_unmixed_boxes(session: Session, ballot_id: int) -> list[BallotBox]:
    """The boxes of a ballot that are not mixed yet."""
    query = select(BallotBox).where(
        BallotBox.ballot_id == ballot_id, col(BallotBox.mixed_at).is_(None)
    )
    return list(session.exec(query.order_by(col(BallotBox.id))))


def sealed_digest(sealed: bytes) -> str:
    """How the ledger names an envelope: its SHA-256, in hex."""
    return hashlib.sha256(sealed).hexdigest()


def count_sealed(session: Session, box_ids: Collection[int]) -> int:
    """How many votes wait in these boxes."""
    query = select(func.count()).where(col(SealedVote.box_id).in_(box_ids))
    return session.exec(query).one()


def find_sealed(session: Session, right: VotingRight) -> SealedVote | None:
    """The envelope that waits under a right, if it is not mixed yet."""
    boxes = list_boxes(session, ballot_id=right.ballot_id, sitting_id=right.sitting_id)
    query = select(SealedVote).where(
        col(SealedVote.box_id).in_([box.id for box in boxes]), SealedVote.rh == right.rh
    )
    return session.exec(query).first()


def list_sealed(session: Session, box_id: int) -> Iterator[SealedVote]:
    """The envelopes of a box, some at a time."""
    query = select(SealedVote).where(SealedVote.box_id == box_id)
    return iter(session.exec(query.execution_options(yield_per=READ_AT_ONCE)))


@dataclass(frozen=True)
class RightCounts:
    """The account of the rights of one ballot at a sitting."""

    issued: int
    spent: int
    revoked: int
    kinds: tuple[RightKind, ...]

    @property
    def unused(self) -> int:
        """Rights that were neither spent nor taken back."""
        return self.issued - self.spent - self.revoked


def count_rights(session: Session, ballot_id: int, sitting_id: int) -> RightCounts:
    """How many rights were issued, spent (and not taken back), and taken back."""
    query = (
        select(
            VotingRight.kind, VotingRight.is_revoked, col(VotingRight.cs).is_not(None), func.count()
        )
        .where(VotingRight.ballot_id == ballot_id, VotingRight.sitting_id == sitting_id)
        .group_by(
            col(VotingRight.kind), col(VotingRight.is_revoked), col(VotingRight.cs).is_not(None)
        )
    )
    rows = list(session.exec(query))
    return RightCounts(
        issued=sum(count for *_, count in rows),
        spent=sum(count for _, is_revoked, is_spent, count in rows if is_spent and not is_revoked),
        revoked=sum(count for _, is_revoked, _, count in rows if is_revoked),
        kinds=tuple(sorted({RightKind(kind) for kind, *_ in rows})),
    )


def count_rights_by_kind(
    session: Session, ballot_id: int, sitting_id: int
) -> dict[RightKind, RightCounts]:
    """The account of the rights of one ballot at a sitting, by the door they were given at."""
    spent = col(VotingRight.cs).is_not(None)
    query = (
        select(VotingRight.kind, VotingRight.is_revoked, spent, func.count())
        .where(VotingRight.ballot_id == ballot_id, VotingRight.sitting_id == sitting_id)
        .group_by(col(VotingRight.kind), col(VotingRight.is_revoked), spent)
    )
    found = {kind: [0, 0, 0] for kind in RightKind}
    for kind, is_revoked, is_spent, count in session.exec(query):
        row = found[RightKind(kind)]
        row[0] += count
        row[1] += count if is_spent and not is_revoked else 0
        row[2] += count if is_revoked else 0
    return {kind: RightCounts(row[0], row[1], row[2], (kind,)) for kind, row in found.items()}


def count_by_sitting(session: Session, sitting_id: int) -> int:
    """How many votes came from a sitting, in the ballot with the most; never what they say."""
    query = (
        select(func.count())
        .select_from(VotingRight)
        .where(
            VotingRight.sitting_id == sitting_id,
            col(VotingRight.cs).is_not(None),
            col(VotingRight.is_revoked).is_(False),
        )
        .group_by(col(VotingRight.ballot_id))
    )
    return max(session.exec(query), default=0)


def find_tally(session: Session, ballot_id: int, sitting_id: int) -> Tally | None:
    """What was counted at a sitting, if its votes were mixed by themselves."""
    query = select(Tally).where(Tally.ballot_id == ballot_id, Tally.sitting_id == sitting_id)
    return session.exec(query).first()


def has_slips(session: Session, sitting_id: int) -> bool:
    """Whether slips were printed for a sitting."""
    query = select(VotingRight.rh).where(
        VotingRight.sitting_id == sitting_id, VotingRight.kind == RightKind.SLIP
    )
    return session.exec(query.limit(1)).first() is not None


def list_known_rights(session: Session, rights: Collection[bytes]) -> set[bytes]:
    """Which of these rights exist, taken back or not."""
    return set(session.exec(select(VotingRight.rh).where(col(VotingRight.rh).in_(rights))))


def has_right(session: Session, right: bytes) -> bool:
    """Whether this right exists and was not taken back."""
    query = select(VotingRight.rh).where(
        VotingRight.rh == right, col(VotingRight.is_revoked).is_(False)
    )
    return session.exec(query).first() is not None
