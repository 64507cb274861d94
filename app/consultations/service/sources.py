"""Verbs of the register of evidence from elsewhere."""

from datetime import date, datetime

from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Source
from app.consultations.rules import Reason, SourceKind
from app.consultations.service.deciding import actor_id, refuse_if
from app.core import audit
from app.core.errors import Refused
from app.staff.models import StaffAccount


def register_source(
    session: Session,
    *,
    slug: str,
    title: str,
    kind: SourceKind,
    edition_id: int,
    owner: str = "",
    method: str = "",
    ages: str = "",
    from_on: date | None = None,
    to_on: date | None = None,
    people: int | None = None,
    licence: str = "",
    caveat: str = "",
    actor: StaffAccount | None,
    now: datetime,
) -> Source:
    """Put evidence from elsewhere on the register, before any of it is read in."""
    is_known = queries.find_source(session, slug) is not None
    refuse_if(rules.why_not_source(from_on, to_on, is_known=is_known))
    source = Source(
        slug=slug, title=title, kind=kind, edition_id=edition_id, owner=owner, method=method,
        ages=ages, from_on=from_on, to_on=to_on, people=people, licence=licence, caveat=caveat,
        created_at=now,
    )  # fmt: skip
    session.add(source)
    session.flush()
    audit.note(session, "register_source", f"source:{source.id}", actor_id=actor_id(actor), now=now)
    return source


def close_source(
    session: Session, source: Source, *, actor: StaffAccount | None, now: datetime
) -> Source:
    """Say that a source is complete: only then may findings from it be released."""
    if source.is_closed:
        raise Refused(Reason.SOURCE_CLOSED)
    source.is_closed = True
    audit.note(session, "close_source", f"source:{source.id}", actor_id=actor_id(actor), now=now)
    session.flush()
    return source
