"""The page behind an invitation link: name, password, second factor, recovery codes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import service
from app.accounts.forms import Joining
from app.accounts.rules import Reason
from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import render, sentence
from app.core.web import Now, SessionDep, SettingsDep
from app.staff import passwords, second_factor
from app.staff.routes_public import hand_over
from app.staff.rules import Reason as StaffReason

router = APIRouter()
PAGE = "accounts/show_invitation.html"
LINK = "/staff/invitations/{token}"
FIELD_OF = {
    Reason.CODE_WRONG: "code",
    StaffReason.PASSWORD_SHORT: "password",
    StaffReason.PASSWORD_LONG: "password",
    StaffReason.PASSWORD_COMMON: "password",
    StaffReason.PASSWORD_OWN_NAME: "password",
}


@router.get(LINK)
def show_invitation(
    request: Request, token: str, session: SessionDep, settings: SettingsDep, now: Now
) -> Response:
    """The form to join; its secret is new each time it is opened."""
    _, account = service.check_invitation(session, token, now=now)
    context = _page(settings, token, account.email, sealed="")
    return render(request, PAGE, context | {"raw": {"name": account.name}, "errors": {}})


def _page(settings: SettingsDep, token: str, email: str, *, sealed: str) -> dict[str, Any]:
    key = settings.key("enrolment")
    secret = second_factor.unseal(key, sealed, bound_to=token) or second_factor.new_totp_secret()
    address = second_factor.enrolment_address(secret, email=email, site_name=settings.site_name)
    return {
        "token": token,
        "email": email,
        "qr": Markup(second_factor.enrolment_qr(address)),  # noqa: S704  # our own drawing
        "app_address": address,
        "typed_secret": second_factor.spaced(secret),
        "sealed": second_factor.seal(key, secret, bound_to=token),
    }


@router.post(LINK)
def accept_invitation(
    request: Request,
    token: str,
    form: Annotated[Form[Joining], Depends(form_of(Joining))],
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
) -> Response:
    """Join, sign in, and see the recovery codes this once."""
    if form.data is not None:
        try:
            return _join(request, token, form.data, session, settings, now)
        except Refused as refused:
            if refused.reason not in FIELD_OF:
                raise
            words = str(sentence(request.app.state.templates, refused.reason))
            form.refuse(FIELD_OF[refused.reason], words)
    _, account = service.check_invitation(session, token, now=now)
    context = _page(settings, token, account.email, sealed=form.raw.get("sealed", ""))
    context |= {"raw": form.raw, "errors": form.errors}
    return render(request, PAGE, context, status=422)


def _join(
    request: Request, token: str, data: Joining, session: SessionDep, settings: SettingsDep,
    now: Now,
) -> Response:  # fmt: skip
    if weak := passwords.why_weak(data.password, name=data.name):
        raise Refused(weak)
    joined = service.accept_invitation(
        session, token, name=data.name, password=data.password,
        password_hash=passwords.hash_password(data.password),  # before the transaction begins
        sealed_secret=data.sealed, code=data.code, keys=settings.key,
        hours=settings.session_absolute_hours, now=now,
    )  # fmt: skip
    answer = render(request, "accounts/accept_invitation.html", {"codes": joined.recovery_codes})
    hand_over(answer, joined.token, email=joined.email, settings=settings)
    return answer
