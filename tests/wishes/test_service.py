"""Loading the editions: complete, repeatable, mapped."""

from datetime import datetime

from sqlmodel import Session, func, select

from app.wishes import queries, service
from app.wishes.models import Wish


def test_editions_load_and_load_again_without_doubling(session: Session, now: datetime) -> None:
    assert service.load_editions(session, now=now) == 24
    first = queries.get_wish(session, "mental-health")
    service.load_editions(session, now=now)
    assert session.exec(select(func.count()).select_from(Wish)).one() == 24
    assert queries.get_wish(session, "mental-health").id == first.id


def test_the_current_edition_is_2022_with_numbers_one_to_twelve(
    session: Session, now: datetime
) -> None:
    service.load_editions(session, now=now)
    edition = queries.get_current_edition(session)
    assert edition.year == 2022
    numbers = [wish.number for wish in queries.list_wishes(session, edition.id or 0)]
    assert numbers == list(range(1, 13))


def test_every_old_wish_has_a_line_in_the_crosswalk(session: Session, now: datetime) -> None:
    service.load_editions(session, now=now)
    old = {
        w.id
        for w in session.exec(select(Wish))
        if w.edition_id != queries.get_current_edition(session).id
    }
    lines = queries.list_successions(session)
    assert {line.from_wish_id for line in lines if line.from_wish_id} == old
    assert any(line.strength == "new" for line in lines)
