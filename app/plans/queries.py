"""Every SELECT of the plans floor."""

from sqlmodel import Session, col, select

from app.plans.models import Organisation


def list_organisations(session: Session) -> list[Organisation]:
    """Bodies that exist today, by name."""
    query = select(Organisation).where(col(Organisation.to_year).is_(None))
    return list(session.exec(query.order_by(Organisation.name)))
