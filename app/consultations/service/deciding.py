"""Small steps every verb of this floor takes: who acts, what is refused, what is noted."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Consultation
from app.consultations.rules import Reason
from app.core import audit
from app.core.errors import Refused
from app.staff.models import StaffAccount


def actor_id(actor: StaffAccount | None) -> int | None:
    """The account that acts; none for the sample and for commands."""
    return actor.id if actor else None


def refuse_if(reason: Reason | None) -> None:
    """Stop the verb here when a rule gave a reason."""
    if reason is not None:
        raise Refused(reason)


def note(
    session: Session,
    verb: str,
    consultation: Consultation,
    actor: StaffAccount | None,
    now: datetime,
    **detail: Any,
) -> None:
    """Write what was done to a consultation in the audit book."""
    subject = f"consultation:{consultation.id}"
    audit.note(session, verb, subject, actor_id=actor_id(actor), now=now, **detail)


def hold_draft(session: Session, consultation: Consultation) -> None:
    """Hold the consultation until the transaction ends; refused unless it is still a draft."""
    queries.lock_consultation(session, consultation.id or 0)
    refuse_if(rules.why_not_edit(consultation.status))
