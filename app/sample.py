"""Reference data, and the invented sample consultation of `make run`.

Everything is built through the same verbs as a real consultation.
"""

from datetime import datetime

from sqlmodel import Session

from app.places.service import load_leeds
from app.plans.service import load_plans
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
    return [
        f"{number} wishes of two editions",
        f"{items} items of three plans, {bodies} organisations",
        f"{wards} wards with their figures",
    ]
