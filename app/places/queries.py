"""Every SELECT of the places floor."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.places.models import Place


def get_place(session: Session, place_id: int) -> Place:
    """The place with this id."""
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound
    return place


def list_open_places(session: Session, *, only: Collection[int] | None = None) -> list[Place]:
    """Open places by name; `only` narrows to these ids (a youth worker's scope)."""
    query = select(Place).where(col(Place.is_open)).order_by(Place.name)
    if only is not None:
        query = query.where(col(Place.id).in_(only))
    return list(session.exec(query))


def list_places_by_id(session: Session, ids: Collection[int]) -> list[Place]:
    """These places by name, closed ones too (what a person already works at)."""
    return list(session.exec(select(Place).where(col(Place.id).in_(ids)).order_by(Place.name)))


def list_places_named(session: Session, part: str, *, limit: int) -> list[Place]:
    """Open places whose name contains `part`, whatever the case, by name."""
    named = col(Place.name).icontains(part, autoescape=True)
    query = select(Place).where(col(Place.is_open), named).order_by(Place.name).limit(limit)
    return list(session.exec(query))
