"""Verbs about records: what happened to those that are missing, and who took the bundle."""

from datetime import datetime

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.ballots.queries import find_ledger
from app.ballots.rules import BallotState
from app.ballots.service import add_entry, make_checkpoint
from app.consultations.models import Ballot
from app.core import audit
from app.core.errors import Refused
from app.results import rules
from app.results.queries import find_ballot_gap
from app.results.rules import Gap, Reason
from app.results.service.releasing import hold_ledger, refuse_if
from app.staff.models import StaffAccount


def explain_gap(
    session: Session,
    ballot: Ballot,
    *,
    words: str,
    keys: BallotKeys,
    actor: StaffAccount,
    now: datetime,
) -> Gap:
    """Record what happened to missing records, for everybody who recounts. Then a result may go.

    Refused when nothing is missing, and without words.
    """
    ledger = hold_ledger(session, ballot)
    gap = find_ballot_gap(session, ballot, ledger, keys=keys)
    if gap is None:
        raise Refused(Reason.NO_GAP)
    refuse_if(rules.why_not_words(words))
    told = words.strip()
    add_entry(session, ledger, "restored", now=now, missing=gap.missing, words=told)
    audit.note(session, "explain_gap", f"ballot:{ballot.id}", actor_id=actor.id, now=now,
               missing=gap.missing, words=told)  # fmt: skip
    make_checkpoint(session, ballot, ledger, keys, now=now)
    return gap


def note_bundle(
    session: Session, ballot: Ballot, *, actor: StaffAccount | None, now: datetime
) -> None:
    """Write down who takes the audit bundle. Refused while anybody may still vote: what is mixed
    already would be an interim result.
    """
    ledger = find_ledger(session, ballot.id or 0)
    if ledger is None or ledger.state not in (BallotState.CLOSED, BallotState.FINAL):
        raise Refused(Reason.NOT_CLOSED)
    audit.note(session, "download_bundle", f"ballot:{ballot.id}",
               actor_id=actor.id if actor else None, now=now,
               holds_votes=ledger.state is BallotState.CLOSED)  # fmt: skip
