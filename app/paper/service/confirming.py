"""The second person: a count of one's own, or a signature under a pile entered paper by paper."""

from datetime import datetime

from sqlmodel import Session

from app.ballots.models import BallotLedger
from app.ballots.queries import find_ledger
from app.ballots.service import add_entry
from app.ballots.service.ledger import stamp, start_ledger
from app.consultations.models import Ballot
from app.consultations.queries import get_ballot, lock_consultation
from app.paper import queries, rules
from app.paper.models import PaperBatch, PaperRevision
from app.paper.queries import History
from app.paper.rules import Contents, LookKind
from app.paper.service.looking import add_look, note, refuse_if, refuse_written, refuse_wrong
from app.staff.models import StaffAccount


def confirm_batch(
    session: Session, batch: PaperBatch, *, contents: Contents, actor: StaffAccount, now: datetime
) -> tuple[str, ...]:
    """Count a pile again, without having seen what others found. Nothing comes back when it agrees
    with somebody else's count: the revision is confirmed. Otherwise the fields in which the two
    differ, and the pile needs another look, by this person or anybody.
    """
    queries.lock_batch(session, batch.id or 0)
    history, ballot = queries.get_history(session, batch), get_ballot(session, batch.ballot_id)
    refuse_written(session, ballot)
    contents = refuse_wrong(ballot, batch.kind, contents)
    me, looks = actor.id or 0, history.looks
    disputed = rules.find_disputed(looks, me, contents)
    if disputed and history.find_own(me) == contents:
        return disputed  # the same form sent twice is one look
    refuse_if(rules.why_not_look(looks, me, contents, is_confirmed=history.is_confirmed))
    if rules.agrees(looks, me, contents):
        _confirm(session, history, ballot, contents, LookKind.COUNT, actor=actor, now=now)
        return ()
    add_look(
        session, batch, number=history.number, look=len(history.newest_rows) + 1,
        contents=contents, reason=history.newest_rows[0].reason, actor=actor, now=now,
    )  # fmt: skip
    note(session, "count_batch_again", batch, actor, now, differs=bool(disputed))
    return disputed


def sign_off_batch(
    session: Session, batch: PaperBatch, *, papers_counted: int, actor: StaffAccount, now: datetime
) -> PaperBatch:
    """Sign for a pile that somebody else entered paper by paper, having counted the papers on the
    table: `papers_counted` must be as many as were entered.
    """
    queries.lock_batch(session, batch.id or 0)
    history, ballot = queries.get_history(session, batch), get_ballot(session, batch.ballot_id)
    refuse_written(session, ballot)
    refuse_if(
        rules.why_not_sign_off(
            history.looks, actor.id or 0, papers_counted=papers_counted,
            is_confirmed=history.is_confirmed,
        )
    )  # fmt: skip
    signed = history.looks[-1].contents
    _confirm(session, history, ballot, signed, LookKind.SIGN_OFF, actor=actor, now=now)
    return batch


def _confirm(
    session: Session, history: History, ballot: Ballot, contents: Contents, kind: LookKind,
    *, actor: StaffAccount, now: datetime,
) -> None:  # fmt: skip
    """Let the newest revision count, and say so in the ballot's ledger."""
    if find_ledger(session, ballot.id or 0) is None:  # not held yet: begin its ledger one at a time
        lock_consultation(session, ballot.consultation_id)
    ledger = start_ledger(session, ballot, now=now)  # held from here on: it may be final by now
    refuse_if(rules.why_not_write(ledger.state))
    row = add_look(
        session, history.batch, number=history.number, look=len(history.newest_rows) + 1,
        kind=kind, contents=contents, reason=history.newest_rows[0].reason, is_confirming=True,
        actor=actor, now=now,
    )  # fmt: skip
    _write_entry(session, ledger, history.batch, row, contents)
    note(session, "confirm_batch", history.batch, actor, now, revision=row.number)


def _write_entry(
    session: Session, ledger: BallotLedger, batch: PaperBatch, row: PaperRevision,
    contents: Contents,
) -> None:  # fmt: skip
    line = rules.make_line(
        contents, batch=batch.id or 0, revision=row.number, place=batch.place_id,
        reason=row.reason, at=stamp(row.at),
    )  # fmt: skip
    add_entry(
        session, ledger, "paper", now=row.at, batch=batch.id, revision=row.number,
        hash=rules.hash_line(line),
    )  # fmt: skip
