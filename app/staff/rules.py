"""Who may do what among staff. Pure: facts and `now` in, a reason or a value out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote

FAILURES_ALLOWED = 5
FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_KEPT = timedelta(hours=1)
SESSION_KEPT = timedelta(days=30)  # an ended session stays in the list of the table this long
SEEN_EVERY = timedelta(minutes=5)  # "last seen" is no finer than this, and costs no more writes
PASSWORD_LEAST = 12
PASSWORD_MOST = 200
HOME = "/staff"


class Role(StrEnum):
    """What a person is here to do."""

    YOUTH_WORKER = "youth_worker"  # runs sittings at their places
    OFFICER = "officer"  # asks, reviews, publishes, keeps the action plan
    SAFEGUARDING_LEAD = "safeguarding_lead"  # reads concerns; nobody else does
    ADMINISTRATOR = "administrator"  # accounts, reference data; no concerns


class Reason(StrEnum):
    """Why something about an account was refused."""

    SIGN_IN_WRONG = "sign_in_wrong"  # one answer for every wrong part, and for nobody
    SIGN_IN_WAIT = "sign_in_wait"
    SIGN_IN_BUSY = "sign_in_busy"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105  # a reason, not a password
    PASSWORD_SHORT = "password_short"  # noqa: S105
    PASSWORD_LONG = "password_long"  # noqa: S105
    PASSWORD_COMMON = "password_common"  # noqa: S105
    PASSWORD_OWN_NAME = "password_own_name"  # noqa: S105


# A role may also do what the roles it covers may. Concerns are covered by nobody.
COVERS: dict[Role, frozenset[Role]] = {
    Role.YOUTH_WORKER: frozenset({Role.YOUTH_WORKER}),
    Role.OFFICER: frozenset({Role.OFFICER, Role.YOUTH_WORKER}),
    Role.SAFEGUARDING_LEAD: frozenset({Role.SAFEGUARDING_LEAD}),
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.OFFICER, Role.YOUTH_WORKER}),
}


def covers(holder: Role, needed: Role) -> bool:
    """Whether someone in role `holder` may do what role `needed` may."""
    return needed in COVERS[holder]


def is_session_live(
    *,
    revoked_at: datetime | None,
    expires_at: datetime,
    last_seen_at: datetime,
    idle: timedelta,
    now: datetime,
) -> bool:
    """Whether a session still opens doors: not ended, not too old, not left alone too long.

    `last_seen_at` lags by up to SEEN_EVERY, so a session may end that much early, never late.
    """
    return revoked_at is None and now < expires_at and now - last_seen_at <= idle


def wait_until(failures: Sequence[datetime], *, now: datetime) -> datetime | None:
    """When this account may try again, or None when it may now.

    After FAILURES_ALLOWED failures inside FAILURE_WINDOW the oldest of them has to leave the
    window first. Attempts made while waiting do not count, so waiting always ends.
    """
    recent = sorted(at for at in failures if now - at < FAILURE_WINDOW)
    if len(recent) < FAILURES_ALLOWED:
        return None
    return recent[-FAILURES_ALLOWED] + FAILURE_WINDOW


def safe_next(path: str) -> str:
    """Where to go after signing in: a staff page of ours, or the staff home for anything else."""
    plain = unquote(path)
    odd = "\\" in plain or "//" in plain or ".." in plain or not plain.isprintable()
    ours = plain == HOME or plain.startswith((HOME + "/", HOME + "?"))
    door = plain.startswith((HOME + "/sign-", HOME + "/invitations"))
    return HOME if odd or not ours or door else path
