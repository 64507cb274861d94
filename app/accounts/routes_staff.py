"""The administrator's pages: accounts, invitations, roles, places, and the audit book."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import queries, service
from app.accounts.forms import NewStaff, PlaceChoice, RoleChange
from app.accounts.service import Invited
from app.core import audit
from app.core.errors import NotFound, Refused
from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep, SettingsDep
from app.places import queries as places
from app.staff import queries as people
from app.staff.guards import Administrator
from app.staff.rules import Role
from app.staff.service import revoke_sessions as end_sessions

router = APIRouter()
ACCOUNTS = "/staff/accounts"
ACCOUNT = ACCOUNTS + "/{staff_id}"
PLACES_SHOWN = 20


@router.get(ACCOUNTS)
def list_accounts(
    request: Request, actor: Administrator, session: SessionDep, now: Now
) -> Response:
    """Everyone who may sign in, and who may not any more."""
    context = {"accounts": queries.list_accounts(session), "now": now}
    return render(request, "accounts/list_accounts.html", context)


@router.get(ACCOUNTS + "/new")
def show_new_account(request: Request, actor: Administrator) -> Response:
    """The form to invite a person."""
    context = {"raw": {"role": ""}, "errors": {}, "roles": list(Role)}
    return render(request, "accounts/show_new_account.html", context)


@router.post(ACCOUNTS)
def add_staff(
    request: Request,
    form: Annotated[Form[NewStaff], Depends(form_of(NewStaff))],
    actor: Administrator,
    session: SessionDep,
    now: Now,
) -> Response:
    """Invite a person; their link is shown once."""
    if form.data is not None:
        try:
            invited = service.add_staff(session, **dict(form.data), actor=actor, now=now)
        except Refused as refused:
            form.refuse("email", str(sentence(request.app.state.templates, refused.reason)))
        else:
            return _link_page(request, invited)
    context = {"raw": {"role": ""} | form.raw, "errors": form.errors, "roles": list(Role)}
    return render(request, "accounts/show_new_account.html", context, status=422)


def _link_page(request: Request, invited: Invited) -> Response:
    context = {"account": invited.account, "path": invited.path}
    return render(request, "accounts/invite.html", context)


@router.get(ACCOUNT)
def edit_account(
    request: Request, staff_id: RowId, actor: Administrator, session: SessionDep,
    settings: SettingsDep, now: Now, find: str = "",
) -> Response:  # fmt: skip
    """One person: role, places, link, sessions, access. `find` looks for a place to add."""
    account = people.get_account(session, staff_id)
    idle = timedelta(minutes=settings.session_idle_minutes)
    context = {
        "account": account,
        "state": queries.state_of(account),
        "is_self": account.id == actor.id,
        "roles": list(Role),
        "open_link": queries.find_open_invitation(session, staff_id, now=now),
        "sessions": len(people.list_sessions(session, staff_id, idle=idle, now=now)),
        "find": find[:80],
    }
    context |= _places(session, staff_id, find[:80])
    return render(request, "accounts/edit_account.html", context)


def _places(session: SessionDep, staff_id: RowId, find: str) -> dict[str, Any]:
    held = people.list_place_ids(session, staff_id)
    found = places.find_places(session, words=find, limit=PLACES_SHOWN + 1) if find else []
    return {
        "held": places.list_places_by_id(session, held),
        "found": [place for place in found if place.is_open and place.id not in held][
            :PLACES_SHOWN
        ],
        "more_found": len(found) > PLACES_SHOWN,
    }


@router.post(ACCOUNT + "/role")
def change_role(
    request: Request,
    staff_id: RowId,
    form: Annotated[Form[RoleChange], Depends(form_of(RoleChange))],
    actor: Administrator,
    session: SessionDep,
    now: Now,
) -> Response:
    """Give a person another role."""
    account = people.get_account(session, staff_id)
    if form.data is None:
        return redirect(request, f"{ACCOUNTS}/{staff_id}")
    service.change_role(session, account, role=form.data.role, actor=actor, now=now)
    return redirect(request, f"{ACCOUNTS}/{staff_id}", done="saved")


@router.post(ACCOUNT + "/places")
def add_place(
    request: Request,
    staff_id: RowId,
    form: Annotated[Form[PlaceChoice], Depends(form_of(PlaceChoice))],
    actor: Administrator,
    session: SessionDep,
    now: Now,
) -> Response:
    """Let a youth worker run sittings at a place."""
    account = people.get_account(session, staff_id)
    if form.data is None:
        raise NotFound
    place = places.get_place(session, form.data.place_id)
    service.add_place(session, account, place_id=place.id or 0, actor=actor, now=now)
    return redirect(request, f"{ACCOUNTS}/{staff_id}", done="place_added")


@router.post(ACCOUNT + "/places/{place_id}/remove")
def remove_place(
    request: Request, staff_id: RowId, place_id: RowId, actor: Administrator, session: SessionDep,
    now: Now,
) -> Response:  # fmt: skip
    """A youth worker no longer works at a place."""
    account = people.get_account(session, staff_id)
    service.remove_place(session, account, place_id=place_id, actor=actor, now=now)
    return redirect(request, f"{ACCOUNTS}/{staff_id}", done="place_removed")


@router.post(ACCOUNT + "/invitation")
def invite_again(
    request: Request, staff_id: RowId, actor: Administrator, session: SessionDep, now: Now
) -> Response:
    """A fresh link, shown once; older links stop working."""
    account = people.get_account(session, staff_id)
    return _link_page(request, service.invite_again(session, account, actor=actor, now=now))


@router.post(ACCOUNT + "/sessions/revoke")
def revoke_sessions(
    request: Request, staff_id: RowId, actor: Administrator, session: SessionDep, now: Now
) -> Response:
    """Sign a person out everywhere."""
    account = people.get_account(session, staff_id)
    end_sessions(session, account, actor=actor, now=now)
    return redirect(request, f"{ACCOUNTS}/{staff_id}", done="person_signed_out")


@router.post(ACCOUNT + "/disable")
def disable_account(
    request: Request, staff_id: RowId, actor: Administrator, session: SessionDep, now: Now
) -> Response:
    """Shut a person out at once."""
    account = people.get_account(session, staff_id)
    service.disable_account(session, account, actor=actor, now=now)
    return redirect(request, f"{ACCOUNTS}/{staff_id}", done="account_disabled")


@router.post(ACCOUNT + "/enable")
def enable_account(
    request: Request, staff_id: RowId, actor: Administrator, session: SessionDep, now: Now
) -> Response:
    """Let a person in again."""
    account = people.get_account(session, staff_id)
    service.enable_account(session, account, actor=actor, now=now)
    return redirect(request, f"{ACCOUNTS}/{staff_id}", done="account_enabled")


@router.get("/staff/audit")
def list_audit(
    request: Request, actor: Administrator, session: SessionDep, subject: str = ""
) -> Response:
    """The newest deeds, of all or about one subject."""
    subject = subject.strip()[:120]
    context = {
        "entries": audit.list_entries(session, subject=subject or None),
        "names": people.list_names(session),
        "subject": subject,
    }
    return render(request, "accounts/list_audit.html", context)
