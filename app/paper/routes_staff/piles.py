"""Piles: those of a sitting, those of a ballot, and one with everybody who counted it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries as consultations
from app.consultations.rules import filter_by_words, may_see_place, read_definition
from app.core.errors import NotFound, Refused
from app.core.forms import Form, filled_form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep
from app.paper import queries, rules, service
from app.paper.forms import FIELDS, SignOffForm
from app.paper.queries import Desk
from app.paper.routes_staff.showing import list_href, list_store_keys
from app.paper.rules import BatchKind, Purpose
from app.places.queries import get_place, list_open_places
from app.staff.guards import YouthWorker
from app.staff.queries import list_names

router = APIRouter()
Signing = Annotated[Form[SignOffForm], Depends(form_of(SignOffForm))]
PLACES_SHOWN = 30


@router.get("/staff/sittings/{sitting_id}/paper")
def list_sitting_batches(
    request: Request, session: SessionDep, actor: YouthWorker, sitting_id: RowId
) -> Response:
    """What was counted by hand at a sitting, and what can be."""
    sitting = consultations.get_sitting(session, sitting_id)
    own = consultations.list_own_place_ids(session, actor)
    if not may_see_place(sitting.place_id, own):
        raise NotFound
    ballots = consultations.list_ballots(session, sitting.consultation_id)
    context = {
        "sitting": sitting,
        "place": get_place(session, sitting.place_id) if sitting.place_id else None,
        "ballots": [(one, _is_ranked(one.definition)) for one in ballots if one.definition],
        "batches": queries.list_batches(session, sitting_id=sitting_id, own_place_ids=own),
        "me": actor.id,
    }
    return render(request, "paper/list_sitting_batches.html", context)


@router.get("/staff/ballots/{ballot_id}/paper")
def list_ballot_batches(
    request: Request, session: SessionDep, actor: YouthWorker, ballot_id: RowId,
    waiting: Annotated[bool, Query()] = False,
) -> Response:  # fmt: skip
    """Everything of a ballot that was counted by hand, at one's own places."""
    ballot = consultations.get_ballot(session, ballot_id)
    own = consultations.list_own_place_ids(session, actor)
    context = {
        "ballot": ballot,
        "consultation": consultations.get_consultation(session, ballot.consultation_id),
        "is_ranked": bool(ballot.definition) and _is_ranked(ballot.definition),
        "batches": queries.list_batches(
            session, ballot_id=ballot_id, own_place_ids=own, is_waiting=waiting
        ),
        "is_waiting": waiting,
        "total": queries.count_paper(session, ballot_id) if own is None else None,
        "waiting": queries.count_waiting(session, ballot_id) if own is None else 0,
        "me": actor.id,
    }
    return render(request, "paper/list_ballot_batches.html", context)


@router.get("/staff/ballots/{ballot_id}/paper/places")
def show_place_choice(
    request: Request, session: SessionDep, actor: YouthWorker, ballot_id: RowId,
    words: Annotated[str, Query(max_length=200)] = "",
    kind: BatchKind = BatchKind.PAPER_BALLOTS,
) -> Response:  # fmt: skip
    """From which place did the papers come by post?"""
    ballot = consultations.get_ballot(session, ballot_id)
    own = consultations.list_own_place_ids(session, actor)
    places = list_open_places(session, only=own)
    found = filter_by_words(places, [place.name for place in places], words)
    context = {
        "ballot": ballot, "kind": kind, "words": words, "places": found[:PLACES_SHOWN],
        "found": len(found), "is_ranked": bool(ballot.definition) and _is_ranked(ballot.definition),
    }  # fmt: skip
    return render(request, "paper/show_place_choice.html", context)


@router.get("/staff/paper/{batch_id}")
def show_batch(
    request: Request, session: SessionDep, actor: YouthWorker, batch_id: RowId
) -> Response:
    """One pile: where it stands, what is next, and its history."""
    desk = queries.desk_of(session, actor, batch_id, Purpose.COUNT)
    return _show(request, session, desk, actor.id or 0, filled_form({}))


@router.post("/staff/paper/{batch_id}/sign-off")
def sign_off_batch(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, batch_id: RowId,
    form: Signing,
) -> Response:  # fmt: skip
    """Sign for a pile that somebody else entered paper by paper."""
    desk = queries.desk_of(session, actor, batch_id, Purpose.COUNT)
    try:
        if form.data is not None and desk.batch is not None:
            papers = form.data.papers_counted
            service.sign_off_batch(session, desk.batch, papers_counted=papers, actor=actor, now=now)
            return redirect(request, f"/staff/paper/{batch_id}", done="paper_signed")
    except Refused as refusal:
        if refusal.reason not in FIELDS:
            raise
        words = sentence(request.app.state.templates, refusal.reason)
        form.refuse("papers_counted", words)
    return _show(request, session, desk, actor.id or 0, form, status=422)


def _show(
    request: Request, session: Session, desk: Desk, me: int, form: Form[Any], *, status: int = 200
) -> Response:
    history = desk.history
    assert history is not None  # noqa: S101  # a pile that was entered has one
    looks = history.looks
    last = looks[-1]
    names = list_names(session)
    context = {
        "desk": desk, "history": history, "form": form, "me": me, "list_href": list_href(desk),
        "labels": _labels(desk), "kept_under": list_store_keys(desk),
        "is_mine": any(look.person_id == me for look in looks),
        "is_only_mine": all(look.person_id == me for look in looks),
        "counted_by": [names.get(one, "") for one in dict.fromkeys(x.person_id for x in looks)],
        "disputed": rules.find_disputed(looks, last.person_id, last.contents),
        "revisions": _revisions(desk, names),
    }  # fmt: skip
    return render(request, "paper/show_batch.html", context, status=status)


def _revisions(desk: Desk, names: dict[int, str]) -> list[dict[str, Any]]:
    """The confirmed revisions, newest first: who looked, and what each changed."""
    told: list[dict[str, Any]] = []
    before = None
    history = desk.history
    for row in history.rows if history else ():
        if history is None or not row.is_confirming:
            continue
        contents = history.read(row)
        looks = [one for one in history.rows if one.number == row.number]
        told.append({
            "row": row, "contents": contents,
            "changes": rules.list_changes(before, contents) if before else [],
            "looks": [(names.get(one.entered_by_id, ""), one) for one in looks],
        })  # fmt: skip
        before = contents
    return told[::-1]


def _labels(desk: Desk) -> dict[str, str]:
    """Words for the fields of options, and for papers entered one by one."""
    labels = {
        rules.mark_field(section.key, option.key): option.label
        for section in desk.definition.sections
        for option in section.options
    }
    rows = desk.history.rows if desk.history else ()
    papers = {text for row in rows for text, _ in row.contents["papers"] or ()}
    return labels | {text: rules.show_paper(desk.definition, text) for text in papers}


def _is_ranked(definition: str) -> bool:
    return rules.has_ranked(read_definition(definition))
