"""Locks: dependencies that let a staff route run only for the right person.

`signed_in` hangs once where the staff routers are mounted; a route names the role it needs in its
signature: `actor: Officer`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.core.errors import Forbidden, SignInNeeded
from app.core.tokens import plain_hash
from app.core.web import Now, SessionDep, SettingsDep
from app.staff import queries
from app.staff.models import StaffAccount
from app.staff.rules import Role, covers

COOKIE = "wishes_staff"


def signed_in(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now
) -> StaffAccount:
    """The person behind the session cookie; sent to the sign-in page when there is none."""
    token = request.cookies.get(COOKIE, "")
    live = queries.find_session(session, plain_hash(token), now=now) if token else None
    if live is None or now - live.last_seen_at > timedelta(minutes=settings.session_idle_minutes):
        raise SignInNeeded
    account = queries.find_account(session, live.staff_id)
    if account is None:
        raise SignInNeeded
    request.state.staff = account
    request.state.staff_session = live
    return account


def _holding(role: Role) -> Callable[..., StaffAccount]:
    def guard(account: Annotated[StaffAccount, Depends(signed_in)]) -> StaffAccount:
        if not covers(account.role, role):
            raise Forbidden
        return account

    guard.needs_role = role  # type: ignore[attr-defined]  # read by the test that lists all doors
    return guard


AnyStaff = Annotated[StaffAccount, Depends(signed_in)]
YouthWorker = Annotated[StaffAccount, Depends(_holding(Role.YOUTH_WORKER))]
Officer = Annotated[StaffAccount, Depends(_holding(Role.OFFICER))]
SafeguardingLead = Annotated[StaffAccount, Depends(_holding(Role.SAFEGUARDING_LEAD))]
Administrator = Annotated[StaffAccount, Depends(_holding(Role.ADMINISTRATOR))]
