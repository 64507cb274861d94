"""The survey on a phone. Its pages are never stored (`no-store`): each carries an id of its own.

A send is answered with the thank-you page itself (200), not with a redirect: the four words must
stand in no address, so that no log, history or shared tablet keeps them. Reloading that page sends
the same id again and is answered with the same page.
"""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.core.clock import leeds_day
from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.i18n import language
from app.core.qr import draw_qr
from app.core.templates import render, sentence
from app.core.tokens import is_strong_id, new_submission_id
from app.core.web import DbDep, InboxDep, Now, RowId, SessionDep, SettingsDep
from app.responses import queries, rules, service
from app.responses.forms import ReadAnswers, SentSurvey, describe_questions, read_answers
from app.responses.queries import OpenedSurvey
from app.safeguarding.queries import list_help_contacts

router = APIRouter()


@router.get("/s/{code}/survey/{survey_id}")
def show_survey(
    request: Request, code: str, survey_id: RowId, session: SessionDep, now: Now
) -> Response:
    """The questions, all on one page; the script shows them one by one."""
    opened = queries.get_opened_survey(session, code, survey_id, today=leeds_day(now))
    if reason := rules.why_not_send(opened.status, opened.sitting.closed_at, now=now):
        raise Refused(reason)
    return _survey_page(request, opened, new_submission_id())


@router.post("/s/{code}/survey/{survey_id}/responses")
def send_response(
    request: Request,
    *,
    code: str,
    survey_id: RowId,
    form: Annotated[Form[SentSurvey], Depends(form_of(SentSurvey))],
    db: DbDep,
    inbox: InboxDep,
    settings: SettingsDep,
    now: Now,
) -> Response:
    """Take the answers in; the same page with everything typed when one does not make sense, or
    when the sitting ended meanwhile: nobody's words vanish before their eyes."""
    with db.session(writes=False) as session:
        opened = queries.get_opened_survey(session, code, survey_id, today=leeds_day(now))
    submission_id = form.raw.get("submission_id", "")
    read = read_answers(opened.asked, form.lists)
    if read.problems or not is_strong_id(submission_id):
        return _survey_page(request, opened, submission_id, posted=form.lists, read=read)
    send = partial(
        service.send_response, sitting=opened.sitting, survey=opened.survey,
        submission_id=submission_id, answers=read.given,
        language=language.get().split("_")[0], keys=service.Keys.of(settings.key), now=now,
    )  # fmt: skip
    try:
        sent = inbox.submit(send)
    except Refused as refusal:
        if refusal.reason is not rules.Reason.ENDED:
            raise
        return _survey_page(
            request, opened, submission_id, posted=form.lists, read=read, ended=refusal
        )
    return _thank_you(request, opened, sent.words)


@router.get("/s/{code}/stop")
def show_stop(request: Request, code: str, session: SessionDep, now: Now) -> Response:
    """The quiet end for somebody who would rather not go on; the script forgets what was typed."""
    context = {
        "code": queries.get_sitting_by_code(session, code).class_code,
        "help_contacts": list_help_contacts(session, leeds_day(now)),
    }
    return render(request, "responses/show_stop.html", context)


def _survey_page(
    request: Request,
    opened: OpenedSurvey,
    submission_id: str,
    *,
    posted: dict[str, list[str]] | None = None,
    read: ReadAnswers | None = None,
    ended: Refused | None = None,
) -> Response:
    """The form; an id too weak to tell sends apart is replaced by a new one."""
    is_strong = is_strong_id(submission_id)
    context = {
        "page_title": opened.survey.title,
        "code": opened.sitting.class_code,
        "survey": opened.survey,
        "questions": describe_questions(opened.questions, opened.asked, posted or {}, read),
        "submission_id": submission_id if is_strong else new_submission_id(),
        "send_again": not is_strong,
        "ended": sentence(request.app.state.templates, ended.reason) if ended else "",
        "text_limit": rules.TEXT_LIMIT,
        "help_contacts": opened.help_contacts,
    }
    status = 409 if ended else 422 if read else 200
    return render(request, "responses/show_survey.html", context, status=status)


def _thank_you(request: Request, opened: OpenedSurvey, words: tuple[str, ...]) -> Response:
    base = str(request.app.state.settings.base_url).rstrip("/")
    context: dict[str, Any] = {
        "code": opened.sitting.class_code,
        "survey_id": opened.survey.id,
        "words": words,
        "slip_qr": draw_qr(f"{base}/follow#{'-'.join(words)}") if words else "",
        "follow_address": f"{base.partition('://')[2]}/follow",
        "next_part": opened.next_part,
        "help_contacts": opened.help_contacts,
    }
    return render(request, "responses/send_response.html", context)
