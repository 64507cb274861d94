"""The end of a ballot: closing it whole, and forgetting what a recount needed."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, func, insert, select

from app.ballots import queries, rules
from app.ballots.box.digests import merkle_root
from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotLedger, FinalVotes, LeafList, Vote, VotingRight
from app.ballots.rules import BallotState, Reason
from app.ballots.service.ledger import add_entry, make_checkpoint
from app.ballots.service.mixing import mix_boxes
from app.consultations.models import Ballot
from app.consultations.queries import get_consultation
from app.consultations.rules import ConsultationStatus
from app.core.errors import Refused


def start_closing(session: Session, ballot: Ballot) -> bool:
    """Note that nobody may begin to vote any more, once the consultation is closed."""
    ledger = queries.lock_ledgers(session, [ballot.id or 0])[ballot.id or 0]
    round_ = get_consultation(session, ballot.consultation_id)
    if ledger.state is not BallotState.OPEN or round_.status is not ConsultationStatus.CLOSED:
        return False
    _move(session, ledger, BallotState.CLOSING)
    return True


def finish_ballot(session: Session, ballot: Ballot, *, keys: BallotKeys, now: datetime) -> bool:
    """Close a ballot for good: pool what small groups sent, write the root of all leaves.

    False while any box still waits for votes on their way. Votes of groups under ten are mixed
    together and keep no place; if they are fewer than ten altogether, that cannot be mended.
    """
    unmixed = queries.list_unmixed_boxes(session, ballot.id or 0)
    waiting = queries.lock_boxes(session, [box.id or 0 for box in unmixed])
    ledger = queries.lock_ledgers(session, [ballot.id or 0])[ballot.id or 0]
    if ledger.state is not BallotState.CLOSING:
        return False
    if any(box.grace_until is None or box.grace_until >= now for box in waiting):
        return False
    mix_boxes(session, waiting, keys=keys, now=now)
    leaves = queries.list_leaves(session, ballot.id or 0)
    _move(session, ledger, BallotState.CLOSED)
    ledger.closed_at = now
    add_entry(session, ledger, "closed", now=now, count=len(leaves), root=merkle_root(leaves))
    make_checkpoint(session, ballot, ledger, keys, now=now)
    return True


def finalise_ballot(
    session: Session, ballot: Ballot, *, keys: BallotKeys, recount_days: int, now: datetime
) -> bool:
    """The time for recounts is over: forget rights and single votes, keep counts and leaves.

    The two keys of the ballot are destroyed by the caller once this is committed.
    """
    ledger = queries.lock_ledgers(session, [ballot.id or 0])[ballot.id or 0]
    if ledger.state is not BallotState.CLOSED or ledger.closed_at is None:
        return False
    if now - ledger.closed_at < timedelta(days=recount_days):
        return False
    leaves = queries.list_leaves(session, ballot.id or 0)
    session.add(LeafList(ballot_id=ballot.id or 0, leaves=b"".join(leaves).hex()))
    _keep_counts(session, ballot.id or 0)
    connection = session.connection()
    connection.execute(delete(Vote).where(col(Vote.ballot_id) == ballot.id))
    connection.execute(delete(VotingRight).where(col(VotingRight.ballot_id) == ballot.id))
    _move(session, ledger, BallotState.FINAL)
    ledger.final_at = now
    add_entry(session, ledger, "final", now=now)
    make_checkpoint(session, ballot, ledger, keys, now=now)
    return True


def _keep_counts(session: Session, ballot_id: int) -> None:
    """How many votes of each place chose alike, in an order that means nothing."""
    alike = (
        select(Vote.choices, Vote.place_id, func.count())
        .where(Vote.ballot_id == ballot_id)
        .group_by(col(Vote.choices), col(Vote.place_id))
        .order_by(col(Vote.choices), col(Vote.place_id))
    )
    rows = [
        {"ballot_id": ballot_id, "choices": choices, "place_id": place_id, "votes": votes}
        for choices, place_id, votes in session.exec(alike)
    ]
    if rows:
        session.connection().execute(insert(FinalVotes), rows)


def _move(session: Session, ledger: BallotLedger, wanted: BallotState) -> None:
    if not rules.may_become(ledger.state, wanted):
        raise Refused(Reason.NOT_CLOSED)
    ledger.state = wanted
    session.add(ledger)
    session.flush()
