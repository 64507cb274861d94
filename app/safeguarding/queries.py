"""Every SELECT of the safeguarding floor."""

from datetime import date

from sqlalchemy import case
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from app.core.errors import NotFound
from app.safeguarding.models import Concern, ConcernEvent, HelpContact
from app.safeguarding.rules import ConcernStatus, Tier


def held_text_ids() -> SelectOfScalar[str]:
    """A SELECT of the text ids held apart, for `col(FreeText.id).not_in(held_text_ids())`.

    Everything that shows, counts or exports texts outside this floor leaves these out.
    """
    return select(Concern.text_id).where(col(Concern.status) != ConcernStatus.RELEASED)


def is_held(session: Session, text_id: str) -> bool:
    """Whether this text is held apart for the safeguarding lead."""
    concern = find_concern(session, text_id)
    return concern is not None and concern.status is not ConcernStatus.RELEASED


def find_concern(session: Session, text_id: str) -> Concern | None:
    """The concern about a text, in any state."""
    return session.exec(select(Concern).where(Concern.text_id == text_id)).first()


def get_concern(session: Session, concern_id: int) -> Concern:
    """The concern with this id."""
    concern = session.get(Concern, concern_id)
    if concern is None:
        raise NotFound
    return concern


def list_concerns(session: Session, *, finished: bool = False, limit: int = 200) -> list[Concern]:
    """Open concerns: nobody's first, then the sooner tier, then the oldest. Or finished ones."""
    done = (ConcernStatus.CLOSED, ConcernStatus.RELEASED)
    query = select(Concern).limit(limit)
    if finished:
        query = query.where(col(Concern.status).in_(done)).order_by(col(Concern.id).desc())
        return list(session.exec(query))
    newness = case((col(Concern.status) == ConcernStatus.NEW, 0), else_=1)
    soonness = case((col(Concern.tier) == Tier.NOW, 0), else_=1)
    query = query.where(col(Concern.status).not_in(done))
    return list(session.exec(query.order_by(newness, soonness, col(Concern.raised_at))))


def count_open(session: Session) -> int:
    """How many concerns are not finished."""
    done = (ConcernStatus.CLOSED, ConcernStatus.RELEASED)
    query = select(func.count()).select_from(Concern).where(col(Concern.status).not_in(done))
    return session.exec(query).one()


def list_events(session: Session, concern_id: int) -> list[ConcernEvent]:
    """What was done about a concern, oldest first."""
    query = select(ConcernEvent).where(ConcernEvent.concern_id == concern_id)
    return list(session.exec(query.order_by(col(ConcernEvent.id))))


def find_acknowledger(session: Session, concern_id: int) -> int | None:
    """Who took the concern on last (account id)."""
    query = (
        select(ConcernEvent.actor_id)
        .where(ConcernEvent.concern_id == concern_id, ConcernEvent.verb == "acknowledged")
        .order_by(col(ConcernEvent.id).desc())
    )
    return session.exec(query).first()


def list_help_contacts(session: Session, today: date) -> list[HelpContact]:
    """The contacts a young person may be shown today, in order."""
    query = select(HelpContact).where(col(HelpContact.review_by) >= today)
    return list(session.exec(query.order_by(col(HelpContact.position))))


def list_all_contacts(session: Session) -> list[HelpContact]:
    """Every contact, for the person who checks them."""
    return list(session.exec(select(HelpContact).order_by(col(HelpContact.position))))


def get_help_contact(session: Session, contact_id: int) -> HelpContact:
    """The contact with this id."""
    contact = session.get(HelpContact, contact_id)
    if contact is None:
        raise NotFound
    return contact


def find_help_contact(session: Session, slug: str) -> HelpContact | None:
    """The contact with this slug, if it is loaded."""
    return session.exec(select(HelpContact).where(HelpContact.slug == slug)).first()
