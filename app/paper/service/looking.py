"""Small steps every verb of this floor takes: what is refused, what is written, what is noted."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.ballots.queries import find_ledger
from app.consultations.models import Ballot
from app.consultations.rules import read_definition
from app.core import audit
from app.core.errors import Refused
from app.paper import rules
from app.paper.models import PaperBatch, PaperRevision
from app.paper.rules import BatchKind, Contents, LookKind, Reason, read_contents
from app.staff.models import StaffAccount


def refuse_if(reason: Reason | None) -> None:
    """Stop the verb here when a rule gave a reason."""
    if reason is not None:
        raise Refused(reason)


def refuse_written(session: Session, ballot: Ballot) -> None:
    """Refused while a ballot is a draft, and once it is final."""
    refuse_if(None if ballot.definition else Reason.NOT_HELD)
    ledger = find_ledger(session, ballot.id or 0)
    refuse_if(rules.why_not_write(ledger.state if ledger else None))


def refuse_wrong(ballot: Ballot, kind: BatchKind, contents: Contents) -> Contents:
    """The count in full (a figure for every option), if it can be so; refused otherwise."""
    refuse_if(None if ballot.definition else Reason.NOT_HELD)
    definition = read_definition(ballot.definition)
    problems = rules.list_problems(definition, kind, contents)
    refuse_if(problems[0].reason if problems else None)
    return read_contents(contents.to_plain(), definition)


def add_look(
    session: Session, batch: PaperBatch, *, number: int, look: int, contents: Contents,
    kind: LookKind = LookKind.COUNT, reason: str = "", is_confirming: bool = False,
    actor: StaffAccount, now: datetime,
) -> PaperRevision:  # fmt: skip
    """Append what somebody found. Rows of this table are never changed."""
    row = PaperRevision(
        batch_id=batch.id or 0, number=number, look=look, kind=kind, entered_by_id=actor.id or 0,
        at=now, reason=reason, contents=contents.to_plain(), is_confirming=is_confirming,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def note(
    session: Session, verb: str, batch: PaperBatch, actor: StaffAccount, now: datetime, **about: Any
) -> None:
    """Write the deed in the audit book, never with figures: somebody may still have to count."""
    audit.note(session, verb, f"paper_batch:{batch.id}", actor_id=actor.id, now=now, **about)
