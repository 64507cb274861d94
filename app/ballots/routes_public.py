"""Voting on a phone. Its pages are never stored (`no-store`): each carries an id of its own."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.ballots import queries, rules, service
from app.ballots.forms import SentVote
from app.ballots.queries import OpenedBallot
from app.ballots.rules import BLANK, ChoiceProblem
from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import render, sentence
from app.core.tokens import is_strong_id, new_submission_id
from app.core.web import DbDep, InboxDep, Now, RowId, SessionDep, SettingsDep

router = APIRouter()


@router.get("/b/{code}/{ballot_id}")
def show_ballot(
    request: Request, code: str, ballot_id: RowId, session: SessionDep, now: Now
) -> Response:
    """The paper: options in an order of this page's own, and a blank vote said in words."""
    opened = queries.get_opened_ballot(session, code, ballot_id)
    if reason := rules.why_not_cast(opened.status, opened.sitting.closed_at, now=now):
        raise Refused(reason)
    return _ballot_page(request, opened, new_submission_id())


@router.post("/b/{code}/{ballot_id}/votes")
def cast_vote(
    request: Request,
    *,
    code: str,
    ballot_id: RowId,
    form: Annotated[Form[SentVote], Depends(form_of(SentVote))],
    db: DbDep,
    inbox: InboxDep,
    settings: SettingsDep,
    now: Now,
) -> Response:
    """Put the vote in the box; the same page with the choices kept when they do not fit or when
    voting ended meanwhile.

    Answered with the page itself, so that a reload repeats the same id and changes nothing.
    """
    with db.session(writes=False) as session:
        opened = queries.get_opened_ballot(session, code, ballot_id)
    submission_id, ticked = form.raw.get("submission_id", ""), form.lists.get("choices", [])
    problem = rules.why_not_choices(ticked, opened.keys, most=opened.ballot.max_choices)
    if problem or not is_strong_id(submission_id):
        return _ballot_page(request, opened, submission_id, ticked, problem, status=422)
    cast = partial(
        service.cast_vote, sitting=opened.sitting, ballot=opened.ballot,
        submission_id=submission_id, choices=rules.tidy_choices(ticked),
        key=settings.key("submission"), now=now,
    )  # fmt: skip
    try:
        inbox.submit(cast)
    except Refused as refusal:
        if refusal.reason is not rules.Reason.ENDED:
            raise
        return _ballot_page(request, opened, submission_id, ticked, ended=refusal, status=409)
    context = {"code": opened.sitting.class_code, "ballot_id": ballot_id}
    return render(request, "ballots/cast_vote.html", context | {"next_part": opened.next_part})


def _ballot_page(
    request: Request,
    opened: OpenedBallot,
    submission_id: str,
    ticked: list[str] | None = None,
    problem: ChoiceProblem | None = None,
    *,
    ended: Refused | None = None,
    status: int = 200,
) -> Response:
    """The paper; with an id that is too weak to tell votes apart it is shown with a new one."""
    is_strong = is_strong_id(submission_id)
    shown_id = submission_id if is_strong else new_submission_id()
    context = {
        "page_title": opened.ballot.question,
        "code": opened.sitting.class_code,
        "ballot": opened.ballot,
        "options": _describe_options(opened, seed=shown_id),
        "blank": BLANK,
        "chosen": ticked or [],
        "choice_problem": problem,
        "submission_id": shown_id,
        "send_again": not is_strong,
        "ended": sentence(request.app.state.templates, ended.reason) if ended else "",
    }
    return render(request, "ballots/show_ballot.html", context, status=status)


def _describe_options(opened: OpenedBallot, *, seed: str) -> list[dict[str, Any]]:
    order = opened.keys
    if opened.ballot.is_shuffled:
        order = rules.shuffle_keys(order, seed)
    by_key = {option.key: option for option in opened.options}
    return [
        {
            "value": key,
            "label": by_key[key].label,
            "text": by_key[key].easy_read,
            "wish": opened.wish_numbers.get(by_key[key].wish_id or 0),
        }
        for key in order
    ]
