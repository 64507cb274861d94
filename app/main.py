"""Putting the house together: `create_app()` mounts every floor's reception."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import routes_public as accounts_public
from app.accounts import routes_staff as accounts_staff
from app.actions import routes_public as actions_public
from app.actions import routes_staff as actions_staff
from app.ballots import routes_public as ballots_public
from app.ballots.opened import OpenedBallots
from app.ballots.sweeps import (
    close_left_boxes,
    cut_the_way_back,
    finish_closed_ballots,
    forget_final_ballots,
    keys_of,
    mix_ready_boxes,
    open_missing_boxes,
    roll_long_boxes,
    sign_checkpoints,
)
from app.classroom import routes_public as classroom_public
from app.classroom import routes_staff as classroom_staff
from app.classroom.sweeps import forget_ended_rooms
from app.consultations import routes_staff as consultations_staff
from app.core.assets import Assets
from app.core.clock import utc_now
from app.core.db import Database
from app.core.inbox import Inbox
from app.core.logs import configure_logs
from app.core.middleware import SECURITY_HEADERS, RequestLog, SameOrigin, SecurityHeaders
from app.core.pace import Pace
from app.core.settings import ROOT, Settings
from app.core.stopping import Stopping
from app.core.templates import make_templates
from app.core.web import install_handlers
from app.core.worker import Sweep, Worker
from app.pages import routes_public as pages_public
from app.pages import routes_staff as pages_staff
from app.paper import routes_staff as paper_staff
from app.places import routes_staff as places_staff
from app.plans import routes_public as plans_public
from app.publication import routes_public as publication_public
from app.publication import routes_staff as publication_staff
from app.reports import routes_staff as reports_staff
from app.responses import routes_public as responses_public
from app.results import routes_public as results_public
from app.results import routes_staff as results_staff
from app.results.queries import Receipts
from app.safeguarding import routes_staff as safeguarding_staff
from app.staff import routes_public as staff_public
from app.staff import routes_staff as staff_staff
from app.staff.guards import signed_in
from app.staff.models import StaffAccount
from app.staff.rules import Role, covers
from app.staff.service import forget_sign_ins
from app.texts import routes_staff as texts_staff
from app.texts.service.reading_in import read_waiting_imports
from app.texts.service.sorting import suggest_pending
from app.wishes import routes_public as wishes_public

# Receptions of each floor. Public ones need no token; staff ones hang behind one lock. Routes are
# tried in this order, one by one, so what a whole school asks at once stands first.
PUBLIC_ROUTERS: list[APIRouter] = [
    ballots_public.router,
    responses_public.router,
    classroom_public.router,
    staff_public.router,
    accounts_public.router,
    wishes_public.router,
    plans_public.router,
    actions_public.router,
    pages_public.router,
    results_public.router,
    publication_public.router,
]
STAFF_ROUTERS: list[APIRouter] = [
    staff_staff.router,
    accounts_staff.router,
    places_staff.router,
    consultations_staff.router,
    classroom_staff.router,
    paper_staff.router,
    results_staff.router,
    texts_staff.router,
    safeguarding_staff.router,
    publication_staff.router,
    reports_staff.router,
    actions_staff.router,
    pages_staff.router,
]
SWEEPS: list[Sweep] = [
    open_missing_boxes,
    close_left_boxes,
    mix_ready_boxes,
    cut_the_way_back,
    roll_long_boxes,
    finish_closed_ballots,
    sign_checkpoints,
    forget_final_ballots,
    forget_ended_rooms,
    read_waiting_imports,
    suggest_pending,
    forget_sign_ins,
]


@dataclass(frozen=True)
class NavEntry:
    """One entry of the staff navigation, for those whose role covers it."""

    href: str
    label: str
    role: Role
    current: bool = False


@dataclass(frozen=True)
class NavGroup:
    """Entries that belong together, named for the step of the loop they serve."""

    label: str
    entries: tuple[NavEntry, ...]

    @property
    def current(self) -> bool:
        """Whether the page in hand is one of these."""
        return any(entry.current for entry in self.entries)


STAFF_NAV: list[NavGroup] = [
    NavGroup("Ask", (
        NavEntry("/staff/sittings", "Sittings", Role.YOUTH_WORKER),
        NavEntry("/staff/consultations", "Consultations", Role.OFFICER),
        NavEntry("/staff/places", "Places", Role.OFFICER),
    )),
    NavGroup("Understand", (
        NavEntry("/staff/review", "Review", Role.OFFICER),
        NavEntry("/staff/quotes", "Quotes", Role.OFFICER),
        NavEntry("/staff/texts/imports", "Imports", Role.OFFICER),
        NavEntry("/staff/sources", "Sources", Role.OFFICER),
    )),
    NavGroup("Concerns", (
        NavEntry("/staff/concerns", "Concerns", Role.SAFEGUARDING_LEAD),
        NavEntry("/staff/help-contacts", "Help contacts", Role.SAFEGUARDING_LEAD),
    )),
    NavGroup("Publish", (
        NavEntry("/staff/ballots", "Ballots", Role.OFFICER),
        NavEntry("/staff/releases", "Releases", Role.OFFICER),
        NavEntry("/staff/findings", "Findings", Role.OFFICER),
        NavEntry("/staff/reports", "Reports", Role.OFFICER),
    )),
    NavGroup("Act", (
        NavEntry("/staff/actions", "Action plan", Role.OFFICER),
        NavEntry("/staff/feedback", "Page feedback", Role.OFFICER),
    )),
    NavGroup("Manage", (
        NavEntry("/staff/accounts", "Accounts", Role.ADMINISTRATOR),
        NavEntry("/staff/audit", "Audit book", Role.ADMINISTRATOR),
    )),
]  # fmt: skip


def staff_nav(account: StaffAccount, path: str) -> list[NavGroup]:
    """The groups and entries this person may open, the one of this page marked."""
    groups = [
        NavGroup(
            group.label,
            tuple(
                replace(entry, current=path.startswith(entry.href))
                for entry in group.entries
                if covers(account.role, entry.role)
            ),
        )
        for group in STAFF_NAV
    ]
    return [group for group in groups if group.entries]


def create_app(
    settings: Settings | None = None, *, clock: Callable[[], datetime] = utc_now
) -> FastAPI:
    """The web application over one database. `clock` is given by tests that move time."""
    settings = settings or Settings()
    db = Database(settings.database_address)
    inbox = Inbox(db)
    stopping = Stopping()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if not structlog.is_configured():  # however the server was started
            configure_logs()
        worker = Worker(db, settings, SWEEPS)
        if settings.worker:
            worker.start()
        stopping.watch_signals()
        gc.collect()
        gc.freeze()  # what lives as long as the server is not looked through again and again
        yield
        stopping.ask()
        worker.stop()
        inbox.close()
        db.close()

    app = FastAPI(
        title=settings.site_name,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # class codes are in paths
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=settings.upload_limit_mb * 1024 * 1024,
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders),
            Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
            Middleware(SameOrigin),
        ],
    )
    assets = Assets(ROOT / "static")
    app.state.settings, app.state.db, app.state.inbox = settings, db, inbox
    app.state.clock, app.state.assets, app.state.pace = clock, assets, Pace()
    app.state.templates = make_templates(settings, assets)
    app.state.stopping = stopping
    app.state.opened_ballots = OpenedBallots(db, keys_of(settings))
    app.state.kept_pages = {}
    app.state.receipts = Receipts()
    app.state.staff_nav = staff_nav
    app.state.sample_sign_ins = None  # set by `wishes demo` only
    install_handlers(app)
    _mount(app, assets)
    return app


def _mount(app: FastAPI, assets: Assets) -> None:
    @app.get("/static/{name:path}", include_in_schema=False)
    def static_file(request: Request, name: str) -> Response:
        return assets.answer(request, name)

    @app.get("/sw.js", include_in_schema=False)
    def service_worker(request: Request) -> Response:
        """From the root, so that it may look after pages (a worker's place is its reach)."""
        answer = assets.answer(request, "js/sw.js")
        answer.headers.update(SECURITY_HEADERS)  # a worker obeys the policy it came with
        return answer

    app.router.routes.insert(0, ballots_public.VOTES)
    for router in PUBLIC_ROUTERS:
        app.include_router(router)
    for router in STAFF_ROUTERS:
        app.include_router(router, dependencies=[Depends(signed_in)])
