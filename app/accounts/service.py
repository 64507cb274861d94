"""The verbs of the accounts floor: who is let in, in which role, at which places, until when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.accounts import queries, rules
from app.accounts.models import Invitation
from app.accounts.rules import Reason
from app.core.errors import Refused
from app.core.tokens import new_secret, plain_hash
from app.staff import passwords, second_factor
from app.staff import queries as people
from app.staff.models import StaffAccount, StaffScope
from app.staff.rules import Role
from app.staff.service import (
    Keys,
    note,
    open_session,
    replace_recovery_codes,
    revoke_sessions,
    set_second_factor,
    tidy_email,
)


@dataclass(frozen=True)
class Joined:
    """A person who accepted: their first session and the recovery codes, shown this once."""

    email: str
    token: str
    recovery_codes: list[str]


@dataclass(frozen=True)
class Invited:
    """An account and the path of its one-time link, shown this once."""

    account: StaffAccount
    path: str


def add_staff(
    session: Session, *, email: str, name: str, role: Role, actor: StaffAccount | None = None,
    now: datetime,
) -> Invited:  # fmt: skip
    """An account without a password, and the link by which the person sets one."""
    account = _add_account(session, email=email, name=name, role=role, actor=actor, now=now)
    return Invited(account, _make_link(session, account, actor, now))


def _add_account(
    session: Session, *, email: str, name: str, role: Role, actor: StaffAccount | None,
    now: datetime,
) -> StaffAccount:  # fmt: skip
    account = StaffAccount(email=tidy_email(email), name=name.strip(), role=role, created_at=now)
    if people.find_account_by_email(session, account.email) is not None:
        raise Refused(Reason.EMAIL_TAKEN)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # the only constraint that can fail here is the address
        raise Refused(Reason.EMAIL_TAKEN) from None
    note(session, "add_staff", account, actor=actor, now=now, role=role)
    return account


def invite_again(
    session: Session, account: StaffAccount, *, actor: StaffAccount | None, now: datetime
) -> Invited:
    """A fresh link for someone who lost theirs, their password or their phone.

    Older links stop working at once; the password and phone only when the new link is used.
    """
    is_self = actor is not None and actor.id == account.id
    if reason := rules.why_not_invite_again(
        disabled=account.disabled_at is not None, is_self=is_self
    ):
        raise Refused(reason)
    note(session, "invite_again", account, actor=actor, now=now)
    return Invited(account, _make_link(session, account, actor, now))


def _make_link(
    session: Session, account: StaffAccount, actor: StaffAccount | None, now: datetime
) -> str:
    token = new_secret()
    session.add(
        Invitation(
            staff_id=account.id or 0, token_hash=plain_hash(token), created_at=now,
            expires_at=now + rules.INVITATION_LIFE, invited_by_id=actor.id if actor else None,
        )
    )  # fmt: skip
    session.flush()
    return f"/staff/invitations/{token}"


def check_invitation(
    session: Session, token: str, *, lock: bool = False, now: datetime
) -> tuple[Invitation, StaffAccount]:
    """The invitation behind a link and its account; refused when it no longer opens."""
    invitation = queries.get_invitation(session, token, lock=lock)
    account = people.get_account(session, invitation.staff_id, lock=lock)
    if reason := rules.why_not_accept(
        used_at=invitation.used_at, expires_at=invitation.expires_at,
        is_newest=queries.is_newest_invitation(session, invitation),
        disabled=account.disabled_at is not None, now=now,
    ):  # fmt: skip
        raise Refused(reason)
    return invitation, account


def accept_invitation(
    session: Session, token: str, *, name: str, password: str, password_hash: str,
    sealed_secret: str, code: str, keys: Keys, hours: int, now: datetime,
) -> Joined:  # fmt: skip
    """Set name, password and second factor, end what was open before, and sign in.

    `password_hash` is the hash of `password`, made before the transaction. `sealed_secret` comes
    back from the page that showed it, bound to this link.
    """
    invitation, account = check_invitation(session, token, lock=True, now=now)
    if weak := passwords.why_weak(password, email=account.email, name=name):
        raise Refused(weak)
    secret = second_factor.unseal(keys("enrolment"), sealed_secret, bound_to=token)
    counter = secret and second_factor.match_counter(secret, code, last_counter=0, now=now)
    if not secret or not counter:
        raise Refused(Reason.CODE_WRONG)
    invitation.used_at = now
    account.name, account.password_hash = name.strip(), password_hash
    set_second_factor(account, secret, counter, keys)
    revoke_sessions(session, account, actor=account, now=now)
    note(session, "accept_invitation", account, actor=account, now=now)
    codes = replace_recovery_codes(session, account, keys)
    return Joined(account.email, open_session(session, account, hours, now), codes)


def ready_account(
    session: Session, *, email: str, name: str, role: Role, password: str, totp_secret: str,
    keys: Keys, now: datetime,
) -> StaffAccount:  # fmt: skip
    """An account that can sign in at once, for the sample site's printed sign-ins and for tests."""
    password_hash = passwords.hash_password(password)
    account = _add_account(session, email=email, name=name, role=role, actor=None, now=now)
    account.password_hash = password_hash
    set_second_factor(account, totp_secret, 0, keys)
    session.flush()
    return account


def change_role(
    session: Session, account: StaffAccount, *, role: Role, actor: StaffAccount, now: datetime
) -> None:
    """Give a person another role. Places fall away when the new role works city-wide."""
    if reason := rules.why_not_change_role(
        is_self=account.id == actor.id, disabled=account.disabled_at is not None
    ):
        raise Refused(reason)
    note(session, "change_role", account, actor=actor, now=now, before=account.role, after=role)
    account.role = role
    if rules.why_not_add_place(role):
        session.exec(delete(StaffScope).where(col(StaffScope.staff_id) == account.id))


def add_place(
    session: Session, account: StaffAccount, *, place_id: int, actor: StaffAccount, now: datetime
) -> None:
    """Let a youth worker run sittings at a place. Adding it twice changes nothing."""
    if reason := rules.why_not_add_place(account.role):
        raise Refused(reason)
    if people.find_scope(session, account.id or 0, place_id) is None:
        session.merge(StaffScope(staff_id=account.id or 0, place_id=place_id))
        note(session, "add_place", account, actor=actor, now=now, place=place_id)


def remove_place(
    session: Session, account: StaffAccount, *, place_id: int, actor: StaffAccount, now: datetime
) -> None:
    """A youth worker no longer works at a place."""
    if scope := people.find_scope(session, account.id or 0, place_id):
        session.delete(scope)
        note(session, "remove_place", account, actor=actor, now=now, place=place_id)


def disable_account(
    session: Session, account: StaffAccount, *, actor: StaffAccount, now: datetime
) -> None:
    """Shut a person out at once, on every browser. Their deeds stay in the audit book."""
    if reason := rules.why_not_disable(
        is_self=account.id == actor.id, disabled=account.disabled_at is not None
    ):
        raise Refused(reason)
    account.disabled_at = now
    revoke_sessions(session, account, actor=actor, now=now)
    note(session, "disable_account", account, actor=actor, now=now)


def enable_account(
    session: Session, account: StaffAccount, *, actor: StaffAccount, now: datetime
) -> None:
    """Let a disabled person sign in again with what they had."""
    if account.disabled_at is None:
        raise Refused(Reason.ALREADY_SO)
    account.disabled_at = None
    note(session, "enable_account", account, actor=actor, now=now)
