"""The web shell: the dependencies routes share and the handlers that turn errors into pages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

import structlog
from fastapi import Depends, FastAPI, Path
from fastapi.exceptions import RequestValidationError
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.core.db import NOT_NOW, Database
from app.core.errors import Forbidden, NotFound, Refused, SignInNeeded
from app.core.inbox import Inbox
from app.core.middleware import SAFE_METHODS
from app.core.settings import Settings
from app.core.templates import redirect, render, sentence

log = structlog.get_logger()

RETRY_SECONDS = "5"  # phones come back on their own, each at a moment of its own


def _session(request: Request) -> Iterator[Session]:
    db: Database = request.app.state.db
    with db.session(writes=request.method not in SAFE_METHODS) as session:
        yield session


async def _db(request: Request) -> Database:
    db: Database = request.app.state.db
    return db


async def _now(request: Request) -> datetime:
    moment: datetime = request.app.state.clock()
    return moment


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _inbox(request: Request) -> Inbox:
    inbox: Inbox = request.app.state.inbox
    return inbox


# The small ones are `async`: a plain dependency would cost a trip through the thread pool.
# scope="function": the transaction ends before the answer leaves, so "thank you" means stored.
SessionDep = Annotated[Session, Depends(_session, scope="function")]
# For a send from a phone: read in a short session first, then hand the writing to the inbox. A
# writing session held meanwhile would lock the inbox's single writer out.
DbDep = Annotated[Database, Depends(_db)]
Now = Annotated[datetime, Depends(_now)]
SettingsDep = Annotated[Settings, Depends(_settings)]
# A row's id in a path: what no database can hold is a page of ours (422), never an overflow.
RowId = Annotated[int, Path(ge=1, le=2_147_483_647)]
InboxDep = Annotated[Inbox, Depends(_inbox)]


def error_page(request: Request, status: int, text: str = "") -> Response:
    """A page that says what happened and what to do next."""
    return render(
        request,
        "core/error.html",
        {"status": status, "text": text},
        part="core/_error.html",
        status=status,
    )


def install_handlers(app: FastAPI) -> None:
    """One handler per kind of error, page and htmx part alike."""

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        return error_page(request, 409, sentence(request.app.state.templates, error.reason))

    @app.exception_handler(NotFound)
    def not_found(request: Request, _error: NotFound) -> Response:
        return error_page(request, 404)

    @app.exception_handler(Forbidden)
    def forbidden(request: Request, _error: Forbidden) -> Response:
        return error_page(request, 403)

    @app.exception_handler(SignInNeeded)
    def sign_in_needed(request: Request, _error: SignInNeeded) -> Response:
        page = request.headers.get("hx-current-url") or str(request.url)
        asked = urlsplit(page if request.method == "GET" else "/staff")
        back = asked.path + (f"?{asked.query}" if asked.query else "")
        return redirect(request, "/staff/sign-in?next=" + quote(back, safe="/"))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, _error: RequestValidationError) -> Response:
        return error_page(request, 422)

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        return error_page(request, error.status_code)

    for kind in NOT_NOW:
        app.add_exception_handler(kind, _not_now)

    @app.exception_handler(Exception)
    def crashed(request: Request, error: Exception) -> Response:
        log.error("crashed", error=type(error).__name__, exc_info=error)
        return error_page(request, 500)


def note_not_now(error: Exception) -> None:
    """Tell the operator why nothing could be stored, without a word of what was sent."""
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
    log.error("database_not_now", error=type(error).__name__, reason=reason)


def _not_now(request: Request, error: Exception) -> Response:
    """Nothing was stored and nothing is lost: whoever sent it still has it and may send again."""
    note_not_now(error)
    answer = error_page(request, 503)
    answer.headers["retry-after"] = RETRY_SECONDS
    return answer
