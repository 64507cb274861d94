"""Verbs of the ballots floor."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.ballots import queries, rules
from app.ballots.models import Vote
from app.ballots.queries import BallotCount
from app.ballots.rules import Reason
from app.consultations.models import Ballot, Sitting
from app.consultations.queries import get_consultation, hold_sitting_open, list_open_sittings
from app.core.errors import NotFound, Refused
from app.core.tokens import is_strong_id, keyed_hash


def cast_vote(
    session: Session,
    sitting: Sitting,
    ballot: Ballot,
    *,
    submission_id: str,
    choices: list[str],
    key: bytes,
    now: datetime,
) -> bool:
    """Put one vote in the box; whether it is new. A repeat of the same vote is not, and is fine.

    `choices` are keys of the ballot's options as `rules.tidy_choices` gives them, already checked;
    an empty list is a blank vote. `key` is `settings.key("submission")`. Stored is what was chosen
    and at which sitting: no time, no order, and of the phone's id only a keyed hash.

    Refused: other choices under the same id (the first count), a weak id, voting has ended.
    """
    if not is_strong_id(submission_id):
        raise Refused(Reason.WEAK_ID)
    if sitting.consultation_id != ballot.consultation_id:
        raise NotFound
    vote_id = keyed_hash(key, "vote", str(ballot.id), submission_id)
    if (known := queries.find_vote(session, vote_id)) is not None:
        return _repeat(known, choices)
    here, round_ = hold_sitting_open(session, sitting.id or 0)
    if reason := rules.why_not_cast(round_.status, here.closed_at, now=now):
        raise Refused(reason)
    vote = Vote(id=vote_id, ballot_id=ballot.id or 0, sitting_id=here.id or 0, choices=choices)
    try:
        with session.begin_nested():
            session.add(vote)
    except IntegrityError:  # the same send, twice at once: the other one was first
        known = queries.find_vote(session, vote_id)
        if known is None:
            raise
        return _repeat(known, choices)
    return True


def _repeat(known: Vote, choices: list[str]) -> bool:
    if known.choices != choices:
        raise Refused(Reason.CHANGED)
    return False


def count_ballot(session: Session, ballot: Ballot) -> BallotCount:
    """Count a ballot. Refused while its consultation or any of its sittings is open."""
    round_ = get_consultation(session, ballot.consultation_id)
    open_sittings = len(list_open_sittings(session, ballot.consultation_id))
    if reason := rules.why_not_count(round_.status, open_sittings):
        raise Refused(reason)
    return queries.count_votes(session, ballot.id or 0)
