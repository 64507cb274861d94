"""Every SELECT of the plans floor."""

from sqlmodel import Session, col, select

from app.plans.models import (
    Organisation,
    OrganisationSuccession,
    PlanEdition,
    PlanItem,
    PlanLink,
)


def list_organisations(session: Session) -> list[Organisation]:
    """Bodies that exist today, by name."""
    query = select(Organisation).where(col(Organisation.to_year).is_(None))
    return list(session.exec(query.order_by(Organisation.name)))


def list_all_organisations(session: Session) -> list[Organisation]:
    """Bodies of today and of the past, by name."""
    return list(session.exec(select(Organisation).order_by(Organisation.name)))


def list_predecessors(session: Session) -> dict[int, list[int]]:
    """Which bodies came before each body: successor id to predecessor ids."""
    before: dict[int, list[int]] = {}
    for link in session.exec(select(OrganisationSuccession)):
        before.setdefault(link.successor_id, []).append(link.predecessor_id)
    return before


def list_plans(session: Session) -> list[PlanEdition]:
    """Plan editions, newest first."""
    return list(session.exec(select(PlanEdition).order_by(col(PlanEdition.from_year).desc())))


def list_items(session: Session, plan_id: int) -> list[PlanItem]:
    """The items of a plan in the order they were loaded."""
    query = select(PlanItem).where(PlanItem.plan_id == plan_id).order_by(col(PlanItem.id))
    return list(session.exec(query))


def list_links(session: Session) -> list[PlanLink]:
    """Every link between a wish and a plan item."""
    return list(session.exec(select(PlanLink).order_by(col(PlanLink.wish_id), col(PlanLink.id))))


def list_links_for_wish(
    session: Session, wish_id: int
) -> list[tuple[PlanLink, PlanItem, PlanEdition]]:
    """What this wish belongs to in the newest plan that has links for it, with basis and source."""
    query = (
        select(PlanLink, PlanItem, PlanEdition)
        .join(PlanItem, col(PlanItem.id) == PlanLink.plan_item_id)
        .join(PlanEdition, col(PlanEdition.id) == PlanItem.plan_id)
        .where(PlanLink.wish_id == wish_id)
        .order_by(col(PlanEdition.from_year).desc(), col(PlanItem.id))
    )
    found = list(session.exec(query))
    return [row for row in found if row[2].id == found[0][2].id]
