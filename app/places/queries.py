"""Every SELECT of the places floor."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.core.errors import NotFound
from app.places.models import (
    Caveat,
    Cluster,
    ClusterMembership,
    Place,
    Population,
    RegisterImport,
    Ward,
)
from app.places.rules import PlaceKind


@dataclass(frozen=True)
class WardLine:
    """A ward with its published figures and how many open schools of the register stand in it."""

    ward: Ward
    figures: dict[str, float]
    open_schools: int


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


def find_places(session: Session, *, words: str = "", limit: int = 100) -> list[Place]:
    """Places whose name holds these words, open ones first."""
    query = select(Place).order_by(col(Place.is_open).desc(), Place.name).limit(limit)
    if words:
        query = query.where(func.lower(Place.name).contains(words.lower(), autoescape=True))
    return list(session.exec(query))


def count_places(session: Session) -> tuple[int, int]:
    """How many schools are open and how many closed."""
    query = (
        select(Place.is_open, func.count())
        .where(Place.kind == PlaceKind.SCHOOL)
        .group_by(col(Place.is_open))
    )
    counts = {bool(is_open): number for is_open, number in session.exec(query)}
    return counts.get(True, 0), counts.get(False, 0)


def known_schools(session: Session) -> dict[int, Place]:
    """Every school by its URN."""
    query = select(Place).where(col(Place.urn).is_not(None))
    return {place.urn: place for place in session.exec(query) if place.urn is not None}


def known_ward_codes(session: Session) -> set[str]:
    """The codes of all wards."""
    return set(session.exec(select(Ward.code)))


def list_wards(session: Session) -> list[WardLine]:
    """Every ward by name with its figures."""
    figures: dict[str, dict[str, float]] = {}
    for figure in session.exec(select(Population).where(col(Population.ward_code).is_not(None))):
        figures.setdefault(figure.ward_code or "", {})[figure.measure] = figure.value
    schools = dict(
        session.exec(
            select(Place.ward_code, func.count())
            .where(col(Place.is_open), Place.kind == PlaceKind.SCHOOL)
            .group_by(col(Place.ward_code))
        ).all()
    )
    return [
        WardLine(ward, figures.get(ward.code, {}), schools.get(ward.code, 0))
        for ward in session.exec(select(Ward).order_by(Ward.name))
    ]


def list_ward_sources(session: Session) -> list[tuple[str, str, str]]:
    """Measure, as-at date and source of the ward figures, one line for each measure and date."""
    query = (
        select(Population.measure, Population.as_at, Population.source)
        .where(col(Population.ward_code).is_not(None))
        .distinct()
        .order_by(Population.measure)
    )
    return list(session.exec(query))


def list_city_figures(session: Session) -> list[Population]:
    """The published figures of the whole city."""
    query = select(Population).where(col(Population.ward_code).is_(None))
    return list(session.exec(query.order_by(col(Population.id))))


def list_caveats(session: Session) -> list[Caveat]:
    """What to be careful about when reading the figures."""
    return list(session.exec(select(Caveat).order_by(Caveat.key)))


def list_clusters(session: Session) -> list[Cluster]:
    """The clusters known by name."""
    return list(session.exec(select(Cluster).order_by(Cluster.name)))


def list_register_imports(session: Session) -> list[RegisterImport]:
    """Past readings, newest first."""
    query = select(RegisterImport).order_by(col(RegisterImport.id).desc()).limit(20)
    return list(session.exec(query))


def get_cluster(session: Session, cluster_id: int) -> Cluster:
    """The cluster with this id."""
    cluster = session.get(Cluster, cluster_id)
    if cluster is None:
        raise NotFound
    return cluster


def find_school(session: Session, urn: int) -> Place | None:
    """The school with this URN."""
    return session.exec(select(Place).where(Place.urn == urn)).first()


def get_membership(session: Session, membership_id: int) -> ClusterMembership:
    """The membership with this id."""
    row = session.get(ClusterMembership, membership_id)
    if row is None:
        raise NotFound
    return row


def list_memberships_of(session: Session, place_id: int) -> list[ClusterMembership]:
    """The memberships of a school, oldest first."""
    query = select(ClusterMembership).where(ClusterMembership.place_id == place_id)
    return list(session.exec(query.order_by(col(ClusterMembership.from_on))))


def list_members(session: Session) -> dict[int, list[tuple[ClusterMembership, Place]]]:
    """Members of each cluster, present ones first, by name."""
    query = (
        select(ClusterMembership, Place)
        .join(Place, col(Place.id) == ClusterMembership.place_id)
        .order_by(col(ClusterMembership.to_on).is_not(None), Place.name)
    )
    members: dict[int, list[tuple[ClusterMembership, Place]]] = {}
    for row, place in session.exec(query):
        members.setdefault(row.cluster_id, []).append((row, place))
    return members
