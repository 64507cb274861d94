"""Every SELECT of the staff floor."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.staff.models import StaffAccount, StaffScope, StaffSession
from app.staff.rules import Role


def find_session(session: Session, token_hash: str, *, now: datetime) -> StaffSession | None:
    """The live session with this token, or nothing when it ended, expired or was revoked."""
    found = session.get(StaffSession, token_hash)
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return found


def find_account(session: Session, staff_id: int) -> StaffAccount | None:
    """The account, if it exists and is not disabled."""
    account = session.get(StaffAccount, staff_id)
    return account if account is not None and account.disabled_at is None else None


def get_account(session: Session, staff_id: int) -> StaffAccount:
    """The account, disabled or not."""
    account = session.get(StaffAccount, staff_id)
    if account is None:
        raise NotFound
    return account


def list_place_ids(session: Session, staff_id: int) -> set[int]:
    """The places this person works at."""
    query = select(StaffScope.place_id).where(col(StaffScope.staff_id) == staff_id)
    return set(session.exec(query))


def count_accounts(session: Session, role: Role) -> int:
    """How many people in this role can sign in."""
    query = select(func.count()).select_from(StaffAccount)
    query = query.where(col(StaffAccount.role) == role, col(StaffAccount.disabled_at).is_(None))
    return session.exec(query).one()
