"""Who may let whom in, and when a link opens. Pure: facts and `now` in, a reason or value out."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.staff.rules import Role

INVITATION_LIFE = timedelta(days=7)


class AccountState(StrEnum):
    """Whether a person can sign in. Derived, never stored."""

    INVITED = "invited"  # has not set a password yet
    ACTIVE = "active"
    DISABLED = "disabled"


class Reason(StrEnum):
    """Why something about an account was refused."""

    EMAIL_TAKEN = "email_taken"
    YOUR_OWN_ACCOUNT = "your_own_account"
    ACCOUNT_DISABLED = "account_disabled"
    ALREADY_SO = "already_so"
    CITY_WIDE = "city_wide"
    INVITATION_USED = "invitation_used"
    INVITATION_EXPIRED = "invitation_expired"
    INVITATION_REPLACED = "invitation_replaced"
    CODE_WRONG = "code_wrong"


def account_state(*, password_hash: str, disabled_at: datetime | None) -> AccountState:
    """What the stored facts of an account say about it."""
    if disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.ACTIVE if password_hash else AccountState.INVITED


def why_not_accept(
    *, used_at: datetime | None, expires_at: datetime, is_newest: bool, disabled: bool,
    now: datetime,
) -> Reason | None:  # fmt: skip
    """Why an invitation link no longer opens, if so."""
    if used_at is not None:
        return Reason.INVITATION_USED
    if disabled:
        return Reason.ACCOUNT_DISABLED
    if not is_newest:
        return Reason.INVITATION_REPLACED
    return Reason.INVITATION_EXPIRED if now >= expires_at else None


def why_not_invite_again(*, disabled: bool, is_self: bool) -> Reason | None:
    """Why a person cannot be given a fresh link. One's own would be a way round the password."""
    if is_self:
        return Reason.YOUR_OWN_ACCOUNT
    return Reason.ACCOUNT_DISABLED if disabled else None


def why_not_disable(*, is_self: bool, disabled: bool) -> Reason | None:
    """Why an account cannot be disabled. Nobody shuts out themselves: an administrator remains."""
    if is_self:
        return Reason.YOUR_OWN_ACCOUNT
    return Reason.ALREADY_SO if disabled else None


def why_not_change_role(*, is_self: bool, disabled: bool) -> Reason | None:
    """Why a role cannot be changed. Nobody changes their own."""
    if is_self:
        return Reason.YOUR_OWN_ACCOUNT
    return Reason.ACCOUNT_DISABLED if disabled else None


def why_not_add_place(role: Role) -> Reason | None:
    """Why an account gets no places: only youth workers are tied to some."""
    return None if role is Role.YOUTH_WORKER else Reason.CITY_WIDE
