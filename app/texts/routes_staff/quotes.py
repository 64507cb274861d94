"""Quotes: propose wording, and let a second person judge it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import Officer
from app.staff.queries import list_names
from app.texts import queries, rules
from app.texts.forms import JudgeQuote, ProposeQuote, TextId
from app.texts.redaction import cut_at_marks, redact
from app.texts.rules import QuoteStatus
from app.texts.service import quoting
from app.wishes.queries import get_current_edition, list_wishes

router = APIRouter()
HERE = "/staff/quotes"
Proposing = Annotated[Form[ProposeQuote], Depends(form_of(ProposeQuote))]
Judging = Annotated[Form[JudgeQuote], Depends(form_of(JudgeQuote))]


@router.get(HERE)
def list_quotes(
    request: Request, session: SessionDep, actor: Officer,
    wish: Annotated[int, Query(ge=0, le=12)] = 1,
) -> Response:  # fmt: skip
    """Quotes to judge, texts of a wish to quote from, and the approved quotes."""
    wishes = list_wishes(session, get_current_edition(session).id or 0)
    chosen = next((one for one in wishes if one.number == wish), wishes[0])
    waiting = [
        (quote, text, rules.why_not_judge(
            quote.status, proposed_by_id=quote.proposed_by_id, actor_id=actor.id or 0,
            is_held=False,
        ))
        for quote, text in queries.list_quotes(session, QuoteStatus.PROPOSED)
    ]  # fmt: skip
    context = {
        "wishes": wishes, "chosen": chosen, "waiting": waiting, "names": list_names(session),
        "wish_of": {one.id: one for one in wishes},
        "approved": queries.list_quotes(session, QuoteStatus.APPROVED),
        "quotable": queries.list_quotable(session, chosen.id or 0),
    }  # fmt: skip
    return render(request, "texts/list_quotes.html", context)


@router.get(HERE + "/texts/{text_id}")
def edit_quote(
    request: Request, session: SessionDep, actor: Officer, text_id: TextId,
    wish: Annotated[int, Query(ge=0, le=2_147_483_647)] = 0,
) -> Response:  # fmt: skip
    """The original with its marks beside the wording to propose."""
    context = _quote_page(session, text_id)
    context["typed"] = {"wish_id": str(wish or ""), "wording": redact(context["text"].text)[:400]}
    return render(request, "texts/edit_quote.html", context)


@router.post(HERE + "/texts/{text_id}")
def propose_quote(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    text_id: TextId,
    form: Proposing,
) -> Response:
    """Put wording forward for a second person."""
    text = queries.get_text(session, text_id)
    try:
        if form.data is not None:
            quoting.propose_quote(
                session, text, wish_id=form.data.wish_id, wording=form.data.wording.strip(),
                actor=actor, now=now,
            )  # fmt: skip
            return redirect(request, HERE, done="quote_proposed")
    except Refused as refusal:
        form.refuse("wording", sentence(request.app.state.templates, refusal.reason))
    context = _quote_page(session, text_id)
    context |= {"typed": {"wish_id": "", "wording": ""} | form.raw, "errors": form.errors}
    return render(request, "texts/edit_quote.html", context, status=422)


def _quote_page(session: Session, text_id: str) -> dict[str, Any]:
    text = queries.get_text(session, text_id)
    decided = queries.list_wishes_of_text(session, text_id)
    wishes = list_wishes(session, queries.get_edition_id(session, text))
    return {
        "text": text, "pieces": cut_at_marks(text.text), "errors": {},
        "wishes": [wish for wish in wishes if wish.id in decided],
        "origin": queries.describe_origin(session, text),
    }  # fmt: skip


@router.post(HERE + "/{quote_id}/judgement")
def judge_quote(
    request: Request, session: SessionDep, now: Now, actor: Officer, quote_id: RowId, form: Judging
) -> Response:
    """Approve or decline a quote somebody else proposed."""
    quote = queries.get_quote(session, quote_id)
    if form.data is None:
        return redirect(request, HERE)
    quoting.judge_quote(session, quote, status=form.data.status, actor=actor, now=now)
    return redirect(request, HERE, done=f"quote_{form.data.status}")
