"""Every SELECT of the wishes floor."""

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.wishes.models import Wish, WishEdition, WishSuccession


def get_current_edition(session: Session) -> WishEdition:
    """The edition in force. NotFound until the wishes are loaded (`wishes seed`)."""
    edition = session.exec(select(WishEdition).where(col(WishEdition.is_current))).first()
    if edition is None:
        raise NotFound
    return edition


def list_wishes(session: Session, edition_id: int) -> list[Wish]:
    """The wishes of an edition by number."""
    query = select(Wish).where(Wish.edition_id == edition_id).order_by(col(Wish.number))
    return list(session.exec(query))


def get_wish(session: Session, slug: str) -> Wish:
    """A wish of the current edition by its slug."""
    query = (
        select(Wish)
        .join(WishEdition, col(WishEdition.id) == Wish.edition_id)
        .where(col(WishEdition.is_current), Wish.slug == slug)
    )
    wish = session.exec(query).first()
    if wish is None:
        raise NotFound
    return wish


def list_editions(session: Session) -> list[WishEdition]:
    """All editions, newest first."""
    return list(session.exec(select(WishEdition).order_by(col(WishEdition.year).desc())))


def list_successions(session: Session) -> list[WishSuccession]:
    """The whole crosswalk in the order it was written."""
    return list(session.exec(select(WishSuccession).order_by(col(WishSuccession.id))))


def find_edition(session: Session, year: int | None = None) -> WishEdition | None:
    """The edition of that year, or the one in force; None when it is not loaded."""
    chosen = col(WishEdition.is_current) if year is None else col(WishEdition.year) == year
    return session.exec(select(WishEdition).where(chosen)).first()
