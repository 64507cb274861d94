"""Counting a closed ballot: votes from phones and everything on paper together."""

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.ballots.queries import count_papers, find_ledger
from app.consultations.models import Ballot
from app.consultations.rules import read_definition
from app.core.errors import Refused
from app.results import rules
from app.results.queries import find_ballot_gap, next_version, paper
from app.results.rules import Counted


def count_result(session: Session, ballot: Ballot, *, version: int | None = None) -> Counted:
    """The whole count, as the next version would say it. Ask `refuse_uncountable` first."""
    return rules.compose_result(
        read_definition(ballot.definition),
        version=version or next_version(session, ballot.id or 0),
        votes=count_papers(session, ballot.id or 0),
        on_paper=paper.paper_votes(session, ballot),
        by_hand=paper.hand_tallies(session, ballot),
    )


def refuse_uncountable(session: Session, ballot: Ballot, *, keys: BallotKeys) -> None:
    """Refused while anybody may still vote, and while records are missing unexplained."""
    ledger = find_ledger(session, ballot.id or 0)
    gap = find_ballot_gap(session, ballot, ledger, keys=keys)
    if reason := rules.why_not_count(ledger.state if ledger else None, is_whole=gap is None):
        raise Refused(reason)
