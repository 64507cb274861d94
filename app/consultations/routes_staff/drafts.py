"""Officers' pages about the questions of a draft."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries, rules, service
from app.consultations.forms import QuestionForm
from app.consultations.routes_staff.refusals import filled, told_in
from app.consultations.rules import QuestionKind
from app.core.forms import Form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import Officer

router = APIRouter()
AT = "/staff/consultations/{consultation_id}"
Asking = Annotated[Form[QuestionForm], Depends(form_of(QuestionForm))]


class MoveForm(BaseModel):
    """Which way a question moves."""

    step: Literal["up", "down"]


Moving = Annotated[Form[MoveForm], Depends(form_of(MoveForm))]


def _back(request: Request, consultation_id: int, part: str, done: str = "saved") -> Response:
    return redirect(request, f"/staff/consultations/{consultation_id}?done={done}#{part}")


def _question_page(
    request: Request,
    session: Session,
    consultation_id: int,
    kind: QuestionKind,
    form: Form[QuestionForm] | Form[BaseModel],
    *,
    question_id: int | None = None,
    status: int = 200,
) -> Response:
    context = {
        "consultation": queries.get_consultation(session, consultation_id),
        "kind": kind,
        "form": form,
        "question_id": question_id,
        "most": rules.MOST_OPTIONS[kind],
    }
    return render(request, "consultations/show_question_form.html", context, status=status)


@router.get(AT + "/questions/new")
def show_new_question(
    request: Request,
    session: SessionDep,
    actor: Officer,
    consultation_id: RowId,
    kind: QuestionKind = QuestionKind.SINGLE,
) -> Response:
    """An empty form for a question of this kind."""
    return _question_page(request, session, consultation_id, kind, filled(kind=kind.value))


@router.post(AT + "/questions")
def add_question(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    consultation_id: RowId,
    form: Asking,
) -> Response:
    """Add a question at the end."""
    one = queries.get_consultation(session, consultation_id)
    if form.data is not None:
        asked = form.data
        with told_in(request, form):
            made = service.add_question(
                session, one, kind=asked.kind, text=asked.text, hint=asked.hint,
                labels=asked.labels, max_choices=asked.max_choices, actor=actor, now=now,
            )  # fmt: skip
            return _back(request, consultation_id, f"question-{made.id}")
    kinds = {kind.value: kind for kind in QuestionKind}
    kind = kinds.get(form.raw.get("kind", ""), QuestionKind.SINGLE)
    return _question_page(request, session, consultation_id, kind, form, status=422)


@router.get(AT + "/questions/{question_id}")
def show_question_form(
    request: Request,
    session: SessionDep,
    actor: Officer,
    consultation_id: RowId,
    question_id: RowId,
) -> Response:
    """A question of a draft, to change."""
    one = queries.get_question(session, consultation_id, question_id)
    lines = "\n".join(str(option["label"]) for option in one.options)
    form = filled(text=one.text, hint=one.hint, options=lines, max_choices=one.max_choices)
    return _question_page(
        request, session, consultation_id, one.kind, form, question_id=question_id
    )


@router.post(AT + "/questions/{question_id}")
def edit_question(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    consultation_id: RowId,
    question_id: RowId,
    form: Asking,
) -> Response:
    """Change a question of a draft."""
    consultation = queries.get_consultation(session, consultation_id)
    one = queries.get_question(session, consultation_id, question_id)
    if form.data is not None:
        asked = form.data
        with told_in(request, form):
            service.edit_question(
                session, consultation, one, text=asked.text, hint=asked.hint,
                labels=asked.labels, max_choices=asked.max_choices, actor=actor, now=now,
            )  # fmt: skip
            return _back(request, consultation_id, f"question-{one.id}")
    return _question_page(
        request, session, consultation_id, one.kind, form, question_id=question_id, status=422
    )


@router.post(AT + "/questions/{question_id}/move")
def move_question(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    consultation_id: RowId,
    question_id: RowId,
    form: Moving,
) -> Response:
    """One place up or down; a step that is neither moves nothing."""
    consultation = queries.get_consultation(session, consultation_id)
    one = queries.get_question(session, consultation_id, question_id)
    step = {"up": -1, "down": 1}[form.data.step] if form.data else 0
    service.move_question(session, consultation, one, step=step, actor=actor, now=now)
    return _back(request, consultation_id, f"question-{one.id}", done="question_moved")


@router.post(AT + "/questions/{question_id}/remove")
def remove_question(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    consultation_id: RowId,
    question_id: RowId,
) -> Response:
    """Take a question out."""
    consultation = queries.get_consultation(session, consultation_id)
    one = queries.get_question(session, consultation_id, question_id)
    service.remove_question(session, consultation, one, actor=actor, now=now)
    return _back(request, consultation_id, "questions", done="question_removed")
