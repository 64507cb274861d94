"""Every SELECT of the staff floor."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.staff.models import (
    RecoveryCode,
    SignInFailure,
    StaffAccount,
    StaffScope,
    StaffSession,
)
from app.staff.rules import FAILURE_WINDOW, Role, is_session_live


def find_session(
    session: Session, token_hash: str, *, idle: timedelta, now: datetime
) -> StaffSession | None:
    """The live session with this token, or nothing when it ended, expired or was revoked."""
    found = session.get(StaffSession, token_hash)
    if found is None or not is_session_live(
        revoked_at=found.revoked_at, expires_at=found.expires_at,
        last_seen_at=found.last_seen_at, idle=idle, now=now,
    ):  # fmt: skip
        return None
    return found


def list_sessions(
    session: Session, staff_id: int, *, idle: timedelta, now: datetime
) -> list[StaffSession]:
    """The live sessions of one person, the latest used first."""
    query = (
        select(StaffSession)
        .where(StaffSession.staff_id == staff_id)
        .where(col(StaffSession.revoked_at).is_(None))
        .where(col(StaffSession.expires_at) > now)
        .where(col(StaffSession.last_seen_at) >= now - idle)
        .order_by(col(StaffSession.last_seen_at).desc(), col(StaffSession.created_at).desc())
    )
    return list(session.exec(query))


def find_account(session: Session, staff_id: int) -> StaffAccount | None:
    """The account, if it exists and is not disabled."""
    account = session.get(StaffAccount, staff_id)
    return account if account is not None and account.disabled_at is None else None


def get_account(session: Session, staff_id: int, *, lock: bool = False) -> StaffAccount:
    """The account, disabled or not. `lock` as in `find_account_by_email`."""
    account = session.get(StaffAccount, staff_id, with_for_update=lock or None)
    if account is None:
        raise NotFound
    return account


def find_account_by_email(
    session: Session, email: str, *, lock: bool = False
) -> StaffAccount | None:
    """The account with this address, disabled or not.

    `lock` makes sign-ins to one account take turns on PostgreSQL, so guesses sent side by side
    are counted and a code is spent once; on SQLite a writing session has the only turn already.
    """
    query = select(StaffAccount).where(StaffAccount.email == email)
    return session.exec(query.with_for_update() if lock else query).first()


def list_names(session: Session) -> dict[int, str]:
    """The name behind each account id, for the audit book."""
    return {row[0] or 0: row[1] for row in session.exec(select(StaffAccount.id, StaffAccount.name))}


def list_place_ids(session: Session, staff_id: int) -> set[int]:
    """The places this person works at."""
    query = select(StaffScope.place_id).where(col(StaffScope.staff_id) == staff_id)
    return set(session.exec(query))


def find_scope(session: Session, staff_id: int, place_id: int) -> StaffScope | None:
    """The row that ties this person to this place, if any."""
    return session.get(StaffScope, (staff_id, place_id))


def list_failure_times(session: Session, account_key: str, *, now: datetime) -> Sequence[datetime]:
    """When sign-ins under this key failed, inside the window that counts."""
    query = select(SignInFailure.at).where(
        SignInFailure.account_key == account_key, col(SignInFailure.at) > now - FAILURE_WINDOW
    )
    return session.exec(query).all()


def find_recovery_code(session: Session, staff_id: int, code_hash: str) -> RecoveryCode | None:
    """An unused recovery code of this person."""
    query = select(RecoveryCode).where(
        RecoveryCode.staff_id == staff_id,
        RecoveryCode.code_hash == code_hash,
        col(RecoveryCode.used_at).is_(None),
    )
    return session.exec(query).first()


def count_recovery_codes(session: Session, staff_id: int) -> int:
    """How many recovery codes this person has left."""
    query = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, col(RecoveryCode.used_at).is_(None)
    )
    return session.exec(query).one()


def has_forgettable(session: Session, *, failed_before: datetime, ended_before: datetime) -> bool:
    """Whether the sweep has anything to delete."""
    failure = select(SignInFailure.id).where(col(SignInFailure.at) < failed_before).limit(1)
    ended = (
        select(StaffSession.token_hash).where(col(StaffSession.expires_at) < ended_before).limit(1)
    )
    return session.exec(failure).first() is not None or session.exec(ended).first() is not None


def count_accounts(session: Session, role: Role) -> int:
    """How many people in this role can sign in."""
    query = select(func.count()).select_from(StaffAccount)
    query = query.where(col(StaffAccount.role) == role, col(StaffAccount.disabled_at).is_(None))
    return session.exec(query).one()
