"""Counting a closed ballot: votes from phones and everything on paper together."""

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.ballots.queries import find_ledger
from app.consultations.models import Ballot
from app.core.errors import Refused
from app.results import rules
from app.results.queries import count_now, find_ballot_gap
from app.results.rules import Counted


def count_result(session: Session, ballot: Ballot, *, keys: BallotKeys) -> Counted:
    """The whole count of a ballot, as its next version would say it.

    Refused while anybody may still vote, and while records are missing unexplained.
    """
    refuse_uncountable(session, ballot, keys=keys)
    return count_now(session, ballot)


def refuse_uncountable(session: Session, ballot: Ballot, *, keys: BallotKeys) -> None:
    """Refused while anybody may still vote, and while records are missing unexplained."""
    ledger = find_ledger(session, ballot.id or 0)
    gap = find_ballot_gap(session, ballot, ledger, keys=keys)
    if reason := rules.why_not_count(ledger.state if ledger else None, is_whole=gap is None):
        raise Refused(reason)
