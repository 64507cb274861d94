"""What every site needs before its first consultation."""

from datetime import datetime

from sqlmodel import Session

from app.consultations.queries import find_source
from app.consultations.rules import SourceKind
from app.consultations.service import register_source
from app.places.service import load_leeds
from app.plans.service import load_plans
from app.safeguarding.service import load_help_contacts
from app.wishes import queries as wishes
from app.wishes.service import load_editions


def load_reference(session: Session, *, now: datetime) -> list[str]:
    """Wishes, plans, wards and help contacts that the project ships; one line of words each."""
    number = load_editions(session, now=now)
    wish_ids = {
        (edition.year, wish.number): wish.id or 0
        for edition in wishes.list_editions(session)
        for wish in wishes.list_wishes(session, edition.id or 0)
    }
    items, bodies = load_plans(session, wish_ids=wish_ids, now=now)
    wards = load_leeds(session, now=now)
    contacts = load_help_contacts(session, now=now)
    return [
        f"{number} wishes of two editions",
        f"{items} items of three plans, {bodies} organisations",
        f"{wards} wards with their figures",
        f"{contacts} help contacts",
    ]


def find_or_register_source(session: Session, slug: str, *, title: str, now: datetime) -> int:
    """The source of this short name, registered when it is new; gives its id."""
    found = find_source(session, slug)
    if found is None:
        edition = wishes.get_current_edition(session)
        found = register_source(
            session, slug=slug, title=title or slug.replace("-", " ").capitalize(),
            kind=SourceKind.COMMENTS, edition_id=edition.id or 0, actor=None, now=now,
        )  # fmt: skip
    return found.id or 0
