"""Officers' pages about the register of evidence from elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries, rules, service
from app.consultations.forms import SourceForm
from app.consultations.routes_staff.refusals import filled, told_in
from app.core.forms import Form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import Officer
from app.wishes.queries import get_current_edition

router = APIRouter()
Registering = Annotated[Form[SourceForm], Depends(form_of(SourceForm))]


@router.get("/staff/sources")
def list_sources(request: Request, session: SessionDep, actor: Officer) -> Response:
    """The register, newest first."""
    context = {"sources": queries.list_sources(session)}
    return render(request, "consultations/list_sources.html", context)


@router.get("/staff/sources/new")
def show_source_form(request: Request, actor: Officer) -> Response:
    """An empty form for a source."""
    return render(request, "consultations/show_source_form.html", {"form": filled()})


@router.post("/staff/sources")
def register_source(
    request: Request, session: SessionDep, now: Now, actor: Officer, form: Registering
) -> Response:
    """Put a source on the register."""
    if form.data is not None:
        edition = get_current_edition(session)
        slug = rules.make_slug(form.data.title, otherwise="source", taken=())
        with told_in(request, form):
            service.register_source(
                session, **form.data.model_dump(), slug=slug, edition_id=edition.id or 0,
                actor=actor, now=now,
            )  # fmt: skip
            return redirect(request, "/staff/sources", done="source_registered")
    return render(request, "consultations/show_source_form.html", {"form": form}, status=422)


@router.post("/staff/sources/{source_id}/close")
def close_source(
    request: Request, session: SessionDep, now: Now, actor: Officer, source_id: RowId
) -> Response:
    """Say that a source is complete."""
    service.close_source(session, queries.get_source(session, source_id), actor=actor, now=now)
    return redirect(request, "/staff/sources", done="source_closed")
