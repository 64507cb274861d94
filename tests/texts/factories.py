"""People and sources for tests of texts."""

from datetime import datetime

from sqlmodel import Session

from app.consultations.models import Source
from app.consultations.rules import SourceKind
from app.core.tokens import new_secret
from app.staff.models import StaffAccount
from app.staff.rules import Role


def make_officer(
    session: Session, *, now: datetime, role: Role = Role.OFFICER, name: str = "Sample officer"
) -> StaffAccount:
    """A member of staff who is not signed in."""
    account = StaffAccount(
        email=f"{new_secret()[:12].lower()}@example.org", name=name, role=role, password_hash="",
        totp_secret="", created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def make_source(session: Session, *, edition_id: int, now: datetime, slug: str = "town") -> Source:
    """A registered source of comments."""
    source = Source(
        slug=slug, title="Town comments", kind=SourceKind.COMMENTS, edition_id=edition_id,
        created_at=now,
    )  # fmt: skip
    session.add(source)
    session.flush()
    return source
