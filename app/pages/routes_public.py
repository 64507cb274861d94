"""Public pages that belong to no single capability."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.actions.queries import list_published_updates, list_wish_cards
from app.core.clock import leeds_day
from app.core.forms import Form, form_of
from app.core.templates import cacheable, render
from app.core.web import DbDep, Now, SessionDep, SettingsDep, error_page
from app.pages import queries, rules, service
from app.pages.forms import FeedbackForm, FollowForm
from app.responses.slips import read_slip
from app.safeguarding.queries import list_help_contacts

router = APIRouter()
log = structlog.get_logger()


@router.get("/")
def show_home(request: Request, session: SessionDep, settings: SettingsDep, now: Now) -> Response:
    """What this is, the doors in, the twelve wishes, the newest updates."""
    context = {
        "cards": list_wish_cards(session, now=now, silence_days=settings.update_due_days),
        "updates": list_published_updates(session, limit=4),
    }
    page = render(request, "pages/show_home.html", context)
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/about")
def show_about(request: Request, settings: SettingsDep) -> Response:
    """What the platform is for and how it works."""
    page = render(request, "pages/show_about.html")
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/privacy")
def show_privacy(request: Request, settings: SettingsDep) -> Response:
    """What is kept, why, who sees it; must stay true to the code."""
    page = render(request, "pages/show_privacy.html")
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/accessibility")
def show_accessibility(request: Request, settings: SettingsDep) -> Response:
    """The accessibility statement."""
    page = render(request, "pages/show_accessibility.html")
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/help")
def show_help(request: Request, session: SessionDep, settings: SettingsDep, now: Now) -> Response:
    """Who helps now: only contacts that were checked and are not due for another check."""
    contacts = list_help_contacts(session, leeds_day(now))
    page = render(request, "pages/show_help.html", {"contacts": contacts})
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/follow")
def show_follow(request: Request) -> Response:
    """The door for four words. A link from a slip carries them after #, which no server sees."""
    return render(request, "pages/show_follow.html", {"typed": "", "problem": ""})


@router.post("/follow")
def follow_words(
    request: Request,
    db: DbDep,
    settings: SettingsDep,
    now: Now,
    form: Annotated[Form[FollowForm], Depends(form_of(FollowForm))],
) -> Response:
    """What became of an answer. Right words are always answered; see docs/decisions/0012."""
    words = read_slip(form.data.words) if form.data else None
    with db.session(writes=False) as session:
        found = words and queries.follow_words(
            session, words, slip_key=settings.key("slip"), now=now,
            silence_days=settings.update_due_days,
        )  # fmt: skip
    if found:
        return render(request, "pages/follow_words.html", {"followed": found})
    return _wrong_words(request, form, now=now)


def _wrong_words(request: Request, form: Form[FollowForm], *, now: Now) -> Response:
    typed = form.raw.get("words", "")[:200]
    is_flood = typed.strip() and request.app.state.pace.note(
        "wrong words", now=now, within=rules.MINUTE, limit=rules.WRONG_WORDS_A_MINUTE
    )
    if is_flood:
        log.warning("many_wrong_words", limit=rules.WRONG_WORDS_A_MINUTE)
    problem = "flood" if is_flood else "unknown" if typed.strip() else "empty"
    context = {"typed": typed, "problem": problem}
    return render(request, "pages/show_follow.html", context, status=429 if is_flood else 422)


@router.post("/feedback")
def leave_feedback(
    request: Request,
    session: SessionDep,
    now: Now,
    form: Annotated[Form[FeedbackForm], Depends(form_of(FeedbackForm))],
) -> Response:
    """Keep what somebody says about a page and lead back to where they were."""
    if request.app.state.pace.note(
        "feedback", now=now, within=rules.MINUTE, limit=rules.FEEDBACK_A_MINUTE
    ):
        return error_page(request, 429)
    if form.data is None:
        return render(request, "pages/leave_feedback.html", {"form": form}, status=422)
    said = form.data
    service.leave_feedback(
        session, path=said.path, found_it=said.found_it, comment=said.comment, now=now
    )
    return RedirectResponse(f"{said.path}?feedback=thanks#page-feedback", status_code=303)


@router.get("/health")
def show_health(db: DbDep) -> Response:
    """For the machine that watches: are we up, and does the database answer?"""
    try:
        with db.session(writes=False) as session:
            session.exec(select(1)).one()
    except SQLAlchemyError:
        return JSONResponse({"ok": False, "database": False}, status_code=503)
    return JSONResponse({"ok": True, "database": True})


@router.get("/favicon.ico")
def show_favicon(request: Request) -> Response:
    """Old browsers ask here."""
    return RedirectResponse(request.app.state.assets.url("favicon.svg"), status_code=308)
