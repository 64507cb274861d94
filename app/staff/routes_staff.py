"""The staff home and a person's own profile."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, SessionDep, SettingsDep
from app.staff import passwords, queries, service
from app.staff.forms import NewPassword
from app.staff.guards import COOKIE, AnyStaff, OwnProof, ThisSession
from app.staff.rules import Reason

router = APIRouter()
PROFILE = "/staff/profile"
# Which field of the profile page a reason belongs to.
ABOUT_CURRENT = (Reason.PASSWORD_WRONG, Reason.SIGN_IN_WAIT)


@router.get("/staff")
def show_home(request: Request, actor: AnyStaff) -> Response:
    """What this person can do here, the most usual first."""
    return render(request, "staff/show_home.html", {"role": actor.role})


@router.post("/staff/sign-out")
def sign_out(request: Request, actor: AnyStaff, session: SessionDep, now: Now) -> Response:
    """End this session on the server and forget the cookie."""
    service.sign_out(session, actor, token=request.cookies.get(COOKIE, ""), now=now)
    answer = redirect(request, "/staff/sign-in", done="signed_out")
    answer.delete_cookie(COOKIE, path="/staff")
    return answer


def _facts(
    actor: AnyStaff, here: ThisSession, session: SessionDep, settings: SettingsDep, now: Now
) -> dict[str, Any]:
    idle = timedelta(minutes=settings.session_idle_minutes)
    live = queries.list_sessions(session, actor.id or 0, idle=idle, now=now)
    return {
        "account": actor,
        "sessions": [(one, one.token_hash == here.token_hash) for one in live],
        "codes_left": queries.count_recovery_codes(session, actor.id or 0),
        "now": now,
        "errors": {},
    }


@router.get(PROFILE)
def show_profile(
    request: Request, actor: AnyStaff, here: ThisSession, session: SessionDep,
    settings: SettingsDep, now: Now,
) -> Response:  # fmt: skip
    """My browsers, my password, my recovery codes."""
    facts = _facts(actor, here, session, settings, now)
    return render(request, "staff/show_profile.html", facts)


@router.post(PROFILE + "/sessions/revoke")
def revoke_sessions(
    request: Request, actor: AnyStaff, here: ThisSession, session: SessionDep, now: Now
) -> Response:
    """Sign out every other browser."""
    service.revoke_sessions(session, actor, keep=here.token_hash, actor=actor, now=now)
    return redirect(request, PROFILE, done="others_signed_out")


@router.post(PROFILE + "/password")
def change_password(
    request: Request,
    form: Annotated[Form[NewPassword], Depends(form_of(NewPassword))],
    actor: AnyStaff, here: ThisSession, proof: OwnProof, session: SessionDep,
    settings: SettingsDep, now: Now,
) -> Response:  # fmt: skip
    """Replace my password; other browsers are signed out."""
    if form.data is not None:
        reason = _change(form.data.password, actor, here, proof, session, now)
        if reason is None:
            return redirect(request, PROFILE, done="password_changed")
        name = "current_password" if reason in ABOUT_CURRENT else "password"
        form.refuse(name, str(sentence(request.app.state.templates, reason)))
    facts = _facts(actor, here, session, settings, now) | {"errors": form.errors}
    return render(request, "staff/show_profile.html", facts, status=422)


def _change(
    password: str, actor: AnyStaff, here: ThisSession, proof: OwnProof, session: SessionDep,
    now: Now,
) -> Reason | None:  # fmt: skip
    if weak := passwords.why_weak(password, email=actor.email, name=actor.name):
        return weak
    fresh = passwords.hash_password(password)  # before the transaction begins
    return service.change_password(
        session, actor, proof, password_hash=fresh, keep=here.token_hash, now=now
    )


@router.get(PROFILE + "/recovery-codes")
def show_recovery_codes(request: Request, actor: AnyStaff, session: SessionDep) -> Response:
    """How many codes are left, and a way to make new ones."""
    left = queries.count_recovery_codes(session, actor.id or 0)
    return render(request, "staff/show_recovery_codes.html", {"codes_left": left, "errors": {}})


@router.post(PROFILE + "/recovery-codes")
def renew_recovery_codes(
    request: Request, actor: AnyStaff, proof: OwnProof, session: SessionDep,
    settings: SettingsDep, now: Now,
) -> Response:  # fmt: skip
    """Fresh recovery codes, shown this once."""
    done = service.renew_recovery_codes(session, actor, proof, keys=settings.key, now=now)
    if not isinstance(done, Reason):
        return render(request, "staff/renew_recovery_codes.html", {"codes": done})
    words = str(sentence(request.app.state.templates, done))
    left = queries.count_recovery_codes(session, actor.id or 0)
    context = {"codes_left": left, "errors": {"current_password": words}}
    return render(request, "staff/show_recovery_codes.html", context, status=422)
