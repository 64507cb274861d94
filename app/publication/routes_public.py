"""The results story, open to everybody."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.core.templates import render
from app.core.web import SessionDep, SettingsDep
from app.publication import queries
from app.publication.exports import export_figures
from app.publication.queries import Story

router = APIRouter()
Slug = Annotated[str, Path(max_length=80)]


def _page(request: Request, story: Story, settings: SettingsDep) -> Response:
    headers = {"cache-control": f"public, max-age={settings.page_cache_seconds}"}
    return render(request, "publication/show_story.html", {"story": story}, headers=headers)


def _file(story: Story) -> Response:
    name = f"{story.subject.slug}-figures.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(export_figures(story), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/consultations/{slug}")
def show_story(
    request: Request, slug: Slug, session: SessionDep, settings: SettingsDep
) -> Response:
    """Who asked, who answered, what they said, what happens next."""
    return _page(request, queries.get_story(session, slug), settings)


@router.get("/consultations/{slug}/figures.csv")
def show_figures(slug: Slug, session: SessionDep) -> Response:
    """The released figures of a consultation as a file."""
    return _file(queries.get_story(session, slug))


@router.get("/sources/{slug}")
def show_source_story(
    request: Request, slug: Slug, session: SessionDep, settings: SettingsDep
) -> Response:
    """The same story for evidence that came from elsewhere."""
    return _page(request, queries.get_story(session, slug, kind="source"), settings)


@router.get("/sources/{slug}/figures.csv")
def show_source_figures(slug: Slug, session: SessionDep) -> Response:
    """The released figures of a source as a file."""
    return _file(queries.get_story(session, slug, kind="source"))
