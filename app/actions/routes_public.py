"""The public tracker: the twelve wishes, the story of each, every update, the feed."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.actions import queries
from app.actions.exports import FeedEntry, draw_feed
from app.core.settings import Settings
from app.core.templates import cacheable, render
from app.core.web import Now, SessionDep, SettingsDep
from app.wishes.queries import get_current_edition, get_wish

router = APIRouter()

PAGE_SIZE = 30
FEED_SIZE = 50


@router.get("/wishes")
def list_wishes(request: Request, session: SessionDep, settings: SettingsDep, now: Now) -> Response:
    """The twelve wishes with what is happening now."""
    cards = queries.list_wish_cards(session, now=now, silence_days=settings.update_due_days)
    page = render(request, "actions/list_wishes.html", {"cards": cards})
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/wishes/{slug}")
def show_wish(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
    slug: str,
    *,
    easy: bool = False,
) -> Response:
    """The story of a wish; `?easy=1` gives the easy-read version."""
    story = queries.wish_page(session, slug, now=now, silence_days=settings.update_due_days)
    template = "actions/show_wish_easy.html" if easy else "actions/show_wish.html"
    context = {"story": story, "wish": story.wish, "edition": get_current_edition(session)}
    page = render(request, template, context)
    return cacheable(request, page, seconds=settings.page_cache_seconds)


@router.get("/wishes/{slug}/updates")
def list_updates(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    slug: str,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Every update that was ever published for a wish, newest first."""
    wish = get_wish(session, slug)
    total = queries.count_published_updates(session, wish.id or 0)
    updates = queries.list_published_updates(
        session, wish_id=wish.id, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
    )
    context = {"wish": wish, "updates": updates, "page": page, "pages": -(-total // PAGE_SIZE)}
    answer = render(request, "actions/list_updates.html", context)
    return cacheable(request, answer, seconds=settings.page_cache_seconds)


@router.get("/wishes/{slug}/feed.xml")
def show_feed(request: Request, session: SessionDep, settings: SettingsDep, slug: str) -> Response:
    """The Atom feed of a wish's published updates."""
    wish = get_wish(session, slug)
    base = settings.base_url.rstrip("/")
    found = queries.list_published_updates(session, wish_id=wish.id, limit=FEED_SIZE)
    xml = draw_feed(
        host=urlsplit(settings.base_url).hostname or "localhost",
        key=f"wish-{get_current_edition(session).year}-{wish.number}",
        title=f"{wish.short_label} · {settings.site_name}",
        href=f"{base}/wishes/{slug}",
        self_href=f"{base}/wishes/{slug}/feed.xml",
        entries=[_feed_entry(settings, one) for one in found],
        born=queries.FEED_BORN,
    )
    answer = Response(xml, media_type="application/atom+xml")
    return cacheable(request, answer, seconds=settings.page_cache_seconds)


def _feed_entry(settings: Settings, one: queries.PublishedUpdate) -> FeedEntry:
    update = one.update
    said = (update.what_we_did, update.better_off, update.what_next, update.reason)
    return FeedEntry(
        key=f"update-{update.id}",
        title=one.action.title,
        text="\n\n".join(words for words in said if words),
        href=f"{settings.base_url.rstrip('/')}/wishes/{one.wish.slug}#action-{one.action.id}",
        author=one.owner,
        at=one.published_at,
    )
