"""Counting a closed ballot."""

from sqlmodel import Session

from app.ballots import queries, rules
from app.ballots.queries import BallotCount
from app.consultations.models import Ballot
from app.core.errors import Refused


def count_ballot(session: Session, ballot: Ballot) -> BallotCount:
    """The plain count of a ballot. Refused until all its votes are mixed."""
    ledger = queries.find_ledger(session, ballot.id or 0)
    if reason := rules.why_not_count(ledger.state if ledger else None):
        raise Refused(reason)
    return queries.count_votes(session, ballot.id or 0)
