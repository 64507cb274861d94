"""Every SELECT of the accounts floor."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from app.accounts.models import Invitation
from app.accounts.rules import AccountState, account_state
from app.core.errors import NotFound
from app.core.tokens import plain_hash
from app.staff.models import StaffAccount, StaffScope, StaffSession
from app.staff.rules import Role


@dataclass(frozen=True)
class AccountRow:
    """One line of the list of accounts."""

    id: int
    name: str
    email: str
    role: Role
    state: AccountState
    places: int
    last_seen_at: datetime | None


def state_of(account: StaffAccount) -> AccountState:
    """Invited, active or disabled."""
    return account_state(password_hash=account.password_hash, disabled_at=account.disabled_at)


def list_accounts(session: Session) -> list[AccountRow]:
    """Everyone by name, with how many places they have and when they were last seen."""
    places = (
        select(func.count())
        .where(col(StaffScope.staff_id) == col(StaffAccount.id))
        .scalar_subquery()
    )
    seen = (
        select(func.max(StaffSession.last_seen_at))
        .where(col(StaffSession.staff_id) == col(StaffAccount.id))
        .scalar_subquery()
    )
    query = select(StaffAccount, places, seen).order_by(StaffAccount.name, StaffAccount.email)
    return [
        AccountRow(
            id=account.id or 0, name=account.name, email=account.email, role=account.role,
            state=state_of(account),
            places=count, last_seen_at=last,
        )
        for account, count, last in session.exec(query)
    ]  # fmt: skip


def get_invitation(session: Session, token: str, *, lock: bool = False) -> Invitation:
    """The invitation this link names; NotFound for a link we never made."""
    query = select(Invitation).where(Invitation.token_hash == plain_hash(token))
    found = session.exec(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound
    return found


def is_newest_invitation(session: Session, invitation: Invitation) -> bool:
    """Whether no fresher link was made for the same person."""
    query = select(func.max(Invitation.id)).where(Invitation.staff_id == invitation.staff_id)
    return session.exec(query).one() == invitation.id


def find_open_invitation(session: Session, staff_id: int, *, now: datetime) -> Invitation | None:
    """The link this person could still use, if any."""
    query = (
        select(Invitation)
        .where(Invitation.staff_id == staff_id)
        .order_by(col(Invitation.id).desc())
        .limit(1)
    )
    newest = session.exec(query).first()
    if newest is None or newest.used_at is not None or newest.expires_at <= now:
        return None
    return newest
