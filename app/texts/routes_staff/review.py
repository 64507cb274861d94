"""The review desk: one text at a time, the machine's suggestion beside it, a person decides."""

from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.consultations.queries import list_consultations, list_sources
from app.core.clock import LEEDS, leeds_day
from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.settings import Settings
from app.core.templates import redirect, render, sentence
from app.core.web import Now, SessionDep, SettingsDep
from app.staff.guards import Officer
from app.staff.queries import list_names
from app.texts import queries
from app.texts.forms import AboutQueue, DecideWishes, TextId
from app.texts.queries import Filter, ToReview
from app.texts.service import deciding
from app.texts.service.sorting import explain_wishes
from app.wishes.queries import list_wishes

router = APIRouter()
HERE = "/staff/review"
PAGE = "texts/show_review.html"
Deciding = Annotated[Form[DecideWishes], Depends(form_of(DecideWishes))]
Queueing = Annotated[Form[AboutQueue], Depends(form_of(AboutQueue))]
Typed = Annotated[str, Query(max_length=100)]


@router.get(HERE)
def show_review(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now, actor: Officer,
    queue: Typed = "", after: Typed = "",
) -> Response:  # fmt: skip
    """The next undecided text: the one the machine doubts most."""
    chosen = _read_queue(queue)
    found = queries.find_next_text(session, chosen, after=_read_place(after))
    context = {
        "queue": queue, "after": after, "queues": _list_queues(session),
        "waiting": queries.count_waiting(session, chosen),
        "today": queries.count_decided_since(session, actor.id or 0, _midnight(now)),
        "errors": {}, "found": found, "action": f"{HERE}/texts/{found.text.id}" if found else "",
    }  # fmt: skip
    return render(request, PAGE, context | _describe(session, settings, found))


@router.get(HERE + "/texts/{text_id}")
def show_text(
    request: Request, session: SessionDep, settings: SettingsDep, actor: Officer, text_id: TextId
) -> Response:
    """One text with every decision about it; it may be decided anew."""
    context = _text_page(session, settings, text_id)
    return render(request, "texts/show_text.html", context)


@router.post(HERE + "/texts/{text_id}")
def decide_wishes(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now, actor: Officer,
    text_id: TextId, form: Deciding,
) -> Response:  # fmt: skip
    """Keep a decision and go on to the next text."""
    text = queries.get_text(session, text_id)
    try:
        if form.data is not None:
            deciding.decide_wishes(
                session, text, sorting=form.data.sorting, wish_ids=form.data.chosen_wishes,
                suggestion_id=form.data.suggestion_id, actor=actor, now=now,
            )  # fmt: skip
            return _go_on(request, form.data.queue, form.data.doubt, text_id)
    except Refused as refusal:
        form.refuse("wish_ids", sentence(request.app.state.templates, refusal.reason))
    context = _text_page(session, settings, text_id) | {"errors": form.errors}
    return render(request, "texts/show_text.html", context, status=422)


@router.post(HERE + "/texts/{text_id}/worry")
def worry_about_text(
    request: Request, session: SessionDep, now: Now, actor: Officer, text_id: TextId, form: Queueing
) -> Response:
    """Hand the text to the safeguarding lead."""
    text = queries.get_text(session, text_id)
    deciding.worry_about_text(session, text, actor=actor, now=now)
    queue = form.data.queue if form.data else ""
    return redirect(request, f"{HERE}?queue={queue}", done="text_handed_over")


@router.post(HERE + "/undo")
def take_back_decision(
    request: Request, session: SessionDep, now: Now, actor: Officer, form: Queueing
) -> Response:
    """Take back this person's newest decision and show that text again."""
    text = deciding.take_back_decision(session, actor=actor, now=now)
    return redirect(request, f"{HERE}/texts/{text.id}", done="decision_taken_back")


def _go_on(request: Request, queue: str, doubt: float | None, text_id: str) -> Response:
    place = f"&after={doubt!r}:{text_id}" if doubt is not None else ""
    return redirect(request, f"{HERE}?queue={queue}{place}")


def _describe(session: Session, settings: Settings, found: ToReview | None) -> dict[str, Any]:
    """The wishes to choose from, and why the machine thinks what it thinks."""
    if found is None:
        return {"wishes": [], "why": {}, "origin": ""}
    wishes = list_wishes(session, queries.get_edition_id(session, found.text))
    why: dict[int, list[str]] = {}
    if found.suggestion is not None:
        asked = [wish.number for wish in wishes if wish.id in found.scores]
        why = explain_wishes(settings, found.suggestion.model_id, found.text.text, asked)
    return {
        "wishes": wishes, "why": why, "origin": queries.describe_origin(session, found.text)
    }  # fmt: skip


def _text_page(session: Session, settings: Settings, text_id: str) -> dict[str, Any]:
    found = queries.get_to_review(session, text_id)
    history = [
        (row, queries.list_decided_wishes(session, row.id or 0))
        for row in queries.list_decisions(session, text_id)
    ]
    return {
        "found": found, "history": history, "names": list_names(session), "errors": {},
        "queue": "", "action": f"{HERE}/texts/{text_id}",
    } | _describe(session, settings, found)  # fmt: skip


def _list_queues(session: Session) -> list[tuple[str, str]]:
    asked = [(f"c{one.id}", one.title) for one in list_consultations(session)]
    elsewhere = [(f"s{one.id}", one.title) for one in list_sources(session)]
    return [("", "All texts"), *asked, *elsewhere]


def _read_queue(queue: str) -> Filter:
    """`c12`, `s3`; anything else means all texts."""
    number = int(queue[1:]) if queue[1:].isdecimal() and len(queue) < 10 else None
    return Filter(
        consultation_id=number if queue.startswith("c") else None,
        source_id=number if queue.startswith("s") else None,
    )


def _read_place(after: str) -> tuple[float, str] | None:
    doubt, _, text_id = after.partition(":")
    try:
        return (float(doubt), text_id) if text_id.isalnum() else None
    except ValueError:
        return None


def _midnight(now: datetime) -> datetime:
    return datetime.combine(leeds_day(now), time(), tzinfo=LEEDS)
