"""Where it is asked: sittings, and the register of evidence from elsewhere."""

from collections.abc import Collection

from sqlmodel import Session, col, func, select

from app.consultations.models import (
    Consultation,
    Sitting,
    Source,
)
from app.core.errors import NotFound
from app.core.tokens import tidy_code
from app.places.models import Place
from app.staff.models import StaffAccount
from app.staff.queries import list_place_ids
from app.staff.rules import Role


def get_sitting(session: Session, sitting_id: int) -> Sitting:
    """The sitting with this id."""
    sitting = session.get(Sitting, sitting_id)
    if sitting is None:
        raise NotFound
    return sitting


def lock_sitting(session: Session, sitting_id: int) -> Sitting:
    """The sitting as it stands now, held until the transaction ends."""
    query = (
        select(Sitting)
        .where(Sitting.id == sitting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    sitting = session.exec(query).first()
    if sitting is None:
        raise NotFound
    return sitting


def list_own_place_ids(session: Session, actor: StaffAccount) -> set[int] | None:
    """The places a youth worker works at; None for everybody who works city-wide."""
    return list_place_ids(session, actor.id or 0) if actor.role is Role.YOUTH_WORKER else None


def list_sittings(
    session: Session,
    *,
    own_place_ids: Collection[int] | None,
    consultation_id: int | None = None,
    limit: int = 200,
) -> list[tuple[Sitting, str, str]]:
    """Sittings with the names of their place (or "") and consultation; open first, then newest."""
    query = (
        select(Sitting, func.coalesce(Place.name, ""), Consultation.title)
        .join(Consultation, col(Consultation.id) == Sitting.consultation_id)
        .join(Place, col(Place.id) == Sitting.place_id, isouter=True)
        .order_by(col(Sitting.closed_at).is_not(None), col(Sitting.id).desc())
        .limit(limit)
    )
    if own_place_ids is not None:
        query = query.where(col(Sitting.place_id).in_(own_place_ids))
    if consultation_id is not None:
        query = query.where(Sitting.consultation_id == consultation_id)
    return [(sitting, place, title) for sitting, place, title in session.exec(query)]


def list_open_sittings(session: Session, consultation_id: int) -> list[Sitting]:
    """The sittings of a consultation at which answering goes on."""
    query = select(Sitting).where(
        Sitting.consultation_id == consultation_id, col(Sitting.closed_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Sitting.id))))


def find_sitting(session: Session, typed_code: str) -> Sitting | None:
    """The sitting with this class code, open or closed; typing slips are forgiven."""
    query = select(Sitting).where(Sitting.class_code == tidy_code(typed_code))
    return session.exec(query).first()


def get_source(session: Session, source_id: int) -> Source:
    """The source with this id."""
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound
    return source


def find_source(session: Session, slug: str) -> Source | None:
    """The source with this slug, if it is registered."""
    return session.exec(select(Source).where(Source.slug == slug)).first()


def hold_sitting_open(session: Session, sitting_id: int) -> tuple[Sitting, Consultation]:
    """The sitting and its consultation as they are now, kept from closing until this send is in.

    On PostgreSQL a share lock, so that a close waits for sends under way and every later send sees
    it; SQLite has one writer and needs none.
    """
    query = (
        select(Sitting, Consultation)
        .join(Consultation, col(Consultation.id) == Sitting.consultation_id)
        .where(Sitting.id == sitting_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    row = session.exec(query).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def list_sources(session: Session) -> list[Source]:
    """The register of evidence from elsewhere, newest first."""
    return list(session.exec(select(Source).order_by(col(Source.id).desc())))
