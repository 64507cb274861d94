"""The sign-in page: the one staff page a stranger may open."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.core.forms import Form, form_of
from app.core.settings import Settings
from app.core.templates import redirect, render, sentence
from app.core.tokens import new_secret
from app.core.web import Now, SessionDep, SettingsDep
from app.staff import service
from app.staff.forms import SignInForm
from app.staff.guards import COOKIE, KNOWN_BROWSER, SignInProof
from app.staff.rules import HOME, Reason, safe_next
from app.staff.service import SignIn

router = APIRouter()
KNOWN_FOR_SECONDS = 180 * 24 * 3600
PAGE = "staff/show_sign_in.html"


@router.get("/staff/sign-in")
def show_sign_in(request: Request, next: str = HOME) -> Response:  # noqa: A002  # its public name
    """The sign-in page; `next` is where the person wanted to go."""
    return render(request, PAGE, {"raw": {"next": safe_next(next)}, "errors": {}, "refusal": ""})


@router.post("/staff/sign-in")
def sign_in(
    request: Request,
    form: Annotated[Form[SignInForm], Depends(form_of(SignInForm))],
    proof: SignInProof,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
) -> Response:
    """Password and code together; a wrong part is not named."""
    form.raw["next"] = safe_next(form.raw.get("next", HOME))
    if form.data is None or proof is None:
        context = {"raw": form.raw, "errors": form.errors, "refusal": ""}
        return render(request, PAGE, context, status=422)
    done = service.sign_in(
        session, proof, code=form.data.code, old_token=request.cookies.get(COOKIE, ""),
        keys=settings.key, hours=settings.session_absolute_hours, now=now,
    )  # fmt: skip
    if done.reason is not None:
        return _refused(request, form, done, done.reason)
    answer = redirect(request, form.raw["next"])
    hand_over(answer, done.token, email=proof.email, settings=settings)
    return answer


def _refused(request: Request, form: Form[SignInForm], done: SignIn, reason: Reason) -> Response:
    words = str(sentence(request.app.state.templates, reason))
    context = {"raw": form.raw, "errors": {}, "refusal": words, "wait_until": done.wait_until}
    return render(request, PAGE, context, status=429 if done.wait_until else 422)


def hand_over(answer: Response, token: str, *, email: str, settings: Settings) -> None:
    """Set the session cookie, and the mark by which this browser is known at the next sign-in.

    The session cookie has no lifetime of its own: it goes when the browser is closed.
    """
    secure = settings.secure_cookies
    answer.set_cookie(COOKIE, token, path="/staff", httponly=True, samesite="lax", secure=secure)
    answer.set_cookie(
        KNOWN_BROWSER, service.known_browser_mark(email, new_secret(), keys=settings.key),
        max_age=KNOWN_FOR_SECONDS, path="/staff/sign-in", httponly=True, samesite="lax",
        secure=secure,
    )  # fmt: skip
