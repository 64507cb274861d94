"""Locks: dependencies that let a staff route run only for the right person.

`signed_in` hangs once where the staff routers are mounted; a route names the role it needs in its
signature: `actor: Officer`. The lock reads in a short transaction of its own, so a stranger's POST
never takes the turn to write, and the page's transaction begins with the page's own first query.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from sqlalchemy.exc import OperationalError
from starlette.requests import Request

from app.core.db import Database
from app.core.errors import Forbidden, SignInNeeded
from app.core.forms import Form, form_of
from app.core.tokens import plain_hash
from app.core.web import DbDep, Now, SettingsDep
from app.staff import queries, service
from app.staff.forms import CurrentPassword, SignInForm
from app.staff.models import StaffAccount, StaffSession
from app.staff.rules import SEEN_EVERY, Role, covers
from app.staff.service import Proof

COOKIE = "wishes_staff"
KNOWN_BROWSER = "wishes_known"


def signed_in(request: Request, db: DbDep, settings: SettingsDep, now: Now) -> StaffAccount:
    """The person behind the session cookie; sent to the sign-in page when there is none."""
    token = request.cookies.get(COOKIE, "")
    idle = timedelta(minutes=settings.session_idle_minutes)
    with db.session(writes=False) as session:
        live = queries.find_session(session, plain_hash(token), idle=idle, now=now)
        account = queries.find_account(session, live.staff_id) if live else None
    if live is None or account is None:
        raise SignInNeeded
    _note_seen(db, live, now)
    request.state.staff = account
    request.state.staff_session = live
    return account


def _note_seen(db: Database, live: StaffSession, now: Now) -> None:
    if now - live.last_seen_at < SEEN_EVERY:
        return
    try:
        with db.session(writes=True) as session:
            service.note_seen(session, live.token_hash, now=now)
    except OperationalError:  # a busy database must not cost the page; the next page tries again
        return


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


def _this_session(request: Request, _account: AnyStaff) -> StaffSession:
    live: StaffSession = request.state.staff_session
    return live


def _sign_in_proof(
    request: Request,
    form: Annotated[Form[SignInForm], Depends(form_of(SignInForm))],
    db: DbDep,
    settings: SettingsDep,
    now: Now,
) -> Proof | None:
    if form.data is None:
        return None
    return service.prove_password(
        db, email=form.data.email, password=form.data.password,
        mark=request.cookies.get(KNOWN_BROWSER, ""), keys=settings.key, now=now,
    )  # fmt: skip


def _own_proof(
    form: Annotated[Form[CurrentPassword], Depends(form_of(CurrentPassword))],
    account: AnyStaff,
    db: DbDep,
    settings: SettingsDep,
    now: Now,
) -> Proof:
    typed = form.data.current_password if form.data else ""
    return service.prove_password(
        db, email=account.email, password=typed, keys=settings.key, now=now
    )


ThisSession = Annotated[StaffSession, Depends(_this_session)]
SignInProof = Annotated[Proof | None, Depends(_sign_in_proof)]
OwnProof = Annotated[Proof, Depends(_own_proof)]
